"""Interactive figures in a browser without a network: by mouse, touch and keyboard.

Run by `make test-site`, with the pages of the book or without them. The oracle of what a page
computes is what Keras, NumPy and the package compute from the same numbers.
"""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_curve

from gencore import games, metrics, sequences, zoo
from gencore.explore.page import needed, scripts
from tests.figures import copying_models, every_figure, plane_models, responsibilities
from tests.site_probe import DESK, NARROW, PHONE, local, open_page

TOLERANCE = 1e-3  # of decoded pixels between the page and Keras
KINDS = sorted(scripts("script/figures"))
RULES = [games.simultaneous_gda, games.alternating_gda, games.extragradient]
FRAME = "<!doctype html><html lang='en'><meta charset='utf8'>\
<meta name='viewport' content='width=device-width'><title>Figures</title><body>{}</body></html>"


@pytest.fixture(scope="module")
def made():
    return every_figure()


LIVE = "[...document.querySelectorAll('gencore-explorer')].every(e => e.live)"
# Notes the names of the parts that scripts make, from the first one on.
NOTED = """
window.noted = [];
globalThis.gencoreParts = new Proxy({}, {
  set(parts, name, value) { noted.push(name); parts[name] = value; return true; }});
"""
# Does with HTML what a notebook does: makes the elements, then runs the scripts.
INSERT = """
async ([sources, pause]) => {
  for (const source of sources) {
    const host = document.createElement('div');
    host.innerHTML = source;
    if (pause) {
      document.body.append(host);
      await new Promise(done => setTimeout(done, pause));
    }
    for (const old of host.querySelectorAll('script')) {
      const script = document.createElement('script');
      for (const {name, value} of old.attributes) script.setAttribute(name, value);
      script.textContent = old.textContent;
      old.replaceWith(script);
    }
    document.body.append(host);
  }
}
"""


def write_page(path, figures):
    """Write figures into a page, each as a notebook or a book has it."""
    text = "\n".join(figure._repr_html_() for figure in figures)
    path.write_text(FRAME.format(text), encoding="utf8")
    return path


@pytest.fixture(scope="module")
def file(made, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("page") / "page.html", made[0].values())


@pytest.fixture
def opened(browser, file):
    """The page with every figure; whoever uses it leaves no error and no request behind."""
    page, errors, requests = open_page(browser, DESK)
    page.goto(file.as_uri())
    page.wait_for_function(LIVE)
    yield page
    page.context.close()
    assert errors == []
    assert requests and all(local(url) for url in requests)


@pytest.fixture
def figure(opened, made):
    """Return the element of a kind, scrolled into view."""

    def find(kind):
        element = opened.locator("gencore-explorer").nth(list(made[0]).index(kind))
        element.scroll_into_view_if_needed()
        return element

    return find


def state(element, name):
    """Return what a figure holds under a name, as an array."""
    found = element.evaluate(
        "(e, name) => { const v = e.live[name]; return ArrayBuffer.isView(v) ? [...v] : v; }", name
    )
    return np.asarray(found)


def slide(element, number, presses, key="ArrowRight"):
    """Move a slider by the keyboard."""
    slider = element.locator("input[type=range]").nth(number)
    slider.focus()
    for _ in range(presses):
        slider.press(key)


