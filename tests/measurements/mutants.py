"""Mistakes planted in `measurements`, each with the test that it makes fail."""

from tests.planted import Mutant

AUTOENCODER = "tests/autoencoder/test_autoencoder.py::test_"
CORRUPTIONS = "tests/data/test_corruptions.py::test_"

MUTANTS = [
    Mutant(
        name="noise-variance-is-the-scale",
        module="gencore.measurements",
        before="check_variance(variance) ** 0.5",
        after="check_variance(variance)",
        test=AUTOENCODER + "noise_has_its_variance_and_is_fresh_each_time",
    ),
    Mutant(
        name="noise-never-fresh",
        module="gencore.measurements",
        before="scale * _normal(x, seed)",
        after="scale * _normal(x, 0)",
        test=AUTOENCODER + "noise_has_its_variance_and_is_fresh_each_time",
    ),
    Mutant(
        name="corruption-clipped-below-only",
        module="gencore.measurements",
        before="ops.clip(noisy, 0.0, 1.0)",
        after="ops.maximum(noisy, 0.0)",
        test=AUTOENCODER + "clipped_noise_stays_an_image",
    ),
    Mutant(
        name="corruption-never-clipped",
        module="gencore.measurements",
        before="ops.clip(noisy, 0.0, 1.0) if clip else noisy",
        after="noisy",
        test=AUTOENCODER + "clipped_noise_stays_an_image",
    ),
    Mutant(
        name="blur-along-one-axis",
        module="gencore.measurements",
        before="((-1, 1, 1, 1), (1, -1, 1, 1))",
        after="((-1, 1, 1, 1), (-1, 1, 1, 1))",
        test=CORRUPTIONS + "a_blur_is_that_of_scipy_on_arrays_and_on_tensors",
    ),
    Mutant(
        name="mean-of-clipped-noise-is-that-of-noise",
        module="gencore.measurements",
        before="if not clip or scale == 0:",
        after="if clip or scale == 0:",
        test=CORRUPTIONS + "the_mean_of_clipped_noise_is_that_of_a_clipped_normal_value",
    ),
    Mutant(
        name="clip-that-lets-the-gradient-through",
        module="gencore.measurements",
        before="return ops.clip(noisy, 0.0, 1.0) if clip else noisy",
        after="return noisy + ops.stop_gradient(ops.clip(noisy, 0.0, 1.0) - noisy)",
        test=CORRUPTIONS + "a_clipped_pixel_has_no_gradient_and_every_other_has_all_of_it",
    ),
]
