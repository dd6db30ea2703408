"""Figures that compute anew: their widgets are moved here as a reader would, without a browser."""

import asyncio
import datetime
import io
import re
from types import SimpleNamespace

import IPython
import jupyter_client
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image
from scipy import special, stats

from gencore import adversarial, data, explore, gan, metrics
from gencore.explore.live import pictures
from gencore.explore.live.live import GROUND, STATIC
from tests.conftest import apart

WIDGET = "application/vnd.jupyter.widget-view+json"


def frame():
    """Draw a small square without ticks, which take nearly all of the time of a picture."""
    ax = plt.subplots(figsize=(1, 1))[1]
    ax.set_axis_off()
    return ax


def count(to, kind, step=1.0):
    """Come to as many moments; fail at the thirteenth."""
    for i in range(1, to + 1):
        if i == 13:
            raise ValueError("Thirteen is too many. Take fewer.")
        yield explore.Moment(i / to, f"{i} of {to} {kind} by {step:g}", frame)


def counting():
    """Return a figure that counts."""
    controls = {
        "kind": explore.Choice("what", ("steps", "turns")),
        "to": explore.Number("how many", 4, 1, 20),
        "step": explore.Number("step size", 0.5, 0.1, 2.0),
    }
    return explore.Live("Counting", "An empty frame.", count, controls)


def choose(figure, **values):
    """Set widgets and press the button; without a loop the work is done when this returns."""
    for name, value in values.items():
        figure.panel.settings[name].value = value
    apart(figure.panel.start.click)
    return figure.panel.status.value


# --- In a page ---------------------------------------------------------------------------------


def test_a_page_shows_the_picture_of_the_first_settings():
    page = counting()._repr_html_()
    assert not re.search(r"https?:|url\(|@import|<script|widget", page)
    assert page.count("<img") == 1 and 'alt="An empty frame."' in page
    assert 'src="data:image/png;base64,iVBOR' in page and GROUND in page
    assert "4 of 4 steps by 0.5" in page and "(what, how many, step size)" in page
    assert ">make lab</code>" in page


def test_widgets_are_shown_to_a_reader_with_a_kernel_alone(monkeypatch):
    figure = counting()
    assert set(figure._repr_mimebundle_()) == {"text/html", "text/plain"}
    kernel = SimpleNamespace(kernel=object())
    monkeypatch.setattr(IPython, "get_ipython", lambda: kernel)
    monkeypatch.delenv(STATIC, raising=False)
    shown = figure._repr_mimebundle_()
    assert shown[WIDGET]["model_id"] == figure.panel.box.model_id
    assert shown["text/html"] == figure._repr_html_()
    monkeypatch.setenv(STATIC, "1")
    assert WIDGET not in figure._repr_mimebundle_()


def test_kernels_of_the_book_show_no_widgets(tmp_path):
    from tools.kernel import prepare

    assert prepare(tmp_path)[STATIC]


# --- By hand -----------------------------------------------------------------------------------


def test_controls_have_labels_and_begin_with_the_first_settings():
    panel = counting().panel
    labels = [widget.description for widget in panel.settings.values()]
    assert labels == ["what", "how many (1 to 20)", "step size (0.1 to 2)"]
    assert [widget.value for widget in panel.settings.values()] == ["steps", 4, 0.5]
    assert "4 of 4 steps by 0.5" in panel.status.value and panel.progress.value == 0
    assert panel.stop.disabled and not panel.start.disabled


def test_a_choice_is_computed_with():
    figure = counting()
    assert "7 of 7 turns by 1.5" in choose(figure, kind="turns", to=7, step=1.5)
    assert figure.panel.progress.value == 1 and not figure.panel.start.disabled


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"to": 21}, "how many is from 1 to 20; received 21"),
        ({"to": 0}, "how many is from 1 to 20; received 0"),
        ({"step": 0.05}, "step size is from 0.1 to 2; received 0.05"),
        ({"step": float("nan")}, "step size is from 0.1 to 2; received nan"),
    ],
)
def test_a_bad_value_is_named_and_the_picture_stays(values, words):
    figure = counting()
    choose(figure, kind="turns")
    before = figure.panel.picture.value
    assert words in choose(figure, **values)
    assert figure.panel.picture.value == before and not figure.panel.start.disabled
    assert "3 of 3" in choose(figure, to=3, step=1.0)


def test_an_error_on_the_way_leaves_the_last_good_moment():
    figure = counting()
    words = choose(figure, to=14)
    assert "Thirteen is too many" in words and "last good one" in words
    assert figure.panel.progress.value == pytest.approx(12 / 14)
    assert not figure.panel.start.disabled and figure.panel.stop.disabled


