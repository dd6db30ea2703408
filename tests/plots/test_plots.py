"""Figures: what is drawn is what was given, on the axes that were given."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from gencore import plots


@pytest.fixture(autouse=True)
def _closed_figures():
    with mpl.rc_context():
        yield
    plt.close("all")


def test_image_grid_lays_rows_after_rows():
    images = np.arange(6 * 4 * 3).reshape(6, 4, 3) / 72
    sheet = plots.image_grid(images, columns=3).images[0].get_array()
    assert sheet.shape == (2 * 5 - 1, 3 * 4 - 1)
    for k, image in enumerate(images):
        row, column = divmod(k, 3)
        tile = sheet[5 * row : 5 * row + 4, 4 * column : 4 * column + 3]
        np.testing.assert_array_equal(tile, image)


def test_grey_images_keep_their_scale_and_ink_is_black():
    drawn = plots.image_grid(np.full((1, 2, 2), 0.25)).images[0]
    assert drawn.get_clim() == (0, 1)
    assert drawn.cmap(0.0)[:3] == (1, 1, 1) and drawn.cmap(1.0)[:3] == (0, 0, 0)


def test_image_grid_leaves_missing_places_empty():
    sheet = plots.image_grid(np.ones((3, 2, 2, 1)), columns=2).images[0].get_array()
    assert sheet[3:, 3:].max() == 0


def test_signed_images_are_scaled_one_by_one_around_zero():
    images = np.array([[[0.0, -4.0]], [[1.0, 0.5]]])
    drawn = plots.image_grid(images, columns=1, signed=True).images[0]
    assert drawn.get_clim() == (-1, 1)
    np.testing.assert_array_equal(drawn.get_array(), [[0, -1], [0, 0], [1, 0.5]])


def test_pairs_put_partners_in_one_column():
    above, below = np.zeros((3, 2, 2)), np.ones((3, 2, 2))
    ax = plots.pairs({"above": above, "below": below})
    sheet = ax.images[0].get_array()
    assert sheet[:2].max() == 0
    assert sheet[3:, :2].min() == 1
    names = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert 0 < names["above"] < 2 < 3 < names["below"] < 5  # rows of the sheet


def test_curves_draw_the_mean_and_the_span_of_repeats():
    ax = plots.curves({"one": np.array([1.0, 2.0]), "three": np.array([[0, 0], [1, 2], [2, 7]])})
    one, three = ax.get_lines()
    np.testing.assert_array_equal(one.get_xdata(), [1, 2])
    np.testing.assert_array_equal(three.get_ydata(), [1, 3])
    band = ax.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (0, 7)
    ax = plots.curves({"one": np.array([1.0, 2.0])}, x=[10, 20], xlabel="step", ylabel="cost")
    np.testing.assert_array_equal(ax.get_lines()[0].get_xdata(), [10, 20])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "cost")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one"]
    assert one.get_color() != three.get_color()
    assert one.get_linestyle() != three.get_linestyle()
    assert plots.curves({"one": [1.0]}, legend=False).get_legend() is None


def test_vector_field_arrows_end_where_they_point():
    ax = plots.vector_field(np.array([[0.0, 1.0]]), np.array([[2.0, -1.0]]))
    arrows = ax.collections[0]
    assert (arrows.U[0], arrows.V[0], arrows.scale) == (2, -1, 1)
    assert (arrows.angles, arrows.scale_units) == ("xy", "xy")


def test_network_diagram_has_a_line_for_each_weight():
    ax = plots.network_diagram((4, 3, 4))
    assert len(ax.get_lines()) == 4 * 3 + 3 * 4
    assert [len(c.get_offsets()) for c in ax.collections] == [4, 3, 4]
    ends = {tuple(map(tuple, line.get_xydata())) for line in ax.get_lines()}
    units = [{tuple(unit) for unit in c.get_offsets()} for c in ax.collections]
    pairs = [(a, b) for left, right in ((0, 1), (1, 2)) for a in units[left] for b in units[right]]
    assert ends == set(pairs)


def test_latent_scatter_puts_points_and_names_where_the_codes_are():
    codes = np.array([[0.0, 1.0], [2.0, 1.0], [5.0, 5.0]])
    ax = plots.latent_scatter(codes, np.array([3, 3, 7]))
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), codes)
    assert [t.get_text() for t in ax.texts] == ["3", "7"]
    places = [t.get_position() for t in ax.texts]
    np.testing.assert_allclose(places, [(1, 1), (5, 5)], atol=1e-4)


def test_labels_of_classes_in_one_place_lie_beside_each_other():
    rng = np.random.default_rng(0)
    labels = rng.integers(4, size=400)
    codes = rng.normal(size=(400, 2)) * (1, 20) + np.where(labels == 3, 5, 0)[:, None] * (1, 20)
    ax = plots.latent_scatter(codes, labels)
    spread = codes.std(axis=0)
    places = np.array([text.get_position() for text in ax.texts]) / spread
    middles = np.array([np.median(codes[labels == k], axis=0) for k in range(4)]) / spread
    gaps = np.linalg.norm(places[:, None] - places, axis=-1)[np.triu_indices(4, 1)]
    assert gaps.min() >= 0.44
    assert np.linalg.norm(places - middles, axis=-1).max() < 0.6
    np.testing.assert_allclose(places[3], middles[3], atol=1e-4)


def test_latent_density_is_darkest_where_the_draws_are():
    rng = np.random.default_rng(0)
    clusters = ((0.0, 3.0), 200), ((4.0, -1.0), 50)
    draws = np.concatenate([rng.normal(place, 0.3, (n, 2)) for place, n in clusters])
    ax = plots.latent_density(draws, points=40)
    darkest = [p.vertices for p in ax.collections[0].get_paths() if len(p.vertices)][-1]
    assert np.abs(darkest - clusters[0][0]).max() < 1
    for limits, center, scale in zip(
        (ax.get_xlim(), ax.get_ylim()), draws.mean(axis=0), draws.std(axis=0), strict=True
    ):
        np.testing.assert_allclose(limits, (center - 3 * scale, center + 3 * scale))


def test_vae_diagram_names_its_blocks_and_draws_the_noise_apart():
    ax = plots.vae_diagram()
    names = [text.get_text() for text in ax.texts if text.get_text()]
    assert len(names) == 8
    assert {"$x$", "encoder", "decoder"} <= set(names)
    dashed = [
        text
        for text in ax.texts
        if getattr(text, "arrow_patch", None) is not None
        and text.arrow_patch.get_linestyle() == "--"
    ]
    assert len(dashed) == 1


def test_simplex_path_puts_actions_in_corners_and_their_mixtures_between():
    shares = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]])
    ax = plots.simplex_path(shares, ("rock", "paper", "scissors"))
    path, start, end = ax.get_lines()
    corners = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])
    np.testing.assert_allclose(path.get_xydata(), [*corners, [0.5, 0]], atol=1e-15)
    assert start.get_xydata().tolist() == [[0, 0]] and end.get_xydata().tolist() == [[0.5, 0]]
    for text, name, corner in zip(ax.texts, ("rock", "paper", "scissors"), corners, strict=True):
        assert text.get_text() == name
        assert np.hypot(*(np.array(text.get_position()) - corner)) < 0.1


def test_phase_plane_draws_paths_over_arrows_that_follow_the_flow():
    path = (np.array([1.0, 2.0]), np.array([0.0, -1.0]))
    ax = plots.phase_plane({"spiral": path}, lambda x, y: (-y, 2 * x), 3.0)
    drawn = next(line for line in ax.get_lines() if line.get_label() == "spiral")
    np.testing.assert_array_equal(drawn.get_xydata(), np.transpose(path))
    arrows = ax.collections[0]
    x, y = arrows.get_offsets().T
    np.testing.assert_array_equal((arrows.U, arrows.V), (-y, 2 * x))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3, 3), (-3, 3))


def test_eigenvalue_plane_bounds_the_eigenvalues_that_die_away():
    values, limits = np.array([-0.5 + 1j, -0.5 - 1j]), (-3, 1, -2, 2)
    ax = plots.eigenvalue_plane({"eigenvalues": values}, {"steps": lambda z: 1 + z}, limits)
    bound = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    np.testing.assert_allclose(np.hypot(bound[:, 0] + 1, bound[:, 1]), 1, atol=1e-3)
    drawn = next(line for line in ax.get_lines() if line.get_label() == "eigenvalues")
    np.testing.assert_array_equal(drawn.get_xydata(), [[-0.5, 1], [-0.5, -1]])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["steps", "eigenvalues"]


def test_functions_draw_on_the_given_axes():
    ax = plt.subplots()[1]
    images = np.zeros((2, 2, 2))
    assert plots.image_grid(images, ax=ax) is ax
    assert plots.pairs({"row": images}, ax=ax) is ax
    assert plots.curves({"curve": [1.0]}, ax=ax) is ax
    assert plots.vector_field(np.zeros((1, 2)), np.ones((1, 2)), ax=ax) is ax
    assert plots.network_diagram(ax=ax) is ax
    assert plots.vae_diagram(ax=ax) is ax
    assert plots.simplex_path(np.ones((2, 3)) / 3, "abc", ax=ax) is ax
    assert plots.phase_plane({}, lambda x, y: (x, y), 1.0, ax=ax) is ax
    assert plots.eigenvalue_plane({}, {"rule": np.abs}, (-1, 1, -2, 2), ax=ax) is ax
    assert plots.latent_scatter(np.zeros((1, 2)), np.zeros(1, dtype=int), ax=ax) is ax
    assert len(plt.get_fignums()) == 1


def test_book_style_has_an_opaque_ground():
    plots.use_book_style()
    assert mpl.rcParams["savefig.facecolor"] == mpl.rcParams["figure.facecolor"] == "white"


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.image_grid(np.zeros((5, 784))), r"received \(5, 784\)"),
        (lambda: plots.image_grid(np.zeros((0, 28, 28))), r"received \(0, 28, 28\)"),
        (lambda: plots.pairs({"a": np.zeros((1, 2, 2)), "b": np.zeros((2, 2, 2))}), "'b'"),
        (lambda: plots.latent_scatter(np.zeros((2, 3)), np.zeros(2)), r"received codes \(2, 3\)"),
        (lambda: plots.latent_density(np.zeros((9, 3))), r"received draws \(9, 3\)"),
        (lambda: plots.simplex_path(np.ones((2, 4)) / 4, "abcd"), r"received shares \(2, 4\)"),
    ],
)
def test_bad_arrays_are_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


def test_a_dose_response_stands_at_the_roots_of_the_variances():
    columns = ["value", "low", "high"]
    one = pd.DataFrame([[1.0, 0.5, 2.0], [3.0, 3.0, 3.0]], index=[0.0, 0.04], columns=columns)
    other = pd.DataFrame([[5.0, 5.0, 5.0]], index=[0.25], columns=columns)
    ax = plots.dose_response({"one": one, "other": other}, ylabel="score")
    lines = ax.get_lines()
    # 0.2 is not a binary number: equal to rounding.
    np.testing.assert_allclose(lines[0].get_xydata(), [[0, 1], [0.2, 3]])
    np.testing.assert_allclose(lines[1].get_xydata(), [[0.5, 5]])
    np.testing.assert_allclose(ax.collections[0].get_segments()[0], [[0, 0.5], [0, 2]])
    np.testing.assert_allclose(ax.get_xticks(), [0, 0.2, 0.5])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "0.04", "0.25"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "other"]
    assert lines[0].get_color() != lines[1].get_color()
    assert lines[0].get_marker() != lines[1].get_marker()
    alone = plots.dose_response({"one": one, "other": other}, shown=["other"]).get_lines()
    assert [(a.get_color(), a.get_marker()) for a in alone] == [
        (b.get_color(), b.get_marker()) for b in ax.get_lines()[1:]
    ]
    assert plots.dose_response({"one": one}, legend=False).get_legend() is None
    assert plots.dose_response({}).get_legend() is None  # nothing to name is no warning


def test_grey_levels_of_bytes_are_not_drawn_all_black():
    grey = np.random.default_rng(0).random((3, 8, 8))
    for wrong in ((grey * 255).astype("uint8"), grey * 255, np.where(grey > 0.5, np.nan, grey)):
        with pytest.raises(ValueError, match="grey images are .*received"):
            plots.image_grid(wrong)
    plots.image_grid(grey > 0.5)
    plots.image_grid(grey * 255, signed=True)
    plots.image_grid(grey * 3 - 1)  # noise leaves [0, 1]


def test_one_image_with_its_channel_is_one_image():
    ax = plots.image_grid(np.random.default_rng(0).random((28, 28, 1)))
    assert ax.images[0].get_array().shape == (28, 28)
