"""Mistakes in how a recipe is trained, stopped and resumed."""

from tests.planted import Mutant

TRAINING = [
    Mutant(
        name="only-infinity-stops-a-training",
        module="gencore._watch",
        before="if not math.isfinite(value):",
        after="if math.isinf(value):",
        test="tests/test_training.py::test_nan_stops_the_training_and_keeps_the_last_good_state",
    ),
    Mutant(
        name="optimizer-not-kept",
        module="gencore.training",
        before="[*model.variables, *(v for o in _optimizers(model) for v in o.variables)]",
        after="[*model.variables]",
        test="tests/test_zoo.py::test_an_interrupted_training_resumes_bit_for_bit",
    ),
    Mutant(
        name="noise-generator-not-kept",
        module="gencore.training",
        before="[*model.variables, *(v for o",
        after="[*model.weights, *(v for o",
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
        before="tf.gather(array, chosen), examples)",
        after="tf.gather(array, tf.random.shuffle(chosen)), examples)",
        test="tests/test_training.py::test_each_epoch_takes_every_image_once_with_its_target_in_an_order_of_its_own",
    ),
    Mutant(
        name="rate-falls-within-an-epoch",
        module="gencore.training",
        before="max(1, steps * recipe.epochs)",
        after="max(1, steps)",
        test="tests/test_training.py::test_the_rate_falls_along_half_a_cosine_over_all_steps",
    ),
    Mutant(
        name="rate-never-falls",
        module="gencore.training",
        before="Adam(rate, **",
        after="Adam(recipe.learning_rate, **",
        test="tests/test_training.py::test_the_rate_falls_along_half_a_cosine_over_all_steps",
    ),
    Mutant(
        name="compiler-left-to-keras",
        module="gencore.training",
        before="        jit_compile=False,\n",
        after="",
        test="tests/test_training.py::test_the_compiler_is_the_one_that_the_card_names",
    ),
    Mutant(
        name="validation-on-the-examples",
        module="gencore.training",
        before="**recipe.validation(split), batch_size",
        after="**recipe.examples(split), batch_size",
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
        module="gencore._watch",
        before='self.check(logs or {}, f"steps',
        after='self.check({}, f"steps',
        test="tests/test_training.py::test_what_is_not_finite_in_the_examples_names_the_steps",
    ),
    Mutant(
        name="last-batch-only-as-long-as-the-others",
        module="gencore.training",
        before="math.ceil(len(order) / batch_size)",
        after="len(order) // batch_size",
        test="tests/test_training.py::test_each_epoch_takes_every_image_once_with_its_target_in_an_order_of_its_own",
    ),
    Mutant(
        name="steps-counted-beyond-the-epoch",
        module="gencore._watch",
        before='min(batch + 1, self.params["steps"])',
        after="batch + 1",
        test="tests/test_training.py::test_what_is_not_finite_in_the_examples_names_the_steps",
    ),
    Mutant(
        name="adam-without-the-correction-of-its-means",
        module="gencore._adam",
        before="time = ops.cast(self.iterations + 1,",
        after="time = ops.cast(self.iterations + 1000,",
        test="tests/test_training.py::test_the_fused_adam_is_that_of_keras",
    ),
    Mutant(
        name="adam-with-the-means-exchanged",
        module="gencore._adam",
        before="beta1=self.beta_1,",
        after="beta1=self.beta_2,",
        test="tests/test_training.py::test_the_fused_adam_is_that_of_keras",
    ),
    Mutant(
        name="adam-without-its-schedule",
        module="gencore._adam",
        before="lr=ops.cast(learning_rate,",
        after="lr=ops.cast(1e-2,",
        test="tests/test_training.py::test_the_fused_adam_is_that_of_keras",
    ),
    Mutant(
        name="adam-with-an-epsilon-of-its-own",
        module="gencore._adam",
        before="epsilon=self.epsilon,",
        after="epsilon=1e-7,",
        test="tests/test_training.py::test_the_fused_adam_is_that_of_keras",
    ),
    Mutant(
        name="spoilt-weights-kept",
        module="gencore.training",
        before=(
            'watch.check(logged, f"the end of epoch {epoch + 1}")\n            watch.check_weights'
        ),
        after='watch.check({}, "")\n            (lambda when: None)',
        test="tests/test_training.py::test_weights_spoilt_by_the_last_step_of_an_epoch_are_not_kept",
    ),
    Mutant(
        name="grey-levels-to-255-pass",
        module="gencore.training",
        before="            unit_interval(examples)\n",
        after="            pass\n",
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
