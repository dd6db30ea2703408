"""Mistakes in the tables of results and in the reference of the package."""

from tests.planted import Mutant

RESULTS = [
    Mutant(
        name="results-of-the-first-seed-alone",
        module="gencore.results",
        before="(zoo.over_seeds if len(zoo.seeds(name)) > 1 else zoo.metric)(name, key)",
        after="zoo.metric(name, key)",
        test="tests/test_results.py::test_scores_over_seeds_and_of_one_seed",
    ),
    Mutant(
        name="results-without-the-cards-of-other-groups",
        module="gencore.results",
        before="else group not in kept",
        after='else group == "gan"',
        test="tests/test_results.py::test_every_model_is_in_a_table",
    ),
    Mutant(
        name="results-of-a-kept-group-twice",
        module="gencore.results",
        before="{other.group for other in TABLES.values() if other.group}",
        after="set()",
        test="tests/test_results.py::test_a_group_with_a_table_of_its_own_is_in_no_other",
    ),
    Mutant(
        name="published-figures-in-the-order-of-the-file",
        module="gencore.results",
        before="rows[name] |= _quoted(figures.get(name))",
        after="rows[name] |= _quoted([*figures.values(), *[None] * 9][len(rows) - 1])",
        test="tests/test_results.py::test_published_figures_stand_beside_their_counterparts",
    ),
    Mutant(
        name="draws-not-of-the-protocol",
        module="gencore.results",
        before="protocol.get(measure.protocol, measure.draws)",
        after="measure.draws",
        test="tests/test_results.py::test_how_a_score_was_taken_is_what_the_cards_say",
    ),
    Mutant(
        name="seconds-of-all-seeds-together",
        module="gencore.results",
        before="round(np.mean([card[key] for card in cards]))",
        after="round(float(np.sum([card[key] for card in cards])))",
        test="tests/test_results.py::test_how_a_model_was_made_is_what_the_cards_say",
    ),
    Mutant(
        name="figures-set-as-words",
        module="gencore._sheet",
        before='.str.contains("[a-z]{3}")',
        after='.str.contains("[a-z0-9]")',
        test="tests/test_results.py::test_a_sheet_is_whole_and_marks_words",
    ),
    Mutant(
        name="heads-set-unlike-their-columns",
        module="gencore._sheet",
        before='"<(t[hd])>"',
        after='"<(td)>"',
        test="tests/test_results.py::test_a_sheet_is_whole_and_marks_words",
    ),
    Mutant(
        name="power-of-ten-off-by-one",
        module="gencore.results",
        before="math.floor(math.log10(abs(estimate.value)))",
        after="math.ceil(math.log10(abs(estimate.value)))",
        test="tests/test_results.py::test_a_tiny_score_is_shown_with_a_power_of_ten",
    ),
    Mutant(
        name="points-of-the-plane-called-images",
        module="gencore.results",
        before='["dataset"] == "ring"',
        after='["dataset"] == "rings"',
        test="tests/test_results.py::test_how_a_score_was_taken_is_what_the_cards_say",
    ),
    Mutant(
        name="response-of-the-first-seed-alone",
        module="gencore._responses",
        before='"value": np.mean(values)',
        after='"value": values[0]',
        test="tests/test_results.py::test_responses_are_the_means_and_ranges_of_the_cards",
    ),
    Mutant(
        name="seeds-paired-by-place",
        module="gencore._responses",
        before="{recipes.get(seed).seed: zoo.metric(seed, key).value for seed in zoo.seeds(name)}",
        after="dict(enumerate(zoo.metric(seed, key).value for seed in zoo.seeds(name)))",
        test="tests/test_results.py::test_the_share_of_a_gap_is_taken_within_each_seed",
    ),
    Mutant(
        name="gap-measured-from-the-repaired",
        module="gencore._responses",
        before="(bad - mended) / (bad - good)",
        after="(bad - mended) / (mended - good)",
        test="tests/test_results.py::test_the_share_of_a_gap_is_taken_within_each_seed",
    ),
    Mutant(
        name="untrained-that-are-trained",
        module="gencore._responses",
        before="if name not in trained]",
        after="if name in trained]",
        test="tests/test_results.py::test_what_is_not_trained_is_named",
    ),
    Mutant(
        name="dose-drawn-as-variance-and-ticked-as-scale",
        module="gencore._diagrams",
        before="np.sqrt(frame.index.to_numpy(float))",
        after="frame.index.to_numpy(float)",
        test="tests/test_plots.py::test_a_dose_response_stands_at_the_roots_of_the_variances",
    ),
    Mutant(
        name="colours-counted-among-the-lines-that-are-shown",
        module="gencore._diagrams",
        before="in zip(frames.items(), styles, strict=False):\n        if",
        after=(
            "in zip([(n, f) for n, f in frames.items() if shown is None or n in shown], styles,"
            " strict=False):\n        if"
        ),
        test="tests/test_plots.py::test_a_dose_response_stands_at_the_roots_of_the_variances",
    ),
]

REFERENCE = [
    Mutant(
        name="self-among-the-arguments",
        module="tools.reference",
        before="parameters=parameters[1:]",
        after="parameters=parameters",
        test="tests/test_reference.py::test_the_arguments_of_a_keras_model_are_shown",
    ),
    Mutant(
        name="defaults-as-python-shows-them",
        module="tools.reference",
        before="each.replace(default=DefaultValue(written[name])) if name in written else each",
        after="each",
        test="tests/test_reference.py::test_the_arguments_of_a_keras_model_are_shown",
    ),
    Mutant(
        name="values-of-a-dataclass-hidden",
        module="tools.reference",
        before='arguments.replace("<factory>", made, 1)',
        after="arguments",
        test="tests/test_reference.py::test_values_that_a_dataclass_makes_are_shown",
    ),
    Mutant(
        name="fields-of-tuples-explained-twice",
        module="tools.reference",
        before='startswith("Alias for field number")',
        after='startswith("Field")',
        test="tests/test_reference.py::test_fields_of_a_named_tuple_are_left_to_its_docstring",
    ),
    Mutant(
        name="arguments-of-functions-taken-from-init",
        module="tools.reference",
        before='what != "class" or arguments',
        after="arguments",
        test="tests/test_reference.py::test_other_arguments_stay_as_they_are",
    ),
    Mutant(
        name="reference-without-what-is-exported-again",
        module="tools.reference",
        before="if alias.asname == alias.name",
        after="if not alias.asname and alias.name != 'c'",
        test="tests/test_reference.py::test_public_names_of_a_source",
    ),
    Mutant(
        name="reference-with-private-names",
        module="tools.reference",
        before='glob("[!_]*.py")',
        after='glob("*.py")',
        test="tests/test_reference.py::test_public_modules_are_those_of_the_layers",
    ),
]

COLOPHON = [
    Mutant(
        name="colophon-without-the-packages-of-the-site",
        module="tools.colophon",
        before='lines = [*project["dependencies"], *project["optional-dependencies"][EXTRA]]',
        after='lines = [*project["dependencies"]]',
        test="tests/test_tools.py::test_the_colophon_has_every_package_of_the_book_as_installed",
    ),
]
