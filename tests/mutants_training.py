"""Mistakes in how a recipe is trained, stopped and resumed."""

from tests.planted import Mutant

TRAINING = [
    Mutant(
        name="only-infinity-stops-a-training",
        module="gencore.training",
        before="if not math.isfinite(value):",
        after="if math.isinf(value):",
        test="tests/test_training.py::test_nan_stops_the_training_and_keeps_the_last_good_state",
    ),
    Mutant(
        name="optimizer-not-kept",
        module="gencore.training",
        before="[*model.variables, *model.optimizer.variables]",
        after="[*model.variables]",
        test="tests/test_zoo.py::test_an_interrupted_training_resumes_bit_for_bit",
    ),
    Mutant(
        name="noise-generator-not-kept",
        module="gencore.training",
        before="[*model.variables, *model.optimizer.variables]",
        after="[*model.weights, *model.optimizer.variables]",
        test="tests/test_zoo.py::test_an_interrupted_training_resumes_bit_for_bit",
    ),
    Mutant(
        name="order-from-hidden-state",
        module="gencore.training",
        before="np.random.default_rng([recipe.seed, epoch])",
        after="np.random",
        test="tests/test_zoo.py::test_an_interrupted_training_resumes_bit_for_bit",
    ),
    Mutant(
        name="same-order-in-every-epoch",
        module="gencore.training",
        before="np.random.default_rng([recipe.seed, epoch])",
        after="np.random.default_rng(recipe.seed)",
        test="tests/test_training.py::test_each_epoch_takes_every_image_once_with_its_target_in_an_order_of_its_own",
    ),
    Mutant(
        name="same-order-for-every-seed",
        module="gencore.training",
        before="np.random.default_rng([recipe.seed, epoch])",
        after="np.random.default_rng([0, epoch])",
        test="tests/test_training.py::test_each_epoch_takes_every_image_once_with_its_target_in_an_order_of_its_own",
    ),
    Mutant(
        name="images-shuffled-without-their-targets",
        module="gencore.training",
        before="values[order] for key, values",
        after='values[order] if key == "x" else values for key, values',
        test="tests/test_training.py::test_each_epoch_takes_every_image_once_with_its_target_in_an_order_of_its_own",
    ),
    Mutant(
        name="rate-falls-within-an-epoch",
        module="gencore.training",
        before="steps * recipe.epochs)\n    model",
        after="steps)\n    model",
        test="tests/test_training.py::test_the_rate_falls_along_half_a_cosine_over_all_steps",
    ),
    Mutant(
        name="rate-never-falls",
        module="gencore.training",
        before="keras.optimizers.Adam(rate)",
        after="keras.optimizers.Adam(recipe.learning_rate)",
        test="tests/test_training.py::test_the_rate_falls_along_half_a_cosine_over_all_steps",
    ),
    Mutant(
        name="compiler-left-to-keras",
        module="gencore.training",
        before="jit_compile=False, ",
        after="",
        test="tests/test_training.py::test_the_compiler_is_the_one_that_the_card_names",
    ),
    Mutant(
        name="validation-on-the-examples",
        module="gencore.training",
        before="**validation, batch_size",
        after="**examples, batch_size",
        test="tests/test_training.py::test_the_history_holds_the_cost_of_each_part_over_all_its_images",
    ),
    Mutant(
        name="seconds-of-the-last-run-only",
        module="gencore.training",
        before='record["train_seconds"] +=',
        after='record["train_seconds"] =',
        test="tests/test_training.py::test_seconds_are_those_of_all_whole_epochs_before_and_after_an_interruption",
    ),
    Mutant(
        name="last-epoch-done-again",
        module="gencore.training",
        before='record["epochs"] = epoch + 1',
        after='record["epochs"] = epoch',
        test="tests/test_training.py::test_seconds_are_those_of_all_whole_epochs_before_and_after_an_interruption",
    ),
    Mutant(
        name="nan-not-noticed-in-its-step",
        module="gencore.training",
        before="_check_finite(logs or {}, step, self.name, self.state)",
        after="pass",
        test="tests/test_training.py::test_what_is_not_finite_in_the_examples_names_the_step",
    ),
    Mutant(
        name="spoilt-weights-kept",
        module="gencore.training",
        before='_check_finite(logged, f"the end of epoch {epoch + 1}", recipe.name, state)',
        after="pass",
        test="tests/test_training.py::test_weights_spoilt_by_the_last_step_of_an_epoch_are_not_kept",
    ),
    Mutant(
        name="grey-levels-to-255-pass",
        module="gencore.training",
        before="        unit_interval(images)\n",
        after="        pass\n",
        test="tests/test_training.py::test_images_outside_the_unit_interval_are_refused[bytes-x_train]",
    ),
    Mutant(
        name="resumed-under-other-settings",
        module="gencore.training",
        before='if note["settings"] != json.loads(json.dumps(recipe.settings())):',
        after="if False:",
        test="tests/test_training.py::test_a_state_of_other_settings_other_networks_or_half_a_file_is_refused",
    ),
    Mutant(
        name="resumed-with-other-networks",
        module="gencore.training",
        before=(
            "if [array.shape for array in arrays] != [tuple(variable.shape) for "
            "variable in variables]:"
        ),
        after="if False:",
        test="tests/test_training.py::test_a_state_of_other_settings_other_networks_or_half_a_file_is_refused",
    ),
]