def test_a_work_can_be_stopped_and_started_again():
    figure, started = counting(), []
    panel = figure.panel
    figure.work = lambda **values: started.append(values) or count(**values)

    async def stop():
        panel.settings["to"].value = 12
        panel.start.click()
        panel.start.click()  # a second press while it works starts nothing
        while panel.progress.value < 0.2:
            await asyncio.sleep(0)
        assert panel.start.disabled and not panel.stop.disabled
        panel.stop.click()
        await panel.task

    apart(lambda: asyncio.run(stop()))
    share = panel.progress.value
    assert 0.2 <= share < 0.5, "it stops at its next moment"
    assert f"Stopped after {share:.0%}." in panel.status.value and len(started) == 1
    assert "5 of 5" in choose(figure, to=5)


# Shown by a real kernel, started and stopped by the messages that a page sends.
CELL = """
import time
from matplotlib import pyplot as plt
from PIL import Image
from gencore import explore
def work(to):
    for i in range(to):
        time.sleep(0.05)
        yield explore.Moment((i + 1) / to, f"{i + 1} of {to}", lambda: plt.subplots()[1])
figure = explore.Live("Counting", "Frame.", work, {"to": explore.Number("to", 1, 1, 500)})
figure.panel.settings["to"].value = 500
display(figure)
[button.model_id for button in (figure.panel.start, figure.panel.stop)]
"""


@pytest.mark.slow
def test_a_kernel_hears_the_reader_while_it_works(monkeypatch):
    monkeypatch.delenv(STATIC, raising=False)
    manager, client = jupyter_client.manager.start_new_kernel(kernel_name="python3")
    try:
        shown = []
        reply = client.execute_interactive(CELL, output_hook=shown.append, timeout=120)
        assert reply["content"]["status"] == "ok"
        kinds = ("display_data", "execute_result")
        found = [message["content"] for message in shown if message["msg_type"] in kinds]
        assert WIDGET in found[0]["data"]
        start, stop = re.findall(r"'(\w+)'", found[-1]["data"]["text/plain"])
        assert press(client, start, until=r"\b3 of 500")
        assert press(client, stop, until="Stopped after")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def press(client, button, until):
    """Press a button by the message of a page, and wait for a status with certain words."""
    content = {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}}
    client.shell_channel.send(client.session.msg("comm_msg", content))
    while True:
        message = client.get_iopub_msg(timeout=60)
        value = message["content"].get("data", {}).get("state", {}).get("value", "")
        if re.search(until, str(value)):
            return value


# --- The figures of the chapters ---------------------------------------------------------------


@pytest.mark.slow
def test_the_ring_is_played_with_the_loss_rate_and_turns_chosen(monkeypatch):
    played = []
    fit = gan.GAN.fit

    def spy(model, x, **options):
        played.append((model.loss_of, float(model.optimizer.learning_rate), len(x)))
        return fit(model, x, **options)

    monkeypatch.setattr(gan.GAN, "fit", spy)
    points = data.gaussian_ring(6000, rng=0)
    figure = explore.live_ring(points, turns=1)
    words = choose(figure, loss="wasserstein", learning_rate=5e-3, turns=12)
    rate = pytest.approx(5e-3, rel=1e-6)  # float32
    # Five turns of the discriminator, of 100 points each, for one of the generator.
    assert played[1:] == [(adversarial.wasserstein, rate, n) for n in (5000, 1000)]
    assert "after 12 of 12 turns" in words
    ax = figure.first.draw()
    made = np.asarray(ax.collections[1].get_offsets())
    plt.close(ax.figure)
    modes, good = metrics.modes_covered(made, data.ring_centres(), 0.3)
    assert f"{modes} of 8 modes covered, {good.value:.0%} of the samples" in figure.first.words


@pytest.mark.slow
def test_a_ring_that_diverges_says_so(monkeypatch):
    figure = explore.live_ring(data.gaussian_ring(5000, rng=0), turns=1)
    before = figure.panel.picture.value
    monkeypatch.setattr(gan.GAN, "sample", lambda *_, **__: np.full((500, 2), np.nan))
    words = choose(figure, turns=2)
    assert "smaller learning rate than 0.001" in words and figure.panel.picture.value == before


