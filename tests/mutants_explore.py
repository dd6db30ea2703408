"""Mistakes in the interactive figures: what travels with a page, and what is refused."""

from tests.planted import Mutant

TEST = "tests/test_explore.py::test_"
EXPLORE = [
    Mutant(
        name="numbers-rounded-on-the-way",
        module="gencore._explore_page",
        before="base64.b64encode(typed.tobytes())",
        after="base64.b64encode(typed.round(1).tobytes())",
        test=TEST + "numbers_survive_the_journey",
    ),
    Mutant(
        name="weights-that-overflow",
        module="gencore._explore_page",
        before="else np.isfinite(typed) == np.isfinite(source)",
        after="else True",
        test=TEST + "numbers_that_would_not_are_refused[values3-float16-outside]",
    ),
    Mutant(
        name="pixels-cut-to-whole-numbers",
        module="gencore._explore_page",
        before='fits = typed == source if dtype == "uint8"',
        after='fits = abs(typed - source) < 1 if dtype == "uint8"',
        test=TEST + "numbers_that_would_not_are_refused[values2-uint8-outside]",
    ),
    Mutant(
        name="words-that-end-the-script",
        module="gencore._explore_page",
        before='.replace("<", "\\\\u003c")',
        after="",
        test=TEST + "the_words_of_a_figure_cannot_end_its_script",
    ),
    Mutant(
        name="kernels-of-transposed-layers-as-they-are",
        module="gencore._explore_networks",
        before="if transposed:  # Keras",
        after="if not kind:  # Keras",
        test=TEST + "layers_travel_in_their_order_with_their_kernels",
    ),
    Mutant(
        name="logits-shown-as-pixels",
        module="gencore._explore_networks",
        before='if output != "linear":',
        after='if output == "linear":',
        test=TEST + "layers_travel_in_their_order_with_their_kernels",
    ),
    Mutant(
        name="scales-taken-for-means",
        module="gencore._explore_networks",
        before='found[-1]["kernel"][..., :outputs]',
        after='found[-1]["kernel"][..., -outputs:]',
        test=TEST + "of_a_vae_the_means_travel_and_not_the_scales",
    ),
    Mutant(
        name="padding-passed-over",
        module="gencore._explore_networks",
        before='settings["padding"] == "same" and across == down',
        after="across == down",
        test=TEST + "what_the_page_cannot_run_is_refused[valid]",
    ),
    Mutant(
        name="steps-that-differ-passed-over",
        module="gencore._explore_networks",
        before='settings["padding"] == "same" and across == down',
        after='settings["padding"] == "same"',
        test=TEST + "what_the_page_cannot_run_is_refused[strides]",
    ),
    Mutant(
        name="squared-error-shown-through-a-sigmoid",
        module="gencore._explore_models",
        before="np.allclose(image, _sigmoid",
        after="np.allclose(0 * image, 0 * _sigmoid",
        test=TEST + "images_that_are_no_probabilities_are_refused",
    ),
    Mutant(
        name="codes-in-three-dimensions-flattened",
        module="gencore._explore_models",
        before="if points.shape[1] != 2:",
        after="if points.ndim != 2:",
        test=TEST + "a_map_without_a_plane_is_refused",
    ),
    Mutant(
        name="frame-turned-round",
        module="gencore._explore_models",
        before="np.stack([low - pad, high + pad], axis=1)",
        after="np.stack([low - pad, high + pad], axis=0)",
        test=TEST + "the_plane_holds_the_codes_and_its_frame_nearly_all",
    ),
    Mutant(
        name="start-outside-of-the-plane",
        module="gencore._explore_games",
        before="if not max(abs(x), abs(y)) <= 2.5:",
        after="if max(x, y) > 2.5:",
        test=TEST + "a_start_outside_of_the_plane_is_refused",
    ),
    Mutant(
        name="curves-beside-the-grid",
        module="gencore._explore_games",
        before="data_density.shape != grid.shape",
        after="data_density.ndim != grid.ndim",
        test=TEST + "curves_beside_the_grid_are_refused",
    ),
    Mutant(
        name="rounds-of-em-miscounted",
        module="gencore._explore_scores",
        before="evidence.shape != bounds.shape",
        after="evidence.ndim != bounds.ndim",
        test=TEST + "rounds_that_do_not_fit_are_refused",
    ),
    Mutant(
        name="bandwidths-that-fall",
        module="gencore._explore_scores",
        before="bool(np.all(np.diff(widths) > 0))",
        after="bool(np.all(np.diff(widths) != 0))",
        test=TEST + "bandwidths_rise_and_have_scores",
    ),
    Mutant(
        name="bandwidth-of-the-worst-score",
        module="gencore._explore_scores",
        before="widths[np.argmax(values)]",
        after="widths[np.argmin(values)]",
        test=TEST + "bandwidths_begin_where_asked_and_name_each_best",
    ),
    Mutant(
        name="noisy-copies-against-noisy-digits",
        module="gencore._explore_recipes",
        before="clean, model.images(model.codes(noisy))",
        after="noisy, model.images(model.codes(noisy))",
        test="tests/test_explore_recipes.py::"
        "test_the_copies_of_a_vae_are_measured_as_those_of_an_autoencoder",
    ),
]
