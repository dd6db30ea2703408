"""The tables of results: every card is in one, every figure is that of its card or its source."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from gencore import recipes, results, zoo
from gencore.results.measures import HIGHER, LOWER, MEASURES
from gencore.results.tables import TABLES, Table
from gencore.results.trainings import MAIN
from tests.conftest import ROOT

PUBLISHED = json.loads((ROOT / "gencore" / "results" / "published.json").read_text("utf-8"))

# In the order of the book, the classifier first.
GROUPS = [
    *("scoring", "autoencoders", "vae", "gan", "gae", "noise", "matching", "uses", "sequences"),
    "translation",
]


def raw(name):
    return json.loads(next((ROOT / "checkpoints").glob(f"*/{name}.json")).read_text("utf-8"))


def test_every_model_is_in_a_table():
    shown = {name for table in TABLES for name in results.models(table)}
    first_seeds = {name for name in zoo.names() if not re.search(r"-s\d+$", name)}
    assert shown == first_seeds


def test_a_group_with_a_table_of_its_own_is_in_no_other(monkeypatch):
    monkeypatch.setitem(TABLES, "own", Table(("rate",), group="vae"))
    assert "vae-2" in results.models("own") and "gae-2" not in results.models("own")
    assert "gae-2" in results.models("binarised") and "vae-2" not in results.models("binarised")


def test_scores_over_seeds_and_of_one_seed():
    frame = results.obtained("copies").frame
    runs = [raw(f"ae-mlp{end}")["metrics"]["reconstruction_error"] for end in ("", "-s1", "-s2")]
    values = np.array([run["value"] for run in runs])
    error = np.sqrt(values.var(ddof=1) / 3 + np.mean([run["stderr"] ** 2 for run in runs]))
    estimate = results.score("ae-mlp", "reconstruction_error")
    # The same formula in another order of operations: equal to rounding.
    np.testing.assert_allclose([estimate.value, estimate.stderr], [values.mean(), error])
    assert frame.loc["ae-mlp", "squared error"] == f"{values.mean():.2f} ± {error:.2f}"
    alone = raw("ae-sparse")["metrics"]["reconstruction_error"]
    shown = f"{alone['value']:.2f} ± {alone['stderr']:.2f}"
    assert frame.loc["ae-sparse", "squared error"] == shown


def test_a_score_that_a_card_lacks_is_a_dash():
    column = results.obtained("samples").frame["label obeyed"]
    assert column["gan-dense"] == "–" != column["cgan"]


def test_published_figures_stand_beside_their_counterparts():
    for table in TABLES:
        figures = {f["model"]: f for f in PUBLISHED["figures"] if f.get("model") in zoo.names()}
        figures = {name: f for name, f in figures.items() if f["table"] == table}
        frame = results.obtained(table).frame
        assert set(figures) <= set(frame.index)
        for name, figure in figures.items():
            assert frame.loc[name, "published"] == str(figure["value"])
            assert frame.loc[name, "source"] == PUBLISHED["sources"][figure["source"]]
            assert results.figure(name) == figure["value"]
        if figures:
            others = frame.drop(index=list(figures))
            assert (others["published"] == "–").all()
    assert all(figure["table"] in TABLES for figure in PUBLISHED["figures"])


def test_sources_are_those_of_the_bibliography():
    bibliography = (ROOT / "book" / "references.bib").read_text("utf-8")
    chapter = (ROOT / "book" / "results.md").read_text("utf-8")
    assert {figure["source"] for figure in PUBLISHED["figures"]} == set(PUBLISHED["sources"])
    for key, words in PUBLISHED["sources"].items():
        entry = re.search(rf"@\w+\{{{key},.*?\n\}}", bibliography, re.DOTALL)[0]
        year = re.search(r"year\s*=\s*\{(\d{4})\}", entry)[1]
        assert words.split(",")[0] in entry and words.endswith(year)
        assert re.search(rf"\{{cite:\w+\}}`[^`]*\b{key}\b", chapter), key


def test_the_chapter_shows_every_table():
    chapter = (ROOT / "book" / "results.md").read_text("utf-8")
    for table in TABLES:
        assert f'results.obtained("{table}")' in chapter
        assert f'results.made("{table}")' in chapter


def test_how_a_score_was_taken_is_what_the_cards_say():
    frame = results.measured("binarised").frame
    protocol = raw("gae-1")["recipe"]["protocol"]
    assert frame.loc["prior samples", "draws"] == f"{protocol['prior_samples']:,}" == "100,000"
    assert frame.loc["importance samples", "draws"] == f"{protocol['importance_samples']:,}"
    assert set(frame["scored on"]) == {"10,000 test images"} and set(frame["unit"]) == {"nats"}
    assert results.measured("planes").frame.loc["rate", "draws"] == "closed form"
    assert results.measured("ring").frame.loc["good samples", "scored on"] == "5,000 test points"
    trials = results.measured("trials").frame
    assert trials.loc["validation digits", "scored on"] == "validation images"


def test_how_a_model_was_made_is_what_the_cards_say():
    frame = results.made("copies").frame
    runs = [raw(f"ae-conv{end}") for end in ("", "-s1", "-s2")]
    seconds = np.mean([run["train_seconds"] for run in runs])
    core = np.mean([run["processor_seconds"] for run in runs])
    row = frame.loc["ae-conv"]
    assert (row["seconds"], row["core-seconds"]) == (f"{seconds:.0f}", f"{core:.0f}")
    assert (row["seeds"], row["parameters"]) == ("3", f"{runs[0]['parameters']:,}")
    assert row["what it is"] == recipes.get("ae-conv").summary
    assert results.made("parzen").frame.loc["parzen-data", "parameters"] == "–"


@pytest.mark.parametrize("table", TABLES)
def test_the_command_of_the_chapter_makes_every_model_again(table):
    from gencore.__main__ import _parser

    chapter = (ROOT / "book" / "results.md").read_text("utf-8")
    (command,) = re.findall(r"`python -m gencore (train NAME --again)`", chapter)
    for name in results.made(table).frame.index:
        options = _parser().parse_args(command.replace("NAME", name).split())
        assert options.names == [name] and options.again and recipes.get(name)


def test_a_tiny_score_is_shown_with_a_power_of_ten():
    frame = results.obtained("noise").frame
    score = results.score("noise-gan-missing-pixels", "residual_noise")
    assert (score.value, score.stderr) == pytest.approx((5.888e-05, 8.18e-06), rel=1e-3)
    assert frame.loc["noise-gan-missing-pixels", "residual noise"] == "(5.9 ± 0.8)·10⁻⁵"
    assert not frame.map(lambda text: text.startswith(("0.0000", "-0.0000"))).any(axis=None)


def test_a_number_that_is_only_known_to_be_larger_is_shown_so():
    found = raw("detect-digits")["metrics"]["samples_to_detect"]
    assert found["unit"] == "samples or more"
    column = results.obtained("detection").frame["noticed in features"]
    assert column["detect-digits"] == f"> {found['value']:,.0f}"
    assert "±" in column["detect-gan-dense"]
    assert results.measured("detection").frame.loc["noticed in features", "unit"] == "samples"


def test_every_score_of_a_table_has_words():
    assert {key for table in TABLES.values() for key in table.scores} <= set(MEASURES)
    assert {measure.column for measure in MEASURES.values()} >= HIGHER | LOWER
    assert not HIGHER & LOWER


def test_the_best_is_that_of_the_better_end_and_of_the_models_in_the_running():
    apart = re.compile(r"held-out-digits|gae-source|gae-ablation-.*")
    samples = {n: raw(n)["metrics"] for n in results.models("samples") if not apart.fullmatch(n)}
    alone = {n: card for n, card in samples.items() if len(zoo.seeds(n)) == 1}
    for key, choose in (("frechet_distance", min), ("recall", max)):
        best = results.leader("samples", key)
        found = results.score(best, key).value
        assert not apart.fullmatch(best)
        assert found == choose([found, *(card[key]["value"] for card in alone.values())])
    assert results.leader("samples", "sharpness_of_samples") is None
    assert results.leader("noise", "frechet_distance") is None


def test_each_answer_is_the_best_of_its_cards():
    frame = results.answers().frame
    cards = {n: raw(n)["metrics"] for n in results.models("binarised")}
    keys = ("log_likelihood", "importance_log_likelihood_5000", "importance_log_likelihood")
    found = {n: next(key for key in keys if key in cards[n]) for n in cards}
    highest = max(cards, key=lambda n: results.score(n, found[n]).value)
    assert frame["best model"].iloc[0] == highest
    assert frame["score"].iloc[0] == str(results.score(highest, found[highest]))
    noisy = [n for n in zoo.names() if re.fullmatch(r"noise-(?!ae)[a-z-]+-0\.1", n)]
    distance = {n: results.score(n, "frechet_distance").value for n in noisy}
    assert frame["best model"].iloc[-1] == min(distance, key=distance.get)
    assert (frame["caveat"].str.len() > 10).all()


def test_scores_of_one_unit_compete_by_the_first_that_a_card_has():
    coded = [name for name in results.models("binarised") if name != "row-lstm"]
    key = "importance_log_likelihood"
    best = max(coded, key=lambda name: results.score(name, key).value)
    assert results.leader("binarised", key) == best
    assert results.leader("binarised", key, "log_likelihood") == "row-lstm"
    assert results.leader("binarised", "log_likelihood") == "row-lstm"


def test_texts_are_scored_on_characters():
    frame = results.measured("texts").frame
    characters = raw("char-lstm")["metrics"]["cross_entropy"]["characters"]
    assert frame.loc["nats a character", "scored on"] == f"{characters:,} test characters"


def test_a_kind_has_a_row_and_a_dose_a_column():
    sheet = results.doses("frechet_distance")
    column = results.response("vae", "frechet_distance")["value"]
    assert list(sheet.frame.columns) == [f"{variance:g}" for variance in column.index]
    assert list(sheet.frame.loc["vae"]) == [f"{value:.1f}" for value in column]
    values = sheet.frame["0.1"].astype(float)
    assert sheet.best["0.1"] == values.idxmin() and set(sheet.better.values()) == {"↓"}


def test_a_sheet_shows_the_best_in_bold_and_an_arrow():
    frame = pd.DataFrame({"error": ["1.0", "2.0"]}, index=["a", "b"])
    html = results.Sheet(frame, {"error": "a"}, {"error": "↓"})._repr_html_()
    assert "<td><b>1.0</b></td>" in html and "<td>2.0</td>" in html and "<th>error ↓</th>" in html
    assert frame.loc["a", "error"] == "1.0" and "<b>" not in results.Sheet(frame)._repr_html_()


def test_a_sheet_is_whole_and_marks_words():
    long = "a text that is much longer than the fifty characters at which pandas would cut it"
    sheet = results.Sheet(pd.DataFrame({"words": [long], "figure": ["1.0 ± 0.1"]}, index=["x"]))
    html = sheet._repr_html_()
    assert f'<td class="words">{long}</td>' in html and "<td>1.0 ± 0.1</td>" in html
    assert '<th class="words">words</th>' in html and "<th>figure</th>" in html
    assert '<th class="words">x</th>' in html
    assert long in repr(sheet)
    html = results.Sheet(pd.DataFrame({"a": ["1"]}, index=["Which one is best?"]))._repr_html_()
    assert '<th class="words sentence">Which one is best?</th>' in html


@pytest.mark.parametrize("what", [results.models, results.obtained, results.published])
def test_an_unknown_table_lists_the_known_ones(what):
    with pytest.raises(ValueError, match="no table 'copys'. Known tables: copies, "):
        what("copys")


def test_an_unknown_counterpart_lists_the_known_ones():
    with pytest.raises(ValueError, match="no published figure for 'ae-mlp'. Known for: vae-grey"):
        results.figure("ae-mlp")


def test_responses_are_the_means_and_ranges_of_the_cards():
    frame = results.response("vae", "frechet_distance")
    assert list(frame.index) == sorted(frame.index) and {0.0, 0.1} <= set(frame.index)
    for variance in (0.0, 0.1):
        names = [f"noise-vae-{variance:g}{end}" for end in ("", "-s1", "-s2")]
        values = [raw(name)["metrics"]["frechet_distance"]["value"] for name in names]
        row = frame.loc[variance]
        # The same numbers and one mean: equal to rounding.
        np.testing.assert_allclose(row["value"], np.mean(values))
        assert (row["low"], row["high"], row["seeds"]) == (min(values), max(values), 3)


def test_a_response_leaves_out_what_is_not_trained(monkeypatch):
    monkeypatch.setattr(zoo, "seeds", lambda name: [name] if name.endswith("-0.1") else [])
    assert list(results.response("vae", "frechet_distance").index) == [0.1]
    monkeypatch.setattr(zoo, "seeds", lambda name: [])
    frame = results.response("cvae", "frechet_distance")
    assert frame.empty and list(frame) == ["value", "low", "high", "seeds"]


def test_the_share_of_a_gap_is_taken_within_each_seed(monkeypatch):
    triple = ("noise-vae-repaired-clipped", "noise-vae-0.1", "noise-vae-0")
    shares = results.closed(*triple)
    assert list(shares.index) == [0, 1, 2]
    for seed, end in enumerate(("", "-s1", "-s2")):
        repaired, harmed, intact = (
            raw(name + end)["metrics"]["frechet_distance"]["value"] for name in triple
        )
        np.testing.assert_allclose(shares[seed], (harmed - repaired) / (harmed - intact))
    every = zoo.seeds
    monkeypatch.setattr(
        zoo, "seeds", lambda name: every(name)[1:] if "repaired" in name else every(name)[:2]
    )
    assert list(results.closed(*triple).index) == [1]
    monkeypatch.setattr(zoo, "seeds", lambda name: [])
    assert results.closed(*triple).empty


def test_what_is_not_trained_is_named(monkeypatch):
    group = [name for name, recipe in recipes.RECIPES.items() if recipe.group == "noise"]
    monkeypatch.setattr(zoo, "names", lambda: ["vae-2", *group[:3], group[5]])
    assert results.untrained("noise") == [*group[3:5], *group[6:]]


def of_the_group(group):
    """The cards of a group, first seeds alone and all, as the folder has them."""
    cards = {path.stem: raw(path.stem) for path in (ROOT / "checkpoints" / group).glob("*.json")}
    return {name: card for name, card in cards.items() if not re.search(r"-s\d+$", name)}, cards


@pytest.mark.parametrize("group", GROUPS)
def test_what_there_is_to_train_is_what_the_cards_say(group):
    frame = results.trained(group).frame
    first, cards = of_the_group(group)
    assert set(frame.index) == set(first)
    assert list(frame.index) == [name for name in recipes.RECIPES if name in first]
    for name, row in frame.iterrows():
        runs = [cards[seed] for seed in cards if re.fullmatch(rf"{re.escape(name)}(-s\d+)?", seed)]
        minutes = np.mean([run["processor_seconds"] for run in runs]) / 60
        assert (row["seeds"], row["minutes"]) == (f"{len(runs)}", f"{minutes:.1f}")
        assert row["weights"] == ("✓" if "sha256" in first[name] else "–")
        assert row["what it is"] == first[name]["recipe"]["summary"]
        assert sum(row[score] != "–" for score in frame if score in MAIN.values()) == 1


def test_the_main_score_comes_from_the_card_with_its_error():
    likelihood = raw("vae-2")["metrics"]["importance_log_likelihood"]
    frame = results.trained("vae").frame
    shown = f"{likelihood['value']:.1f} ± {likelihood['stderr']:.1f}"
    assert frame.loc["vae-2", "log-likelihood"] == shown
    assert "reconstruction_error" in raw("vae-conv")["metrics"]
    other = frame.loc["vae-conv"]
    assert other["Fréchet distance"] != "–" == other["squared error"] == other["log-likelihood"]
    errors = results.obtained("copies").frame["squared error"]
    frame = results.trained("autoencoders").frame
    copied = frame.index.intersection(errors.index).drop("ae-ten")  # its samples are scored too
    assert list(frame["squared error"][copied]) == list(errors[copied])
    distances = results.obtained("samples").frame["Fréchet distance"]
    drawn = frame.index.drop(copied)
    assert list(frame["Fréchet distance"][drawn]) == list(distances[drawn])
    assert "log-likelihood" not in frame


def test_hours_are_the_sums_of_the_cards():
    total = 0.0
    for group in GROUPS:
        seconds = [card["processor_seconds"] for card in of_the_group(group)[1].values()]
        # The same numbers added in another order: equal to rounding.
        np.testing.assert_allclose(results.hours(group), sum(seconds) / 3600)
        total += sum(seconds)
    np.testing.assert_allclose(results.hours(), total / 3600)


def test_a_recipe_without_a_card_is_listed_as_not_trained(shelf):
    row = results.trained("vae").frame.loc["vae-2"]
    assert list(row) == ["0", "–", "–", recipes.get("vae-2").summary]
    assert results.hours() == results.hours("vae") == 0


def test_the_page_on_training_has_every_group():
    page = (ROOT / "book" / "training.md").read_text("utf-8")
    assert re.findall(r'^results\.trained\("(\w+)"\)$', page, re.MULTILINE) == GROUPS


def test_unknown_kinds_and_groups_list_the_known_ones():
    with pytest.raises(ValueError, match="noise-vea-VARIANCE. Known kinds: ae, ae-denoising, vae"):
        results.response("vea", "frechet_distance")
    with pytest.raises(ValueError, match="group 'nosie'. Known groups: scoring, autoencoders"):
        results.untrained("nosie")
    for what in (results.trained, results.hours):
        with pytest.raises(ValueError, match="group 'nosie'. Known groups: scoring, autoencoders"):
            what("nosie")
