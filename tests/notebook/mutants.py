"""Mistakes planted in `notebook`, each with the test that it makes fail."""

from tests.planted import Mutant

NOTEBOOK = "tests/notebook/test_notebook.py::test_"

MUTANTS = [
    Mutant(
        name="glued-numbers-are-read-as-code",
        module="gencore.notebook",
        before="store(name, str(value))",
        after='store(name, type("Bare", (), {"__repr__": lambda _: str(value)})())',
        test=NOTEBOOK + "the_book_shows_a_glued_value_as_it_is_written",
    ),
]
