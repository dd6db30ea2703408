"""Mistakes planted in `benchmarks`, each with the test that it makes fail."""

from tests.planted import Mutant

BENCHMARKS = "tests/benchmarks/test_benchmarks.py::test_"

MUTANTS = [
    Mutant(
        name="exponent-of-seconds-instead-of-logarithms",
        module="benchmarks.scores",
        before="np.polyfit(sizes, np.log([r[key] for r in rows.values()]), 1)[0]",
        after="np.polyfit(sizes, [r[key] for r in rows.values()], 1)[0]",
        test=BENCHMARKS + "slopes_are_the_exponents_of_the_number_of_exemplars",
    ),
    Mutant(
        name="processors-that-may-sleep",
        module="benchmarks.turns",
        before='struct.pack("i", 0)',
        after='struct.pack("i", 100)',
        test=BENCHMARKS + "processors_are_kept_awake_by_a_held_file_where_there_is_one",
    ),
    Mutant(
        name="transposed-convolution-counted-at-its-output",
        module="benchmarks.work",
        before="height, width = layer.input.shape[1:3]",
        after="height, width = layer.output.shape[1:3]",
        test=BENCHMARKS + "operations_are_those_counted_by_hand",
    ),
    Mutant(
        name="gradient-of-the-image-counted",
        module="benchmarks.work",
        before="3 * sum(counts) - first",
        after="3 * sum(counts)",
        test=BENCHMARKS + "operations_are_those_counted_by_hand",
    ),
    Mutant(
        name="scikit-learns-kernels-with-their-diagonal",
        module="benchmarks.kernels",
        before="(total(x, x) - n)",
        after="total(x, x)",
        test=BENCHMARKS + "the_kernel_distance_is_compared_with_the_same_one",
    ),
]
