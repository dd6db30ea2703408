"""Interactive figures as text: what travels with a page, and what is refused.

How they behave in a browser: test_page.py.
"""

import base64
import html
import io
import json
import re
import tomllib

import keras
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gencore import autoencoder, data, explore, gae, metrics, networks, sequences, vae
from gencore.explore.networks import network
from gencore.explore.page import Explorer, needed, packed, script, scripts
from tests.conftest import ROOT
from tests.figures import (
    copying_models,
    dreams,
    every_figure,
    mixture_rounds,
    painted,
    plane_models,
    unknown,
    writing_model,
)

KINDS = [
    *("latent_map", "draw_and_reconstruct", "game", "em_steps", "gan_training", "bandwidth"),
    "noise_levels",
    "threshold",
    "two_sample",
    *("dream", "style"),
    "typewriter",
]


@pytest.fixture(autouse=True)
def plain_style():
    """Draw pictures in Matplotlib's own style, whatever another test has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


FROM_ELSEWHERE = (
    r"https?:|\bsrc=(?!\"data:)|\bhref=|@import|url\(|\bfetch\(|XMLHttpRequest|import\("
)


@pytest.fixture(scope="module")
def figures():
    return every_figure()


def numbers(figure):
    """Return what the script of a figure is given, read from its HTML."""
    text = re.search(r'<script type="application/json">(.*?)</script>', figure._repr_html_(), re.S)
    return json.loads(text[1])


def unpacked(piece):
    small = piece["type"] == "uint4"
    dtype = np.dtype("uint8" if small else piece["type"])
    values = np.frombuffer(base64.b64decode(piece["base64"]), dtype)
    if small:
        values = np.stack([values // 16, values % 16], axis=1).ravel()[: np.prod(piece["shape"])]
    return values.reshape(piece["shape"])


# --- Numbers -----------------------------------------------------------------------------------


def test_numbers_survive_the_journey():
    rng = np.random.default_rng(0)
    for dtype, values in {
        "float64": rng.normal(size=(3, 4)),
        "float16": rng.normal(size=(2, 3, 5)).astype("float16"),
        "uint8": np.arange(256).reshape(16, 16),
        "uint4": np.arange(15).reshape(3, 5),
    }.items():
        piece = packed(values, dtype)
        assert json.loads(json.dumps(piece)) == piece
        np.testing.assert_array_equal(unpacked(piece), values)
    assert np.isnan(unpacked(packed([1.0, np.nan], "float16"))[1])


@pytest.mark.parametrize(
    ("values", "dtype", "words"),
    [
        ([256], "uint8", "outside"),
        ([-1], "uint8", "outside"),
        ([0.5], "uint8", "outside"),
        ([16], "uint4", "outside"),
        ([0.5], "uint4", "outside"),
        ([1e6], "float16", "outside"),
        ([1.0], "int64", "int64"),
    ],
)
def test_numbers_that_would_not_are_refused(values, dtype, words):
    with pytest.raises(ValueError, match=words):
        packed(values, dtype)


# --- Pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_needs_nothing_beside_itself(figures, kind):
    figure = figures[0][kind]
    page = figure._repr_html_()
    assert not re.search(FROM_ELSEWHERE, page)
    assert " id=" not in page, "two figures on a page share no identifier"
    assert numbers(figure)["kind"] == kind
    assert page == figure._repr_html_()
    # Script and style are 19 000 to 26 000 of it, the picture where no script runs up to 15 000,
    # and 20 000 where it shows noise, which hardly compresses.
    assert len(page) < 75_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_has_words_and_a_picture_in_its_place(figures, kind):
    figure = figures[0][kind]
    words = re.search(r'<p class="gencore-about">(.*?)</p>', figure._repr_html_(), re.S)[1]
    assert len(words.split()) > 30 and html.unescape(words) in repr(figure)
    assert figure._repr_png_()[:8] == b"\x89PNG\r\n\x1a\n"
    without = re.search(r"<noscript><img alt=.*base64,(.*)\"></noscript>", figure._repr_html_())[1]
    with Image.open(io.BytesIO(base64.b64decode(without))) as image:
        assert 200 < image.width <= 640


def test_the_words_of_a_figure_cannot_end_its_script():
    grid = np.linspace(-1, 1, 5)
    name = "</script><b>bold</b>"
    page = explore.gan_training(grid, grid**2, {name: (grid, grid)})
    assert numbers(page)["data"]["names"] == [name]
    assert "<b>" not in page._repr_html_()
    assert page._repr_html_().count("</script>") == 2


def test_the_package_takes_its_script_and_style_along():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["tool"]["setuptools"]
    beside = {path.suffix for path in (ROOT / "gencore").rglob("*") if path.is_file()}
    patterns = {pattern[1:] for pattern in settings["package-data"]["*"]}
    assert patterns == beside - {".py", ".pyc"}
    # Folders of scripts have no __init__.py: they are found as namespaces alone.
    assert settings["packages"]["find"].get("namespaces", True)


# --- Scripts -----------------------------------------------------------------------------------


def test_every_kind_has_a_file_and_no_file_lies_idle():
    kinds, parts = scripts("script/figures"), scripts("script")
    assert set(kinds) == set(KINDS)
    assert set().union(*(needed(text, parts) for text in kinds.values())) == set(parts)
    for name, text in parts.items():
        assert len(re.findall(rf"^gencoreParts\.{name} \?\?= ", text, re.M)) == 1
    for kind, text in kinds.items():
        assert f'gencoreParts.element.register("{kind}"' in text
    for text in (*kinds.values(), *parts.values()):
        assert text.startswith("// "), "the first line says what the file is for"


def made_by(text):
    """Return the names of the parts that a script makes, in their order."""
    return re.findall(r"^gencoreParts\.(\w+) \?\?= ", text, re.M)


@pytest.mark.parametrize("kind", KINDS)
def test_parts_come_once_after_those_that_they_need(figures, kind):
    text, parts = script(kind), scripts("script")
    assert f"<script>{text}</script>" in figures[0][kind]._repr_html_()
    assert re.findall(r'element\.register\("(\w+)"', text) == [kind]
    order = made_by(text)
    assert len(order) == len(set(order))
    for place, name in enumerate(order):
        assert set(needed(parts[name], parts)) <= set(order[:place])


def test_a_figure_carries_no_parts_of_others():
    game, drawing, noise = map(script, ("game", "draw_and_reconstruct", "noise_levels"))
    assert not {"networks", "picture", "sheet"} & set(made_by(game))
    assert "convolution" not in game and "convolution" in drawing
    assert not {"plot", "ticks", "colours", "sheet"} & set(made_by(drawing))
    assert "sheet" in made_by(noise) and not {"networks", "dragging"} & set(made_by(noise))


def test_parts_of_parts_are_found():
    parts = {
        "floor": "gencoreParts.floor ??= 1;",
        "wall": "gencoreParts.wall ??= gencoreParts.floor;",
        "roof": "gencoreParts.roof ??= gencoreParts.wall + gencoreParts.floor;",
        "garden": "gencoreParts.garden ??= gencoreParts.floor;",
    }
    assert needed("gencoreParts.roof", parts) == ["floor", "wall", "roof"]
    assert needed("gencoreParts.floor", parts) == ["floor"]
    assert needed("nothing", parts) == []


def test_kinds_and_parts_without_a_file_are_refused():
    for kind in ("histogram", "networks", ""):
        with pytest.raises(ValueError, match=f"the kind {kind!r}. Choose one of bandwidth, "):
            Explorer(kind, "title", "about", {}, lambda: None)
    with pytest.raises(ValueError, match="the part 'cellar'. Choose one of wall, or add its file"):
        needed("gencoreParts.wall", {"wall": "gencoreParts.wall ??= gencoreParts.cellar;"})
    circle = {"hen": "gencoreParts.hen ??= gencoreParts.egg;", "egg": "gencoreParts.hen"}
    with pytest.raises(ValueError, match="cycle"):
        needed("gencoreParts.egg", circle)


# --- Networks ----------------------------------------------------------------------------------


def test_layers_travel_in_their_order_with_their_kernels():
    model = plane_models()["VAE"].decoder
    layers = network(model, output="sigmoid")
    assert [layer["kind"] for layer in layers] == ["dense"] + 3 * ["transposed"]
    assert [layer["activation"] for layer in layers] == 3 * ["relu"] + ["sigmoid"]
    assert [layer.get("stride") for layer in layers] == [None, 2, 2, 1]
    assert layers[1]["input"] == [7, 7, 4] and layers[1]["output"] == [14, 14, 3]
    kernels = [w for w in model.get_weights() if w.ndim > 1]
    np.testing.assert_array_equal(unpacked(layers[0]["kernel"]), kernels[0])
    for layer, kernel in zip(layers[1:], kernels[1:], strict=True):
        np.testing.assert_array_equal(unpacked(layer["kernel"]), kernel.transpose(0, 1, 3, 2))


def test_of_a_vae_the_means_travel_and_not_the_scales():
    model = copying_models()["VAE"]
    figure = explore.draw_and_reconstruct({"VAE": model}, np.zeros((1, 28, 28, 1)))
    last = numbers(figure)["data"]["models"][0]["encoder"][-1]
    kernel, bias = model.encoder.get_weights()[-2:]
    np.testing.assert_array_equal(unpacked(last["kernel"]), kernel[:, :5])
    np.testing.assert_array_equal(unpacked(last["bias"]), bias[:5])


def test_the_plane_holds_the_codes_and_its_frame_nearly_all(figures):
    figure, made = figures[0]["latent_map"], figures[1]
    for described, model in zip(
        numbers(figure)["data"]["models"], made.planes.values(), strict=True
    ):
        codes = np.asarray(model.encoder(made.images))[:, :2]
        np.testing.assert_allclose(unpacked(described["codes"]), codes, rtol=1e-3, atol=1e-6)
        left, right, bottom, top = described["extent"]
        inside = (codes > [left, bottom]) & (codes < [right, top])
        assert inside.all(axis=1).mean() > 0.95
        first = codes[made.labels == made.labels[0]]
        np.testing.assert_allclose(described["start"], np.median(first, axis=0), rtol=1e-5)


# --- Noise -------------------------------------------------------------------------------------


def test_noisy_models_travel_in_sixteen_greys_with_their_scores(figures):
    figure, (seen, models) = figures[0]["noise_levels"], figures[1].noise
    found = numbers(figure)["data"]
    assert found["levels"] == [0, 0.05, 0.1, 0.4] and found["names"] == ["distance", "noise left"]
    # A sixteenth of the range is between neighbouring greys, half of it is the rounding.
    for level, x in enumerate(seen.values()):
        np.testing.assert_allclose(unpacked(found["seen"])[level] / 15, x[..., 0], atol=0.5 / 15)
    assert [model["name"] for model in found["models"]] == ["VAE", "GAN", "VAE that knows"]
    assert [model["levels"] for model in found["models"]] == [[0, 1, 2, 3], [0, 3], [2]]
    for model in found["models"]:
        for place, (images, scores) in enumerate(models[model["name"]].values()):
            samples = unpacked(model["samples"])[place]
            np.testing.assert_allclose(samples / 15, images / 255, atol=0.5 / 15 + 1e-12)
            assert model["scores"][place] == [str(score) for score in scores.values()]
    curves = unpacked(found["curves"])
    np.testing.assert_allclose(curves[0], [20, 35, 50, 140])
    np.testing.assert_array_equal(np.isnan(curves[1:]), [[0, 1, 1, 0], [1, 1, 0, 1]])
    assert "VAE from 20.0 ± 1.0 at 0 to 140.0 ± 1.0 at 0.4; for GAN from" in figure.about


def test_the_picture_on_paper_has_three_samples_of_each_model_at_each_variance(figures):
    models = {name: cells for name, cells in figures[1].noise[1].items() if cells}
    ax = figures[0]["noise_levels"].still()
    drawn = np.asarray(ax.images[0].get_array())
    assert [text.get_text() for text in ax.texts] == [*models, "0", "0.05", "0.1", "0.4"]
    for row, cells in enumerate(models.values()):
        for column, variance in enumerate((0, 0.05, 0.1, 0.4)):
            for k in range(3):
                # Images of 28 by 28 pixels, one pixel apart; a model that was not trained is blank.
                top, left = 29 * row, 29 * (3 * column + k)
                expected = cells[variance][0][k] / 255 if variance in cells else 0
                np.testing.assert_allclose(drawn[top : top + 28, left : left + 28], expected)


def test_noisy_models_that_do_not_fit_are_refused(figures):
    seen, models = figures[1].noise
    images, scores = models["VAE"][0.1]
    for wrong, words in (
        ({0.2: (images, scores)}, "trained at 0.2"),
        ({0.1: (images[:2], scores)}, "as many samples"),
        ({0.1: (images, {"distance": scores["distance"]})}, "the same scores"),
        ({0.0: (images, scores | {"distance": type(scores["distance"])(0.0, 1.0)})}, "positive"),
    ):
        with pytest.raises(ValueError, match=words):
            explore.noise_levels(seen, models | {"other": wrong})
    with pytest.raises(ValueError, match="28, 28"):
        explore.noise_levels({0.1: np.zeros((2, 8, 8, 1))}, {"VAE": {0.1: (images, scores)}})
    with pytest.raises(ValueError, match="at least one trained model"):
        explore.noise_levels(seen, {"VAE": {}})


def test_draws_of_a_prior_travel_and_widen_the_frame():
    # A prior of one component, far from the codes: 400 draws that are nowhere near N(0, I).
    prior = gae.PosteriorMixture([[40.0, -50.0]], [[0.5, 0.2]])
    pair = networks.dense_encoder(4, (6,)), networks.dense_decoder(2, (6,))
    model = vae.VAE(*pair, prior=prior, likelihood=vae.CROSS_ENTROPY)
    models = {"far": model, "autoencoder": plane_models()["autoencoder"]}
    figure = explore.latent_map(models, np.zeros((3, 28, 28, 1)), np.zeros(3, int))
    far, plain = numbers(figure)["data"]["models"]
    draws = unpacked(far["draws"]).astype(float)
    # 0.2 % at each edge are left out: 4 x 0.002 x 403 at most. Means of 390 draws have standard
    # errors 0.025 and 0.01, to which float16 adds at most 0.016 a draw.
    assert 390 <= len(draws) <= 400
    np.testing.assert_allclose(draws.mean(axis=0), [40, -50], atol=0.15)
    np.testing.assert_allclose(draws.std(axis=0), [0.5, 0.2], rtol=0.2)
    assert far["extent"][0] < 0 < 40 < far["extent"][1]
    assert unpacked(plain["draws"]).shape == (0, 2)


@pytest.mark.parametrize("kind", ["gelu", "normalisation", "valid", "strides", "dilation", "bias"])
def test_what_the_page_cannot_run_is_refused(kind):
    with pytest.raises(ValueError, match="received"):
        network(unknown(kind))


def test_images_that_are_no_probabilities_are_refused():
    pair = networks.dense_encoder(2), networks.dense_decoder(2)
    model = autoencoder.Autoencoder(*pair, loss="squared_error")
    with pytest.raises(ValueError, match="sigmoid"):
        explore.latent_map({"linear": model}, np.zeros((2, 28, 28, 1)), np.zeros(2, int))


# --- Bad input ---------------------------------------------------------------------------------


def test_a_map_without_a_plane_is_refused():
    images, labels = np.zeros((3, 28, 28, 1)), np.zeros(3, int)
    with pytest.raises(ValueError, match="two coordinates"):
        explore.latent_map(copying_models(), images, labels)
    with pytest.raises(ValueError, match="2 labels"):
        explore.latent_map(plane_models(), images, labels[:2])
    with pytest.raises(ValueError, match="at least one"):
        explore.latent_map({}, images, labels)


def test_examples_of_another_size_are_refused():
    with pytest.raises(ValueError, match="28, 28, 1"):
        explore.draw_and_reconstruct(copying_models(), np.zeros((1, 32, 32, 1)))
    with pytest.raises(ValueError, match="at least one example"):
        explore.draw_and_reconstruct(copying_models(), np.zeros((0, 28, 28, 1)))


def test_a_start_outside_of_the_plane_is_refused():
    for start in ((3, 0), (-2.6, 0), (0, 3), (0, -2.6), (np.nan, 0)):
        with pytest.raises(ValueError, match="plane"):
            explore.game(*start)


def test_rounds_that_do_not_fit_are_refused():
    points, mixtures, bounds, evidence = mixture_rounds(np.random.default_rng(0))
    for wrong in (
        (points[:, :1], mixtures, bounds, evidence),
        (points, mixtures, bounds[1:], evidence),
        (points, mixtures, bounds, evidence[1:]),
        (points, mixtures._replace(means=mixtures.means[1:]), bounds, evidence),
        (points, explore.Mixtures(*(part[:1] for part in mixtures)), [], []),
    ):
        with pytest.raises(ValueError, match="rounds of EM|have the shape"):
            explore.em_steps(*wrong)


def test_curves_beside_the_grid_are_refused():
    grid = np.linspace(0, 1, 5)
    for data_density, pair in ((grid[1:], (grid, grid)), (grid, (grid[1:], grid[1:]))):
        with pytest.raises(ValueError, match="grid"):
            explore.gan_training(grid, data_density, {"start": pair})
    with pytest.raises(ValueError, match="at least one"):
        explore.gan_training(grid, grid, {})


def test_bandwidths_rise_and_have_scores():
    for widths, scores in (([0.2, 0.1], [1, 2]), ([0.1, 0.2], [1]), ([0.1], [1])):
        with pytest.raises(ValueError, match="rising bandwidths|, rising"):
            explore.bandwidth(widths, {"data": scores})


def test_bandwidths_begin_where_asked_and_name_each_best(figures):
    widths, scores = figures[1].parzen
    figure = explore.bandwidth(widths, scores, start=0.16)
    assert numbers(figure)["data"]["start"] == 1  # 0.10, 0.15, 0.20, ...
    assert "real digits at 0.20, k-means centres at 0.25, VAE at 0.30." in figure.about


def test_what_no_browser_reads_comes_into_no_page():
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="received"):
            explore.game(0.8, bad)
        with pytest.raises(ValueError, match="received"):
            explore.bandwidth([0.1, 0.2, 0.3], {"a": [1, 2, 3]}, start=bad)
        with pytest.raises(ValueError, match="finite numbers and packed arrays; received others"):
            explore.Explorer("game", "", "", {"start": [bad, 0.0]}, lambda: None)
    with pytest.raises(ValueError, match="finite numbers and packed arrays; received others"):
        explore.Explorer("game", "", "", {"start": np.zeros(2)}, lambda: None)


def test_lists_series_and_numbers_of_numpy_serve():
    page = explore.bandwidth(pd.Series([0.1, 0.2, 0.3]), {1: [1.0, 2.0, 3.0]}, np.float32(0.2))
    told = json.loads(page.text)
    assert told["data"]["names"] == ["1"] and told["data"]["start"] == 1
    page = explore.gan_training([0, 1], pd.Series([1.0, 2.0]), {np.int64(3): ([1, 1], [0.5, 0.5])})
    assert json.loads(page.text)["data"]["names"] == ["3"]
    assert json.loads(explore.game(np.float64(1.0), np.int64(1)).text)["data"]["start"] == [1, 1]


def test_two_sets_are_as_many_points_of_those_given_and_tested_as_metrics_does():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(150, 2)), 0.5 + rng.normal(size=(120, 2))
    figure = explore.two_sample(x, y, seed=3)
    shown = [unpacked(numbers(figure)["data"][name]) for name in "xy"]
    for points, given in zip(shown, (x, y), strict=True):
        assert points.shape == (100, 2) and len(np.unique(points, axis=0)) == 100
        assert {tuple(p) for p in points} < {tuple(p) for p in given}
    median = metrics.median_bandwidths(*shown, [1.0])
    found = metrics.two_sample_test(*shown, median, 300, seed=3)
    assert f"the value is {found.statistic.value:.4f}" in figure.about
    assert f"the p-value {found.p_value.value:.2f}" in figure.about
    few = explore.two_sample(x, y[:7])
    assert unpacked(numbers(few)["data"]["x"]).shape == (7, 2)


def test_sets_that_are_no_points_of_the_plane_are_refused():
    x = np.random.default_rng(0).normal(size=(20, 2))
    for bad, words in (
        (x[:4], r"at least 5; received \(4, 2\)"),
        (np.ones((20, 3)), r"received \(20, 3\)"),
        (np.full((20, 2), np.nan), "finite"),
    ):
        with pytest.raises(ValueError, match=words):
            explore.two_sample(x, bad)
    with pytest.raises(ValueError, match="points that differ"):
        explore.two_sample(np.ones((9, 2)), np.ones((9, 2)))


# --- Thresholds --------------------------------------------------------------------------------


def scored(rng, n, m):
    """Return scores of two kinds that overlap, and images that tell their scores."""
    scores = rng.normal(size=n), 1.5 + rng.exponential(size=m)
    images = (np.zeros((len(part), 28, 28, 1), np.float32) for part in scores)
    return *scores, *images


def test_many_scores_travel_thinned_by_rank_with_a_few_dozen_images():
    normal, anomalous, *images = scored(np.random.default_rng(0), 9000, 5000)
    figure = explore.threshold(normal, anomalous, *images, score="surprise")
    assert len(figure._repr_html_()) < 200_000
    told = numbers(figure)["data"]
    for kind, given in zip(told["kinds"], (normal, anomalous), strict=True):
        kept = unpacked(kind["scores"])
        assert kept.shape == (2000,) and np.all(np.diff(kept) > 0) and kind["count"] == len(given)
        # Shares above any threshold are off by at most one of the 2,000.
        levels = np.linspace(given.min(), given.max(), 300)
        exact, thin = ((part[:, None] > levels).mean(axis=0) for part in (given, kept))
        assert np.abs(exact - thin).max() < 1 / 2000
        shown = unpacked(kind["shown"])
        assert 40 <= len(shown) <= 48 and set(shown) <= set(given)
        assert unpacked(kind["images"]).shape == (len(shown), 28, 28)
    # Half of them are among the tenth where the kinds meet, but for one or two at its edge.
    first, second = (unpacked(kind["shown"]) for kind in told["kinds"])
    assert (first >= np.quantile(normal, 0.9)).sum() >= 22
    assert (second <= np.quantile(anomalous, 0.1)).sum() >= 22


def test_each_image_travels_with_its_own_score(figures):
    normal, anomalous, *images = figures[1].scored
    told = numbers(figures[0]["threshold"])["data"]["kinds"]
    for kind, scores, given in zip(told, (normal, anomalous), images, strict=True):
        greys = unpacked(kind["images"])[:, 0, 0] / 15
        for score, grey in zip(unpacked(kind["shown"]), greys, strict=True):
            # Half a step of sixteen greys; scores are rounded, so that several images share one.
            assert np.abs(given[scores == score, 0, 0, 0] - grey).min() <= 0.5 / 15 + 1e-6


def test_thresholds_move_the_point_evenly_from_one_end_to_the_other(figures):
    normal, anomalous = figures[1].scored[:2]
    told = numbers(figures[0]["threshold"])["data"]
    thresholds = unpacked(told["thresholds"])
    assert np.all(np.diff(thresholds) > 0) and thresholds[told["start"]] == 1.5
    rates = [[np.mean(part > t) for part in (normal, anomalous)] for t in thresholds]
    assert rates[0] == [1, 1] and rates[-1] == [0, 0]
    rng = np.random.default_rng(1)
    normal, anomalous, *images = scored(rng, 1000, 3000)
    told = numbers(explore.threshold(normal, anomalous, *images))["data"]
    thresholds = unpacked(told["thresholds"])
    moved = [np.mean(normal > t) + np.mean(anomalous > t) for t in thresholds]
    # 200 steps of 2 / 200, each off by a score of either kind, and one at the start between two.
    assert np.max(-np.diff(moved)) <= 0.01 + 2 / 1000 + 1e-9
    assert len(thresholds) >= 200


def test_a_threshold_begins_where_asked_and_says_its_rates(figures):
    normal, anomalous, *images = scored(np.random.default_rng(2), 400, 300)
    area = metrics.auroc(normal, anomalous)
    alone = explore.threshold(normal, anomalous, *images)
    t = unpacked(numbers(alone)["data"]["thresholds"])[numbers(alone)["data"]["start"]]
    assert np.mean(normal > t) == 0.05 and t in normal
    asked = explore.threshold(normal, anomalous, *images, start=0.25)
    for figure, start in ((alone, t), (asked, 0.25)):
        assert f"The area under the curve is {area}." in figure.about
        alarms, found = (100 * np.mean(part > start) for part in (normal, anomalous))
        assert f"sounds for {alarms:.1f} % of the normal examples" in figure.about
        assert f"for {found:.1f} % of the anomalous ones" in figure.about
        ends = numbers(figure)["data"]["ends"]
        for part in (normal, anomalous):
            assert np.mean((part < ends[0]) | (part > ends[1])) <= 0.0101
    far = numbers(explore.threshold(normal, anomalous, *images, start=40.0))["data"]
    assert far["ends"][1] > 40 and unpacked(far["thresholds"])[far["start"]] == 40


def test_scores_without_images_or_of_one_kind_are_refused():
    normal, anomalous, *images = scored(np.random.default_rng(3), 20, 10)
    for call, words in (
        (lambda: explore.threshold(normal, [], *images), "anomalous examples have the shape"),
        (lambda: explore.threshold(normal, anomalous, *images[::-1]), r"normal images .*\(10, 28"),
        (lambda: explore.threshold(normal * 0, anomalous * 0, *images), "than rounding"),
        (lambda: explore.threshold(normal, anomalous, *images, start=np.nan), "finite number"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


# --- Pictures of networks in reverse -----------------------------------------------------------


def colours(address):
    """Return the mean colour of a picture that travels as its own address."""
    assert address.startswith("data:image/webp;base64,")
    with Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))) as image:
        return np.asarray(image.convert("RGB"), float).mean((0, 1)) / 255, image.size


def test_a_dream_travels_with_its_steps(figures):
    figure, (picture, found) = figures[0]["dream"], figures[1].dreams
    travelled = numbers(figure)["data"]
    # Compression of one colour errs by a few of 255 levels.
    np.testing.assert_allclose(colours(travelled["start"])[0], picture[0, 0], atol=0.03)
    for one, (name, steps) in zip(travelled["dreams"], found.items(), strict=True):
        assert one["name"] == name and len(one["frames"]) == len(steps)
        for frame, step in zip(one["frames"], steps, strict=True):
            assert frame["octave"] == step.octave + 1 and frame["value"] == f"{step.objective:.3g}"
            assert frame["step"] == f"{step.done} of {step.total}"
            np.testing.assert_allclose(colours(frame["picture"])[0], step.picture[0, 0], atol=0.03)
    assert "block4: 10 to 13; block10: 10 to 11" in figure.about


def test_a_style_travels_by_its_weights_in_order(figures):
    figure, (_, styles, made) = figures[0]["style"], figures[1].styles
    for one in numbers(figure)["data"]["styles"]:
        own = made[one["name"]]
        assert [frame["weight"] for frame in one["frames"]] == [f"{w:g}" for w in sorted(own)]
        np.testing.assert_allclose(colours(one["picture"])[0], styles[one["name"]][0, 0], atol=0.03)
        for frame, weight in zip(one["frames"], sorted(own), strict=True):
            np.testing.assert_allclose(
                colours(frame["picture"])[0], own[weight].picture[0, 0], atol=0.03
            )
            assert frame["style"] == f"{1 / weight:.3f}"
            assert frame["content"] == f"{0.1 * weight:.3f}"


def test_pictures_travel_no_larger_than_a_page_shows_them():
    rng = np.random.default_rng(0)
    steps = dreams(rng)[1]["block10"]
    figure = explore.dream(np.full((300, 900, 3), 0.5), {"block10": steps})
    assert colours(numbers(figure)["data"]["start"])[1] == (288, 96)


def test_pictures_that_weigh_more_than_a_page_are_refused():
    rng = np.random.default_rng(0)
    step = dreams(rng)[1]["block10"][0]
    step.picture = rng.random((288, 288, 3))
    with pytest.raises(ValueError, match="at most 2 MB.*received 41 pictures"):
        explore.dream(step.picture, {"block10": [step] * 40})


def test_pictures_that_do_not_fit_are_refused():
    rng = np.random.default_rng(0)
    picture, found = dreams(rng)
    with pytest.raises(ValueError, match="at least one step"):
        explore.dream(picture, {"block4": []})
    with pytest.raises(ValueError, match="as reverse.maximise"):
        explore.dream(picture, {"block4": [picture]})
    with pytest.raises(ValueError, match="within .0, 1"):
        explore.dream(255 * picture, found)
    content, styles, made = painted(rng)
    with pytest.raises(ValueError, match="every style has its picture; received none for 'wave'"):
        explore.style(content, {"scream": styles["scream"]}, made)
    with pytest.raises(ValueError, match="0 or more; received -1"):
        explore.style(content, styles, {"wave": {-1: made["wave"][1.0]}})


# --- A typewriter ------------------------------------------------------------------------------


def test_a_typewriter_carries_the_network_and_says_what_comes_next():
    model = writing_model(np.random.default_rng(0))
    figure = explore.typewriter(model, "ab\n")
    told = numbers(figure)["data"]
    weights = [told["network"]["embedding"]]
    weights += [
        layer[key] for layer in told["network"]["lstm"] for key in ("kernel", "recurrent", "bias")
    ]
    weights += [told["network"]["kernel"], told["network"]["bias"]]
    for piece, array in zip(weights, model.network.get_weights(), strict=True):
        np.testing.assert_array_equal(unpacked(piece), array)
    p = model.reader(1, "ab\n").probabilities[0]
    assert f"with probability {p.max():.2f}" in figure.about
    assert told["symbols"] == "\nab " and told["start"] == "ab\n" and told["bars"] == 4


def test_a_network_that_the_page_cannot_write_with_is_refused():
    model = writing_model(np.random.default_rng(0))
    with pytest.raises(ValueError, match="others: 'x'"):
        explore.typewriter(model, "x")
    with pytest.raises(ValueError, match="the beginning of a text is a str"):
        explore.typewriter(model, "")
    with pytest.raises(ValueError, match="of characters"):
        explore.typewriter(model.network, "a")
    words = data.WordVocabulary("ab ", ["ab"])
    with pytest.raises(ValueError, match="of characters"):
        explore.typewriter(sequences.SequenceModel(networks.lstm(4, 2, (3,)), words), "a")
    with pytest.raises(ValueError, match="at most 1,000,000 weights; received 1,0"):
        explore.typewriter(writing_model(np.random.default_rng(0), units=(500,)), "a")
    symbols = keras.Input((None,), dtype="int32")
    state = [keras.Input((3,))]
    h = keras.layers.Embedding(5, 2)(symbols)
    h, *after = keras.layers.GRU(3, return_sequences=True, return_state=True)(
        h, initial_state=state
    )
    other = keras.Model([symbols, *state], [keras.layers.Dense(4)(h), *after])
    with pytest.raises(ValueError, match="received GRU"):
        explore.typewriter(sequences.SequenceModel(other, model.vocabulary), "a")
