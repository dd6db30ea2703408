"""Mistakes planted in `loading`, each with the test that it makes fail."""

from tests.planted import Mutant

LOADING = "tests/loading/test_loading.py::test_"

MUTANTS = [
    Mutant(
        name="all-lines-dropped",
        module="gencore.loading",
        before="for line in held if not lines.search(line)",
        after="for line in held if not line",
        test=LOADING + "a_warning_written_meanwhile_stays",
    ),
    Mutant(
        name="no-line-dropped",
        module="gencore.loading",
        before="if not lines.search(line)",
        after="if line",
        test=LOADING + "start_up_lines_are_no_longer_written",
    ),
    Mutant(
        name="a-door-that-opens-every-file",
        module="gencore.loading",
        before="if name in names:",
        after="if names:",
        test=LOADING + "a_file_is_loaded_when_one_of_its_names_is_asked_for",
    ),
]