def drag(page, canvas, start, end):
    """Drag from one place of a canvas to another, each in shares of its width and height."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    places = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=8)
    page.mouse.up()


# --- Every figure ------------------------------------------------------------------------------


def test_figures_share_a_page(opened, made):
    facts = opened.evaluate(
        """() => ({
             kinds: [...document.querySelectorAll('gencore-explorer')].length,
             ids: [...document.querySelectorAll('[id]')].map(e => e.id),
             about: [...document.querySelectorAll('gencore-explorer')].map(
               e => document.getElementById(e.getAttribute('aria-describedby')).textContent),
             status: [...document.querySelectorAll('.gencore-status')].map(e => e.textContent),
             unnamed: [...document.querySelectorAll('canvas')].filter(
               e => !e.getAttribute('aria-label') || !e.getAttribute('role')).length,
             unlabelled: [...document.querySelectorAll('input, select')].filter(
               e => !e.labels.length || !e.labels[0].textContent.trim()).length,
             width: document.documentElement.scrollWidth})"""
    )
    assert facts["kinds"] == len(made[0])
    assert len(facts["ids"]) == len(set(facts["ids"])) == len(made[0])
    assert facts["about"] == [figure.about for figure in made[0].values()]
    assert all(facts["status"])
    assert facts["unnamed"] == facts["unlabelled"] == 0
    assert facts["width"] <= DESK[0]


def test_every_control_is_reached_by_the_keyboard(opened):
    wanted = opened.locator("gencore-explorer").locator(
        "input:visible, select:visible, button:visible, textarea:visible, canvas[tabindex]"
    )
    opened.locator("body").press("Tab")
    reached = 0
    while opened.evaluate("!!document.activeElement.closest('gencore-explorer')"):
        reached += 1
        opened.keyboard.press("Tab")
    assert reached == wanted.count() > 12


def test_where_no_script_runs_a_figure_shows_its_picture(browser, file, made):
    page, _, _ = open_page(browser, PHONE, scripts=False)
    page.goto(file.as_uri())
    figures = page.locator("gencore-explorer")
    assert figures.count() == len(made[0])
    for number, figure in enumerate(made[0].values()):
        picture = figures.nth(number).locator("img")
        picture.scroll_into_view_if_needed()
        assert figure.title in picture.get_attribute("alt")
        box = picture.bounding_box()
        # The flattest picture has three rows of twelve samples; one that is missing has no line.
        assert 200 < box["width"] <= PHONE[0] and 50 < box["height"]
        assert picture.evaluate("image => image.naturalWidth") > 200
        assert figures.nth(number).locator(".gencore-about").is_visible()
    page.context.close()


@pytest.mark.parametrize("width", [PHONE[0], NARROW[0]])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_fit_a_phone_in_both_themes(browser, file, theme, width):
    page, errors, _ = open_page(browser, (width, PHONE[1]), theme)
    page.goto(file.as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    colours = page.locator("gencore-explorer").first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    narrow = page.evaluate(
        """() => [...document.querySelectorAll('gencore-explorer canvas')].filter(
             e => e.getBoundingClientRect().width < 80).length"""
    )
    page.context.close()
    assert errors == [] and narrow == 0
    assert colours == ["rgb(27, 27, 27)", "rgb(255, 255, 255)"]


ORDERS = [
    *((kind,) for kind in KINDS),
    ("game", "draw_and_reconstruct"),
    ("draw_and_reconstruct", "game"),
    ("noise_levels", "latent_map", "noise_levels"),
    tuple(reversed(KINDS)),
]


@pytest.mark.parametrize("kinds", ORDERS, ids="-".join)
def test_kinds_work_alone_and_side_by_side(browser, made, tmp_path, kinds):
    """Each brings its own parts along, and none is made twice."""
    path = write_page(tmp_path / "page.html", [made[0][kind] for kind in kinds])
    page, errors, _ = open_page(browser, DESK)
    page.add_init_script(NOTED)
    page.goto(path.as_uri())
    page.wait_for_function(LIVE)
    noted, status = page.evaluate("noted"), page.locator(".gencore-status").all_text_contents()
    page.context.close()
    assert errors == []
    assert len(noted) == len(set(noted)) and set(noted) == set().union(*map(parts_of, kinds))
    assert len(status) == len(kinds) and all(status)


def parts_of(kind):
    return needed(scripts("script/figures")[kind], scripts("script"))


@pytest.mark.parametrize("pause", [0, 50], ids=["script-first", "element-first"])
def test_figures_work_where_they_are_put_into_a_page_later(browser, made, tmp_path, pause):
    """A notebook makes the element and runs its script, before it shows the element or after."""
    path = write_page(tmp_path / "empty.html", [])
    page, errors, _ = open_page(browser, DESK)
    page.goto(path.as_uri())
    kinds = ("game", "game", "bandwidth", "draw_and_reconstruct")
    page.evaluate(INSERT, [[made[0][kind]._repr_html_() for kind in kinds], pause])
    page.wait_for_function(LIVE)
    status = page.locator(".gencore-status").all_text_contents()
    page.context.close()
    assert errors == []
    assert len(status) == len(kinds) and all(status)


# --- Networks in the page ----------------------------------------------------------------------


def assert_decodes_as(element, model, number, codes):
    pixels = element.evaluate(
        """(e, [number, codes]) => {
             const select = e.querySelector('select');
             if (select) { select.value = number; select.dispatchEvent(new Event('change')); }
             return codes.map(code => [...e.live.decode(code)]); }""",
        [number, codes.tolist()],
    )
    image = model.decode(codes.astype("float32"))
    expected = np.asarray(image.mean() if hasattr(image, "mean") else image)
    np.testing.assert_allclose(np.reshape(pixels, expected.shape), expected, rtol=0, atol=TOLERANCE)
    assert expected.std(axis=0).max() > 0.05, "the images would not differ anyway"


@pytest.mark.parametrize("number", [0, 1])
def test_decoded_pixels_are_those_of_keras(figure, made, number):
    model = list(made[1].planes.values())[number]
    codes = np.random.default_rng(0).normal(size=(10, 2))
    assert_decodes_as(figure("latent_map"), model, number, codes)


@pytest.mark.mnist
@pytest.mark.parametrize("name", ["vae-conv", "ae-plane"])
def test_trained_decoders_are_those_of_keras_and_quick(
    browser, tmp_path, mnist, name, record_property
):
    from gencore import explore

    model = zoo.load(name)
    shown = explore.latent_map({name: model}, mnist.x_test[:1000], mnist.y_test[:1000])
    path = write_page(tmp_path / "page.html", [shown])
    page, errors, _ = open_page(browser, DESK)
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelector('gencore-explorer').live")
    element = page.locator("gencore-explorer")
    assert_decodes_as(element, model, 0, np.random.default_rng(0).normal(size=(50, 2)))
    spent = element.evaluate(
        """e => Array.from({length: 200}, (_, i) => {
             e.live.decode([Math.cos(i), Math.sin(i)]); return e.live.milliseconds; })"""
    )
    page.context.close()
    record_property("decode_milliseconds", float(np.median(spent)))
    print(
        f"{name}: a decode takes {np.median(spent):.2f} ms (95 %: {np.quantile(spent, 0.95):.2f})"
    )
    assert errors == []


def test_a_copy_is_that_of_keras(figure, made):
    element = figure("draw_and_reconstruct")
    slide(element, 0, 12)
    seen = state(element, "seen").reshape(1, 28, 28, 1)
    assert np.abs(seen.ravel() - state(element, "ink")).max() > 0.1
    copies = element.evaluate("e => e.live.copies.map(copy => [...copy])")
    for copy, model in zip(copies, copying_models().values(), strict=True):
        code = np.asarray(model.encoder(seen))[:, :5]
        expected = 1 / (1 + np.exp(-np.asarray(model.decoder(code))))
        np.testing.assert_allclose(copy, expected.ravel(), rtol=0, atol=TOLERANCE)


# --- Hands -------------------------------------------------------------------------------------


def test_a_drag_changes_the_decoded_image(opened, figure):
    element = figure("latent_map")
    picture = "e => e.querySelector('.gencore-picture').toDataURL()"
    before, code = element.evaluate(picture), state(element, "code")
    drag(opened, element.locator(".gencore-plot"), (0.4, 0.4), (0.7, 0.2))
    assert element.evaluate(picture) != before
    assert not np.allclose(state(element, "code"), code)
    words = element.locator(".gencore-status").text_content()
    element.locator(".gencore-plot").press("ArrowLeft")
    assert element.locator(".gencore-status").text_content() != words
    element.locator("select").select_option(label="autoencoder")
    assert len(plane_models()) == element.locator("option").count()


def test_the_point_goes_to_draws_of_the_prior(figure, made):
    element = figure("latent_map")
    button = element.get_by_role("button", name="Draw a code from the prior")
    draws = np.asarray(made[1].planes["VAE"].prior.sample(400, seed=0), dtype="float16")
    seen = set()
    for _ in range(3):
        button.click()
        code = state(element, "code")
        seen.add(int(np.argmin(np.abs(draws - code).sum(axis=1))))
        assert np.abs(draws - code).sum(axis=1).min() < 1e-6
        assert "Drawn from the prior." in words_of(element)
    assert seen == {0, 1, 2}
    element.locator("select").select_option(label="autoencoder")
    assert not button.is_visible()


def test_a_finger_moves_the_point(browser, file):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(file.as_uri())
    element = page.locator("gencore-explorer").first
    canvas = element.locator(".gencore-plot")
    page.wait_for_function("document.querySelector('gencore-explorer').live")
    before = state(element, "code")
    canvas.scroll_into_view_if_needed()
    canvas.tap(position={"x": 200, "y": 60})
    after = state(element, "code")
    context.close()
    assert not np.allclose(before, after)


def test_a_stroke_changes_the_reconstruction(opened, figure):
    element = figure("draw_and_reconstruct")
    element.get_by_role("button", name="Clear").click()
    assert state(element, "ink").max() == 0
    empty = element.evaluate("e => e.live.copies.map(copy => [...copy])")
    canvas = element.locator(".gencore-touch")
    drag(opened, canvas, (0.5, 0.1), (0.5, 0.9))
    ink = state(element, "ink").reshape(28, 28)
    assert ink[5:23, 12:16].max(axis=1).min() > 0.9 and ink[:, :10].max() == 0
    drawn = element.evaluate("e => e.live.copies.map(copy => [...copy])")
    assert np.abs(np.subtract(drawn, empty)).max(axis=1).min() > 0.01
    for key in (*["ArrowLeft"] * 8, " ", *["ArrowUp"] * 4, " ", "ArrowLeft"):
        canvas.press(key)
    assert state(element, "ink").reshape(28, 28)[10:15, 6].min() > 0.9
    element.get_by_role("button", name="Next test digit").click()
    assert state(element, "ink").mean() > 0.1


@pytest.mark.parametrize("rule", range(3))
@pytest.mark.parametrize("number", [0, 1])
def test_the_players_go_where_the_package_sends_them(opened, figure, number, rule):
    element = figure("game")
    element.locator("select").nth(0).select_option(index=number)
    element.locator("select").nth(1).select_option(index=rule)
    slide(element, 0, 5)  # from 0.30 to 0.40
    slide(element, 1, 3, "ArrowLeft")
    if number:
        slide(element, 2, 4)
    eta, steps, penalty = (float(state(element, key)) for key in ("eta", "steps", "penalty"))
    assert (round(eta, 6), steps, round(penalty, 6)) == (0.4, 57, 0.2 * number)
    canvas = element.locator(".gencore-touch")
    drag(opened, canvas, (0.5, 0.5), (0.7, 0.3))
    canvas.press("ArrowUp")
    start, path = state(element, "start"), state(element, "path")
    expected = RULES[rule](
        games.dirac_gan(penalty) if number else games.bilinear(), *start, eta, int(steps)
    )
    np.testing.assert_allclose(path, np.stack(expected, axis=1), rtol=1e-9, atol=1e-12)


def test_players_who_leave_are_stopped(figure):
    element = figure("game")
    slide(element, 0, 60)
    slide(element, 1, 140)
    path = state(element, "path")
    assert np.isfinite(path).all() and len(path) < 201
    assert "leave" in element.locator(".gencore-status").text_content()


def test_responsibilities_follow_the_slider(figure, made):
    points, mixtures, bounds, evidence = made[1].em
    element = figure("em_steps")
    for step in range(len(bounds)):
        expected = responsibilities(points, mixtures, step // 2)
        np.testing.assert_allclose(
            state(element, "responsibilities").reshape(expected.shape), expected, atol=1e-12
        )
        words = element.locator(".gencore-status").text_content().replace("\u2212", "-")
        assert f"bound {bounds[step]:.4f}, log-likelihood {evidence[step]:.4f}" in words
        assert ("M-step" in words) == bool(step % 2) and f"round {step // 2 + 1}" in words
        slide(element, 0, 1)


def test_the_slider_goes_through_the_training(figure, made):
    grid, data_density, moments = made[1].gan
    element = figure("gan_training")
    picture, seen = "e => e.querySelector('canvas').toDataURL()", set()
    for name, (density, _) in moments.items():
        expected = np.minimum(data_density, density).sum() * (grid[1] - grid[0])
        np.testing.assert_allclose(state(element, "overlap"), expected, atol=1e-3)
        assert element.locator(".gencore-status").text_content().startswith(f"{name}:")
        seen.add(element.evaluate(picture))
        slide(element, 0, 1)
    assert len(seen) == len(moments)


def test_sets_of_samples_change_places(figure, made):
    bandwidths, scores = made[1].parzen
    element = figure("bandwidth")
    slide(element, 0, len(bandwidths), "ArrowLeft")
    orders = []
    for index in range(len(bandwidths)):
        orders.append(state(element, "order").tolist())
        assert orders[-1] == sorted(scores, key=lambda name: -scores[name][index])
        first = element.locator("li").first.text_content().replace("\u2212", "-")
        assert f"{orders[-1][0]}: {scores[orders[-1][0]][index]:.1f} nats" in first
        slide(element, 0, 1)
    assert len({tuple(order) for order in orders}) > 1


def test_a_two_sample_test_is_that_of_the_package(figure, made):
    element = figure("two_sample")
    x, y = (state(element, name).reshape(-1, 2) for name in "xy")
    for number, presses, key in ((0, 0, ""), (0, 7, "ArrowRight"), (1, 5, "ArrowLeft")):
        slide(element, number, presses, key)
    slide(element, 2, 12, "ArrowLeft")
    n, width, shift = (state(element, name) for name in ("n", "width", "shift"))
    assert n == len(x) - 12 and shift > 0
    sets = x[:n], y[:n] + [shift, 0]
    found = metrics.two_sample_test(*sets, [float(width)], 2000)
    statistic, null = state(element, "statistic"), state(element, "null")
    np.testing.assert_allclose(statistic, found.statistic.value, atol=1e-12)
    deals = element.evaluate("e => e.live.deals.map(deal => [...deal])")
    joined, own = np.concatenate(sets), np.arange(2 * n)
    assert len({tuple(sorted(deal)) for deal in deals}) == len(deals) == len(null)
    for deal, value in list(zip(deals, null, strict=True))[:20]:
        rest = joined[np.setdiff1d(own, deal)]
        expected = metrics.mmd_squared(joined[deal], rest, [float(width)]).value
        np.testing.assert_allclose(value, expected, atol=1e-12)
    # Random deals here and there: one distribution of the null, refused falsely once in 1e6.
    assert stats.ks_2samp(null, found.null).pvalue > 1e-6
    p = (1 + np.sum(null >= statistic - 1e-12)) / (1 + len(null))
    np.testing.assert_allclose(state(element, "p"), p)
    assert f"p-value {p:.3f}" in words_of(element)
    assert f"{p:.3f}" in element.locator("canvas").nth(1).get_attribute("aria-label")
    print(f"two_sample: a move takes {state(element, 'milliseconds'):.1f} ms")


def test_a_threshold_counts_and_its_point_is_on_the_curve(figure, made):
    normal, anomalous, *images = made[1].scored
    element = figure("threshold")
    area = metrics.auroc(normal, anomalous).value
    # The curve that scikit-learn traces, with the points on straight lines.
    labels = np.repeat([0, 1], [len(normal), len(anomalous)])
    scores = np.concatenate([normal, anomalous])
    expected = roc_curve(labels, scores, drop_intermediate=False)[:2]
    np.testing.assert_allclose(state(element, "curve"), expected, atol=1e-12)
    np.testing.assert_allclose(state(element, "area"), area, atol=1e-12)
    assert state(element, "threshold") == 1.5
    seen = set()
    for presses, key in ((0, ""), (23, "ArrowRight"), (41, "ArrowLeft"), (1, "Home"), (1, "End")):
        slide(element, 0, presses, key)
        t = float(state(element, "threshold"))
        alarms, found = np.mean(normal > t), np.mean(anomalous > t)
        np.testing.assert_allclose(state(element, "rates"), [alarms, found], atol=1e-12)
        said = f"false alarms {100 * alarms:.1f} %, detected {100 * found:.1f} %"
        assert said in words_of(element) and f"curve: {area:.3f}" in words_of(element)
        assert said in element.locator("canvas").nth(1).get_attribute("aria-label")
        captions = element.locator(".gencore-caption").all_text_contents()
        assert captions == [
            f"normal, no alarm: {100 * (1 - alarms):.1f} % of 90",
            f"normal, false alarm: {100 * alarms:.1f} % of 90",
            f"anomalous, missed: {100 * (1 - found):.1f} % of 70",
            f"anomalous, detected: {100 * found:.1f} % of 70",
        ]
        seen.add((alarms, found))
    assert len(seen) == 5 and {(0, 0), (1, 1)} < seen
    print(f"threshold: a move takes {state(element, 'milliseconds'):.1f} ms")


def test_the_images_on_either_side_are_the_nearest_of_their_kind(figure):
    element = figure("threshold")
    kinds = element.evaluate("e => e.live.kinds.map(kind => [...kind.shown])")
    for presses in (0, 30):
        slide(element, 0, presses)
        t = float(state(element, "threshold"))
        shown = element.evaluate("e => e.live.shown")
        for kind, scores in enumerate(map(np.array, kinds)):
            under, over = np.flatnonzero(scores <= t), np.flatnonzero(scores > t)
            assert shown[2 * kind] == under[-12:].tolist()
            assert shown[2 * kind + 1] == over[:12].tolist()
    # The last image without an alarm stands at the right end, and is the grey of its place.
    drawn = element.evaluate(
        """e => [2, 3, 4, 5].map(i => {
             const c = e.querySelectorAll('canvas')[i].getContext('2d');
             return [...c.getImageData(30 * (i % 2 ? 0 : 11) + 14, 14, 1, 1).data]; })"""
    )
    greys = element.evaluate(
        """e => [[0, -1], [1, 0], [2, -1], [3, 0]].map(([outcome, place]) => {
             const at = e.live.shown[outcome].at(place);
             return at === undefined ? 0 : e.live.kinds[outcome >> 1].images[784 * at]; })"""
    )
    np.testing.assert_array_equal([p[0] for p in drawn], 255 - 17 * np.array(greys))
    assert max(greys) > 0


def test_a_threshold_is_dragged_to_where_the_pointer_is(opened, figure):
    element = figure("threshold")
    chart = element.locator("canvas").first
    low, high = element.evaluate("e => e.live.ends")
    drag(opened, chart, (0.3, 0.5), (0.6, 0.5))
    # The frame has 54 pixels on its left and 8 on its right.
    width = chart.evaluate("c => c.clientWidth")
    value = low + (0.6 * width - 54) / (width - 62) * (high - low)
    thresholds = np.array(element.evaluate("e => [...e.live.thresholds]"))
    # Two positions are as near as one where a pixel decides: half a pixel of the frame.
    distance = np.abs(thresholds - value).min()
    found = float(state(element, "threshold"))
    assert abs(abs(found - value) - distance) < 0.5 * (high - low) / (width - 62)
    chart.focus()
    before = int(state(element, "index"))
    for key, step in (("ArrowLeft", -1), ("ArrowUp", 1), ("Shift+ArrowRight", 10)):
        chart.press(key)
        assert state(element, "index") == before + step
        before += step
    assert element.locator("input").input_value() == str(before)
    assert chart.get_attribute("role") == "application"
    assert "threshold" in chart.get_attribute("aria-label")


def test_a_typewriter_computes_what_keras_does(figure, made):
    model, element = made[1].writer, figure("typewriter")
    for text in ("ab\na", "", "bbb aa\n" * 20):
        element.evaluate("(e, text) => e.live.begin(text)", text)
        expected = model.reader(1, text or None).probabilities[0]
        # Float32 here and there; in the page a gate is summed in another order.
        np.testing.assert_allclose(state(element, "probabilities"), expected, atol=1e-5)
    field = element.locator("textarea")
    field.fill("ab?b")
    assert "The network does not know ?: left out." in words_of(element)
    expected = model.reader(1, "abb").probabilities[0]
    np.testing.assert_allclose(state(element, "probabilities"), expected, atol=1e-5)
    slide(element, 0, 5, "ArrowLeft")  # 1.0 to 0.5
    np.testing.assert_allclose(
        state(element, "probabilities"), sequences.tempered(expected, 0.5), atol=1e-5
    )
    best = "\nab "[int(expected.argmax())]
    shown = element.locator("canvas").get_attribute("aria-label")
    names = {"\n": "line end", " ": "blank"}
    assert f"first {names.get(best, best)} with probability" in shown


def test_a_typewriter_writes_as_often_as_is_likely_and_goes_on_from_there(figure, made):
    model, element = made[1].writer, figure("typewriter")
    count = 2000
    letters = element.evaluate(
        """(e, count) => Array.from({length: count}, () => {
             e.live.begin("ab"); e.live.write(); return e.live.text[2]; })""",
        count,
    )
    p = model.reader(1, "ab").probabilities[0]
    shares = np.array([letters.count(letter) for letter in "\nab "]) / count
    # Four standard errors at most: one seed in 4,000 for four letters.
    np.testing.assert_allclose(shares, p, atol=4 * 0.5 / count**0.5)
    element.evaluate("e => { e.live.begin('a'); for (let i = 0; i < 30; i++) e.live.write(); }")
    text = element.evaluate("e => e.live.text")
    expected = model.reader(1, text).probabilities[0]
    np.testing.assert_allclose(state(element, "probabilities"), expected, atol=1e-5)
    assert len(text) == 31


def test_a_typewriter_writes_on_by_a_button_and_stops(opened, figure):
    element = figure("typewriter")
    element.locator("button", has_text="Write on").click()
    opened.wait_for_function("document.querySelectorAll('textarea')[0].value.length === 404")
    rate = float(state(element, "rate"))
    assert rate > 30  # characters a second, of a small network
    assert "404 characters" in words_of(element)
    element.locator("button", has_text="One character").click()
    assert len(element.locator("textarea").input_value()) == 405
    element.locator("button", has_text="Begin again").click()
    assert element.locator("textarea").input_value() == "ab\na"
    print(f"typewriter: {rate:.0f} characters a second")


def test_noise_moves_digits_samples_and_scores(figure, made):
    seen, models = made[1].noise
    element = figure("noise_levels")
    select = element.locator("select")
    assert element.locator("option").all_text_contents() == ["VAE", "GAN", "VAE that knows"]
    pictures = "e => [...e.querySelectorAll('canvas')].map(c => c.toDataURL())"
    before = None
    for variance, (images, scores) in models["VAE"].items():
        shown = state(element, "samples").reshape(images.shape) / 15
        np.testing.assert_allclose(shown, images / 255, atol=0.5 / 15 + 1e-12)
        trained = state(element, "seen").reshape(6, 28, 28) / 15
        np.testing.assert_allclose(trained, seen[variance][..., 0], atol=0.5 / 15 + 1e-12)
        words = element.locator(".gencore-status").text_content()
        assert f"VAE, trained on digits with noise of variance {variance:g}:" in words
        cells = element.locator("tbody tr").first.locator("td").all_text_contents()
        assert cells == [str(scores["distance"])] + ["20.0 ± 1.0"] * (variance > 0)
        after = element.evaluate(pictures)
        assert before is None or all(a != b for a, b in zip(after, before, strict=True))
        before = after
        slide(element, 0, 1)
    # The model beside it lacks the variances between: it keeps the one chosen, 0.4.
    select.select_option(label="GAN")
    assert "GAN, trained on digits with noise of variance 0.4:" in words_of(element)
    slide(element, 0, 1, "ArrowLeft")
    assert "variance 0:" in words_of(element)
    name = element.locator("canvas").nth(2).get_attribute("aria-label")
    assert name == "distance of GAN against the variance: 70.0 ± 1.0 at 0, 190.0 ± 1.0 at 0.4"
    select.select_option(label="VAE that knows")
    assert "variance 0.1:" in words_of(element)
    assert element.locator("input").is_disabled() and element.locator("thead th").count() == 2


def test_samples_are_drawn_tile_by_tile(figure, made):
    _, models = made[1].noise
    element = figure("noise_levels")
    pixels = element.evaluate(
        """e => { const c = e.querySelectorAll('canvas')[1];
             return [c.width, c.height, ...c.getContext('2d').getImageData(30, 0, 28, 28)
               .data]; }"""
    )
    second = 255 - np.reshape(pixels[2:], (28, 28, 4))[..., 0]
    assert pixels[:2] == [298, 28]
    # The page has sixteen greys: half the distance between two, and the rounding to 255 of them.
    np.testing.assert_allclose(second, models["VAE"][0.0][0][1], atol=255 / 30 + 0.5)


def words_of(element):
    return element.locator(".gencore-status").text_content()


@pytest.mark.parametrize("kind", ["dream", "style"])
def test_pictures_follow_the_slider_and_the_choice(figure, made, kind):
    element = figure(kind)
    pictures = element.locator("img.gencore-photograph")
    data = made[0][kind].data
    parts = data["dreams"] if kind == "dream" else data["styles"]
    last = pictures.count() - 1

    def shown():
        return pictures.nth(last).get_attribute("src")

    assert shown() == parts[0]["frames"][0]["picture"]
    slide(element, 0, 2)
    assert shown() == parts[0]["frames"][2]["picture"]
    words = element.locator(".gencore-status").text_content()
    wanted = parts[0]["frames"][2]
    assert parts[0]["name"] in words
    assert (wanted["value"] if kind == "dream" else wanted["style"]) in words
    element.locator("select").select_option("1")
    # The second one is shorter: the slider is at its end.
    assert shown() == parts[1]["frames"][1]["picture"]
    assert parts[1]["name"] in element.locator(".gencore-status").text_content()
    assert len(pictures.nth(last).get_attribute("alt").split()) >= 3
    box = pictures.nth(last).bounding_box()
    assert box["width"] > 100 and abs(box["height"] / box["width"] - 3 / 4) < 0.02
    if kind == "style":
        assert pictures.nth(1).get_attribute("src") == parts[1]["picture"]
