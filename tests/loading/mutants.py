"""Mistakes planted in `loading`, each with the test that it makes fail."""

from tests.planted import Mutant

COMMAND_LINE = "tests/zoo/test_command_line.py::test_"
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
    Mutant(
        name="after-loading-ctrl-c-still-ends-the-process",
        module="gencore.loading",
        before="        signal.signal(signal.SIGINT, signal.default_int_handler)\n",
        after="",
        test=COMMAND_LINE + "after_loading_ctrl_c_is_an_exception_again",
    ),
    Mutant(
        name="ctrl-c-heard-in-a-shell-that-ignores-it",
        module="gencore.loading",
        before="if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:",
        after="if not main:",
        test=COMMAND_LINE + "after_loading_ctrl_c_is_an_exception_again",
    ),
]
