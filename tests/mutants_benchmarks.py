"""Mistakes in what the benchmarks count and in the picture of the front page."""

from tests.planted import Mutant

OPERATIONS = "tests/test_benchmarks.py::test_operations_are_those_counted_by_hand"
ROWS = "tests/test_overview.py::test_the_rows_are_the_digits_and_their_copies"

BENCHMARKS = [
    Mutant(
        name="transposed-convolution-counted-at-its-output",
        module="benchmarks.work",
        before="height, width = layer.input.shape[1:3]",
        after="height, width = layer.output.shape[1:3]",
        test=OPERATIONS,
    ),
    Mutant(
        name="gradient-of-the-image-counted",
        module="benchmarks.work",
        before="3 * sum(counts) - first",
        after="3 * sum(counts)",
        test=OPERATIONS,
    ),
    Mutant(
        name="clean-copies-shown-as-noisy-ones",
        module="tools.overview",
        before='by ae-conv": conv.reconstruct(noisy)',
        after='by ae-conv": conv.reconstruct(digits)',
        test=ROWS,
    ),
    Mutant(
        name="exponent-of-seconds-instead-of-logarithms",
        module="benchmarks.scores",
        before="np.polyfit(sizes, np.log([r[key] for r in rows.values()]), 1)[0]",
        after="np.polyfit(sizes, [r[key] for r in rows.values()], 1)[0]",
        test="tests/test_benchmarks.py::test_slopes_are_the_exponents_of_the_number_of_exemplars",
    ),
    Mutant(
        name="processors-that-may-sleep",
        module="benchmarks.turns",
        before='struct.pack("i", 0)',
        after='struct.pack("i", 100)',
        test="tests/test_benchmarks.py::test_processors_are_kept_awake_by_a_held_file_where_there_is_one",
    ),
]
