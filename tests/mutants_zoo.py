"""Mistakes in how checkpoints are kept, scored, compared and named on the command line."""

from tests.planted import Mutant

ZOO = [
    Mutant(
        name="card-without-the-digests-of-its-data",
        module="gencore.zoo",
        before='"digests": split.digests',
        after='"digests": {}',
        test="tests/test_zoo.py::test_a_card_says_how_the_model_came_about",
    ),
    Mutant(
        name="scored-before-rounding",
        module="gencore.zoo",
        before="    _assign(model, weights, name)  # what",
        after="    # what",
        test="tests/test_zoo.py::test_the_card_scores_what_is_loaded",
    ),
    Mutant(
        name="card-written-before-weights",
        module="gencore.zoo",
        before="        with atomic_write(weights_path(name))",
        after="        write_card(name, described)\n        with atomic_write(weights_path(name))",
        test="tests/test_zoo.py::test_a_crash_while_a_checkpoint_is_written_leaves_no_card_and_loses_nothing[np.savez_compressed]",
    ),
    Mutant(
        name="state-deleted-before-the-card-is-written",
        module="gencore.zoo",
        before="    write_card(name, described)\n    state.unlink(missing_ok=True)\n",
        after="    state.unlink(missing_ok=True)\n    write_card(name, described)\n",
        test="tests/test_zoo.py::test_a_crash_while_a_checkpoint_is_written_leaves_no_card_and_loses_nothing[write_card]",
    ),
    Mutant(
        name="weights-written-in-place",
        module="gencore.zoo",
        before='with atomic_write(weights_path(name)) as path, open(path, "wb") as file:',
        after='with open(weights_path(name), "wb") as file:',
        test="tests/test_zoo.py::test_a_crash_while_a_checkpoint_is_written_leaves_no_card_and_loses_nothing[np.savez_compressed]",
    ),
    Mutant(
        name="digest-of-weights-not-verified",
        module="gencore._cards",
        before="if (received := digest(path)) != described[key]:",
        after="if not (received := digest(path)):",
        test="tests/test_zoo.py::test_altered_weights_are_refused",
    ),
    Mutant(
        name="interrupted-training-begins-anew",
        module="gencore.zoo",
        before="if again and state.exists():",
        after="if state.exists():",
        test="tests/test_zoo.py::test_an_interrupted_training_resumes_bit_for_bit",
    ),
    Mutant(
        name="training-begun-again-and-interrupted-is-forgotten",
        module="gencore.zoo",
        before="card_path(name).exists() and not _state(name).exists()",
        after="card_path(name).exists()",
        test="tests/test_zoo.py::test_a_training_begun_again_and_interrupted_goes_on_without_again",
    ),
    Mutant(
        name="training-with-a-hidden-seed",
        module="gencore.zoo",
        before="    keras.utils.set_random_seed(recipe.seed)\n",
        after="",
        test="tests/test_zoo.py::test_a_trained_model_is_not_trained_again_unless_asked",
    ),
    Mutant(
        name="slice-compared-with-the-whole",
        module="gencore.zoo",
        before='["metrics" if whole else "slice"]',
        after='["metrics"]',
        test="tests/test_zoo.py::test_the_slice_of_a_card_is_that_of_its_first_test_images",
    ),
    Mutant(
        name="agreement-of-one-sign-only",
        module="gencore.zoo",
        before='(frame["card"] - frame["now"]).abs()',
        after='(frame["card"] - frame["now"])',
        test="tests/test_zoo.py::test_evaluate_notices_a_score_that_is_off_by_more_than_its_error",
    ),
    Mutant(
        name="agreement-within-two-errors",
        module="gencore.zoo",
        before='<= frame["stderr"]',
        after='<= 2 * frame["stderr"]',
        test="tests/test_zoo.py::test_evaluate_notices_a_score_that_is_off_by_more_than_its_error",
    ),
]

CARDS = [
    Mutant(
        name="group-adds-every-recipe",
        module="gencore.__main__",
        before="(options.all or recipe.group == options.group)",
        after="(options.all or options.group)",
        test="tests/test_command_line.py::test_groups_and_all_select_recipes",
    ),
    Mutant(
        name="half-written-cards-are-listed",
        module="gencore._cards",
        before='glob("[!.]*.json")',
        after='glob("*.json")',
        test="tests/test_zoo.py::test_half_written_files_of_a_killed_process_are_no_cards_and_are_removed",
    ),
    Mutant(
        name="error-of-the-test-images-left-out",
        module="gencore._cards",
        before="float(np.hypot(between.stderr, within**0.5))",
        after="between.stderr",
        test="tests/test_zoo.py::test_seeds_are_averaged_with_both_sources_of_error",
    ),
    Mutant(
        name="test-images-averaged-out-over-seeds",
        module="gencore._cards",
        before="within**0.5",
        after="(within / len(scores)) ** 0.5",
        test="tests/test_zoo.py::test_seeds_are_averaged_with_both_sources_of_error",
    ),
    Mutant(
        name="other-recipes-taken-for-seeds",
        module="gencore._cards",
        before=r'n == name or re.fullmatch(re.escape(name) + r"-s\d+", n)',
        after="n.startswith(name)",
        test="tests/test_zoo.py::test_seeds_are_averaged_with_both_sources_of_error",
    ),
    Mutant(
        name="disagreement-exits-with-success",
        module="gencore.__main__",
        before="return 0 if agrees else 1",
        after="return 0",
        test="tests/test_command_line.py::test_evaluate_fails_where_a_card_disagrees",
    ),
    Mutant(
        name="one-agreeing-score-is-enough",
        module="gencore.__main__",
        before='frame["agrees"].all()',
        after='frame["agrees"].any()',
        test="tests/test_command_line.py::test_evaluate_fails_where_a_card_disagrees",
    ),
    Mutant(
        name="threads-ignored",
        module="gencore.__main__",
        before='"TF_NUM_INTRAOP_THREADS"] = str(options.threads)',
        after='"TF_NUM_INTRAOP_THREADS"] = "1"',
        test="tests/test_command_line.py::test_threads_are_set_before_tensorflow_is_loaded",
    ),
]
