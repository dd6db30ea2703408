"""Mistakes planted in `results`, each with the test that it makes fail."""

from tests.planted import Mutant

RESULTS = "tests/results/test_results.py::test_"

MUTANTS = [
    Mutant(
        name="response-of-the-first-seed-alone",
        module="gencore.results.responses",
        before='"value": np.mean(values)',
        after='"value": values[0]',
        test=RESULTS + "responses_are_the_means_and_ranges_of_the_cards",
    ),
    Mutant(
        name="seeds-paired-by-place",
        module="gencore.results.responses",
        before="{recipes.get(seed).seed: zoo.metric(seed, key).value for seed in zoo.seeds(name)}",
        after="dict(enumerate(zoo.metric(seed, key).value for seed in zoo.seeds(name)))",
        test=RESULTS + "the_share_of_a_gap_is_taken_within_each_seed",
    ),
    Mutant(
        name="gap-measured-from-the-repaired",
        module="gencore.results.responses",
        before="(bad - mended) / (bad - good)",
        after="(bad - mended) / (mended - good)",
        test=RESULTS + "the_share_of_a_gap_is_taken_within_each_seed",
    ),
    Mutant(
        name="untrained-that-are-trained",
        module="gencore.results.responses",
        before="if name not in trained]",
        after="if name in trained]",
        test=RESULTS + "what_is_not_trained_is_named",
    ),
    Mutant(
        name="results-of-the-first-seed-alone",
        module="gencore.results.sheets",
        before="(zoo.over_seeds if len(zoo.seeds(name)) > 1 else zoo.metric)(name, key)",
        after="zoo.metric(name, key)",
        test=RESULTS + "scores_over_seeds_and_of_one_seed",
    ),
    Mutant(
        name="published-figures-in-the-order-of-the-file",
        module="gencore.results.sheets",
        before="rows[name] |= _quoted(figures.get(name))",
        after="rows[name] |= _quoted([*figures.values(), *[None] * 9][len(rows) - 1])",
        test=RESULTS + "published_figures_stand_beside_their_counterparts",
    ),
    Mutant(
        name="draws-not-of-the-protocol",
        module="gencore.results.sheets",
        before="protocol.get(measure.protocol, measure.draws)",
        after="measure.draws",
        test=RESULTS + "how_a_score_was_taken_is_what_the_cards_say",
    ),
    Mutant(
        name="seconds-of-all-seeds-together",
        module="gencore.results.sheets",
        before="round(np.mean([card[key] for card in cards]))",
        after="round(float(np.sum([card[key] for card in cards])))",
        test=RESULTS + "how_a_model_was_made_is_what_the_cards_say",
    ),
    Mutant(
        name="figures-set-as-words",
        module="gencore.results.sheets",
        before='.str.contains("[a-z]{3}")',
        after='.str.contains("[a-z0-9]")',
        test=RESULTS + "a_sheet_is_whole_and_marks_words",
    ),
    Mutant(
        name="heads-set-unlike-their-columns",
        module="gencore.results.sheets",
        before='"<(t[hd])>"',
        after='"<(td)>"',
        test=RESULTS + "a_sheet_is_whole_and_marks_words",
    ),
    Mutant(
        name="power-of-ten-off-by-one",
        module="gencore.results.sheets",
        before="math.floor(math.log10(abs(estimate.value)))",
        after="math.ceil(math.log10(abs(estimate.value)))",
        test=RESULTS + "a_tiny_score_is_shown_with_a_power_of_ten",
    ),
    Mutant(
        name="points-of-the-plane-called-images",
        module="gencore.results.sheets",
        before='["dataset"] == "ring"',
        after='["dataset"] == "rings"',
        test=RESULTS + "how_a_score_was_taken_is_what_the_cards_say",
    ),
    Mutant(
        name="results-without-the-cards-of-other-groups",
        module="gencore.results.tables",
        before="else group not in kept",
        after='else group == "gan"',
        test=RESULTS + "every_model_is_in_a_table",
    ),
    Mutant(
        name="results-of-a-kept-group-twice",
        module="gencore.results.tables",
        before="{other.group for other in TABLES.values() if other.group}",
        after="set()",
        test=RESULTS + "a_group_with_a_table_of_its_own_is_in_no_other",
    ),
    Mutant(
        name="minutes-of-all-seeds-together",
        module="gencore.results.trainings",
        before="np.mean(minutes)",
        after="np.sum(minutes)",
        test=RESULTS + "what_there_is_to_train_is_what_the_cards_say[vae]",
    ),
    Mutant(
        name="hours-of-the-first-seed-alone",
        module="gencore.results.trainings",
        before="if name in asked]",
        after="if name in asked and not recipes.get(name).seed]",
        test=RESULTS + "hours_are_the_sums_of_the_cards",
    ),
    Mutant(
        name="pictures-taken-for-weights",
        module="gencore.results.trainings",
        before="any(DIGEST in card for card in cards)",
        after='any("sha256" in str(card) for card in cards)',
        test=RESULTS + "what_there_is_to_train_is_what_the_cards_say[noise]",
    ),
    Mutant(
        name="main-score-that-comes-last",
        module="gencore.results.trainings",
        before="for key in MAIN if key in scores",
        after="for key in reversed(MAIN) if key in scores",
        test=RESULTS + "the_main_score_comes_from_the_card_with_its_error",
    ),
]
