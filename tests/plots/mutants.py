"""Mistakes planted in `plots`, each with the test that it makes fail."""

from tests.planted import Mutant

PLOTS = "tests/plots/test_plots.py::test_"

MUTANTS = [
    Mutant(
        name="missing-images-drawn-black",
        module="gencore.plots.axes",
        before="sheet = np.zeros(",
        after="sheet = np.ones(",
        test=PLOTS + "image_grid_leaves_missing_places_empty",
    ),
    Mutant(
        name="grid-lays-columns-after-columns",
        module="gencore.plots.axes",
        before="sheet = sheet.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)",
        after="sheet = sheet.reshape(columns, rows, height + 1, width + 1).transpose(1, 2, 0, 3)",
        test=PLOTS + "image_grid_lays_rows_after_rows",
    ),
    Mutant(
        name="grey-images-stretched-to-their-range",
        module="gencore.plots.axes",
        before=", vmin=lowest, vmax=1)",
        after=")",
        test=PLOTS + "grey_images_keep_their_scale_and_ink_is_black",
    ),
    Mutant(
        name="ink-drawn-white",
        module="gencore.plots.axes",
        before='else ("gray_r", 0)',
        after='else ("gray", 0)',
        test=PLOTS + "grey_images_keep_their_scale_and_ink_is_black",
    ),
    Mutant(
        name="signed-images-share-a-scale",
        module="gencore.plots.axes",
        before=".max(axis=(1, 2), keepdims=True)",
        after=".max(keepdims=True)",
        test=PLOTS + "signed_images_are_scaled_one_by_one_around_zero",
    ),
    Mutant(
        name="row-names-upside-down",
        module="gencore.plots.axes",
        before="(i + 0.5) * height, name",
        after="(len(rows) - i - 0.5) * height, name",
        test=PLOTS + "pairs_put_partners_in_one_column",
    ),
    Mutant(
        name="curve-of-the-first-seed-only",
        module="gencore.plots.axes",
        before="repeats.mean(axis=0), dash",
        after="repeats[0], dash",
        test=PLOTS + "curves_draw_the_mean_and_the_span_of_repeats",
    ),
    Mutant(
        name="band-of-one-deviation",
        module="gencore.plots.axes",
        before="low, high = repeats.min(axis=0), repeats.max(axis=0)",
        after="low, high = repeats.mean(0) - repeats.std(0), repeats.mean(0) + repeats.std(0)",
        test=PLOTS + "curves_draw_the_mean_and_the_span_of_repeats",
    ),
    Mutant(
        name="epochs-counted-from-zero",
        module="gencore.plots.axes",
        before="np.arange(1, repeats.shape[1] + 1)",
        after="np.arange(repeats.shape[1])",
        test=PLOTS + "curves_draw_the_mean_and_the_span_of_repeats",
    ),
    Mutant(
        name="arrows-scaled-by-matplotlib",
        module="gencore.plots.planes",
        before='"scale": 1',
        after='"scale": None',
        test=PLOTS + "vector_field_arrows_end_where_they_point",
    ),
    Mutant(
        name="diagram-with-parallel-weights",
        module="gencore.plots.axes",
        before="for x1, y1 in right:",
        after="for x1, y1 in [(2.0 + x0, y0)] * len(right):",
        test=PLOTS + "network_diagram_has_a_line_for_each_weight",
    ),
    Mutant(
        name="phase-plane-with-the-coordinates-of-the-flow-exchanged",
        module="gencore.plots.diagrams",
        before="ax.quiver(x, y, *flow(x, y), ",
        after="ax.quiver(x, y, *flow(y, x), ",
        test=PLOTS + "phase_plane_draws_paths_over_arrows_that_follow_the_flow",
    ),
    Mutant(
        name="simplex-corners-exchanged",
        module="gencore.plots.diagrams",
        before="[[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]]",
        after="[[1.0, 0.0], [0.0, 0.0], [0.5, np.sqrt(0.75)]]",
        test=PLOTS + "simplex_path_puts_actions_in_corners_and_their_mixtures_between",
    ),
    Mutant(
        name="simplex-of-four-actions",
        module="gencore.plots.diagrams",
        before="np.shape(shares)[1] != 3 or len(names) != 3",
        after="len(names) < 3",
        test=PLOTS + "bad_arrays_are_refused",
    ),
    Mutant(
        name="stability-by-the-real-part",
        module="gencore.plots.diagrams",
        before="np.abs(multiplier(real + 1j * imaginary))",
        after="np.real(multiplier(real + 1j * imaginary))",
        test=PLOTS + "eigenvalue_plane_bounds_the_eigenvalues_that_die_away",
    ),
    Mutant(
        name="eigenvalues-without-their-conjugates",
        module="gencore.plots.diagrams",
        before="np.imag(values), mark",
        after="np.abs(np.imag(values)), mark",
        test=PLOTS + "eigenvalue_plane_bounds_the_eigenvalues_that_die_away",
    ),
    Mutant(
        name="dose-drawn-as-variance-and-ticked-as-scale",
        module="gencore.plots.diagrams",
        before="np.sqrt(frame.index.to_numpy(float))",
        after="frame.index.to_numpy(float)",
        test=PLOTS + "a_dose_response_stands_at_the_roots_of_the_variances",
    ),
    Mutant(
        name="colours-counted-among-the-lines-that-are-shown",
        module="gencore.plots.diagrams",
        before="in zip(frames.items(), styles, strict=False):\n        if",
        after=(
            "in zip([(n, f) for n, f in frames.items() if shown is None or n in shown], styles,"
            " strict=False):\n        if"
        ),
        test=PLOTS + "a_dose_response_stands_at_the_roots_of_the_variances",
    ),
    Mutant(
        name="density-of-the-plane-transposed",
        module="gencore.plots.planes",
        before="density.reshape(points, points), levels",
        after="density.reshape(points, points).T, levels",
        test=PLOTS + "latent_density_is_darkest_where_the_draws_are",
    ),
    Mutant(
        name="labels-of-classes-over-each-other",
        module="gencore.plots.planes",
        before="(lacking / gaps)[..., None]",
        after="(0 * gaps)[..., None]",
        test=PLOTS + "labels_of_classes_in_one_place_lie_beside_each_other",
    ),
    Mutant(
        name="grey-levels-of-bytes-drawn-black",
        module="gencore.plots.axes",
        before="low, high = (0, 1) if whole and bound == FARTHEST else (-bound, bound)",
        after="low, high = -math.inf, math.inf",
        test="tests/plots/test_plots.py::test_grey_levels_of_bytes_are_not_drawn_all_black",
    ),
    Mutant(
        name="one-image-taken-for-its-rows",
        module="gencore.plots.axes",
        before="        tiles = tiles[None, :, :, 0]  # one",
        after="        pass  # one",
        test="tests/plots/test_plots.py::test_one_image_with_its_channel_is_one_image",
    ),
]