def test_scores_are_those_of_the_kernels_chosen():
    rng = np.random.default_rng(0)
    sets = {"few": rng.normal(size=(6, 3)), "others": rng.normal(size=(6, 3))}
    images = rng.normal(size=(5, 3))
    sets["others"][4:] = images[:2]  # not among the four that are asked for
    figure = explore.live_bandwidth(sets, images)
    words = choose(figure, chosen="others", bandwidth=0.7, count=4)
    # Oracle: SciPy, kernel by kernel.
    log = stats.norm(sets["others"][:4], 0.7).logpdf(images[:, None]).sum(axis=-1)
    expected = special.logsumexp(log, axis=1) - np.log(4)
    said = re.search(r"others, 4 samples, bandwidth 0.7: (-[\d.]+) ± ([\d.]+) nats", words)
    # Shown to one decimal place, since the error is between 1 and 2, and that to two digits.
    assert float(said[1]) == pytest.approx(expected.mean(), abs=0.06)
    assert float(said[2]) == pytest.approx(expected.std(ddof=1) / np.sqrt(5), rel=0.1)
    assert "from 2 to 6" in choose(figure, count=7)


@pytest.mark.slow
def test_a_vae_is_trained_with_the_weight_and_code_chosen():
    images = data.load_digits().x_train[:300]
    figure = explore.live_vae(images, images[:4], epochs=2)
    assert "2 latent dimensions, weight 1 of the rate, after epoch 2 of 2" in figure.first.words
    pattern = r"(\d+) latent dimensions, weight ([\d.]+) .*: rate ([\d.]+) nats, .* ([\d.]+) nats"
    said = {}
    for beta in (0.0, 100.0):
        words = choose(figure, latent_size=30, beta=beta, epochs=1)
        size, weight, rate, cross = map(float, re.search(pattern, words).groups())
        assert (size, weight) == (30, beta) and "epoch 1 of 1" in words
        said[beta] = rate
        # Of grey 0.5 everywhere the cross-entropy is 784 log 2 = 543 nats; these learn from there.
        # With its weight the rate (near 4 nats at 100) would lift it far above.
        assert 100 < cross < 543
    assert said[0.0] > 1.5 * said[100.0], "the dearer the rate, the lower"


def test_live_figures_of_nothing_are_refused():
    with pytest.raises(ValueError, match="5,000 points"):
        explore.live_ring(np.zeros((100, 2)))
    with pytest.raises(ValueError, match="at least one"):
        explore.live_bandwidth({}, np.zeros((5, 3)))
    with pytest.raises(ValueError, match="one number of samples"):
        explore.live_bandwidth({"a": np.zeros((5, 3)), "b": np.zeros((4, 3))}, np.zeros((5, 3)))


# --- Photographs -------------------------------------------------------------------------------


def uploaded(content):
    """Return what a widget holds of a file that a reader has chosen."""
    file = {"name": "a.png", "type": "image/png", "size": len(content)}
    changed = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return (file | {"content": memoryview(content), "last_modified": changed},)


def photograph(seed=0, shape=(24, 32, 3)):
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(100, 156, size=shape, dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_file_goes_to_the_work_as_its_bytes():
    seen = []

    def work(photograph):
        seen.append(photograph)
        yield explore.Moment(1.0, "seen", frame)

    control = explore.Upload("your photograph", "image/*", most=10_000)
    figure = explore.Live("A file", "Nothing.", work, {"photograph": control})
    widget = figure.panel.settings["photograph"]
    assert seen == [None] and widget.accept == "image/*" and not widget.multiple
    content = photograph()
    widget.set_trait("value", uploaded(content))
    assert "seen" in choose(figure) and seen[-1] == content
    widget.set_trait("value", uploaded(bytes(10_001)))
    assert "at most 0.01 MB; received 0.0 MB" in choose(figure) and len(seen) == 2


def test_a_photograph_of_the_reader_is_dreamt_of(monkeypatch):
    from tests.reverse.test_commands import small_network

    monkeypatch.setattr(pictures, "_network", small_network)
    figure = explore.live_dream("coffee", 48)
    assert "36 of 36 steps" in figure.first.words and figure.first.share == 1
    made = []
    work = figure.work
    figure.work = lambda **values: (made.append(moment) or moment for moment in work(**values))
    figure.panel.settings["photograph"].set_trait("value", uploaded(photograph()))
    words = choose(figure, layer="block4", octaves=2, steps=3)
    assert "block4, octave 2 of 2, after 6 of 6 steps" in words
    # The photograph has four rows to three columns of 12 pixels, and the example two to three.
    before, after = (ax.images[0].get_array() for ax in made[-1].draw().figure.axes)
    assert before.shape == after.shape == (36, 48, 3)
    assert 0.01 < np.abs(np.asarray(before) - np.asarray(after)).mean() < 0.15
    plt.close("all")
    figure.panel.settings["photograph"].set_trait("value", uploaded(b"no picture"))
    assert "Pillow knows no format" in choose(figure)
