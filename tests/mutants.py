"""The mistakes that the tests must notice, and ``python -m tests.mutants [-k PATTERN]``.

Each mutant is a mistake somebody could make, many of them made in published code. To add one:
``before`` is a piece of the module's source that occurs once, ``after`` the mistake, ``test`` the
test that fails because of it.
"""

import argparse
import sys

from tests.mutants_vae import VAE_MUTANTS
from tests.mutation import run_mutants
from tests.planted import Mutant, Runner

DRAWS = [
    Mutant(
        name="noise-variance-used-as-scale",
        module="gencore._draws",
        before="x.dtype.type(np.sqrt(variance))",
        after="x.dtype.type(variance)",
        test="tests/test_draws.py::test_unclipped_noise_is_normal_with_the_stated_variance",
    ),
    Mutant(
        name="noise-uniform-instead-of-normal",
        module="gencore._draws",
        before="_generator(rng).standard_normal(x.shape)",
        after="_generator(rng).uniform(-np.sqrt(3), np.sqrt(3), x.shape)",
        test="tests/test_draws.py::test_unclipped_noise_is_normal_with_the_stated_variance",
    ),
    Mutant(
        name="noise-clipped-below-only",
        module="gencore._draws",
        before="np.clip(noisy, 0, 1) if clip",
        after="np.clip(noisy, 0, 2) if clip",
        test="tests/test_draws.py::test_clipped_noise_has_the_moments_of_a_clipped_normal",
    ),
    Mutant(
        name="noise-reflected-instead-of-clipped",
        module="gencore._draws",
        before="np.clip(noisy, 0, 1) if clip",
        after="np.clip(np.abs(noisy), 0, 1) if clip",
        test="tests/test_draws.py::test_clipped_noise_has_the_moments_of_a_clipped_normal",
    ),
    Mutant(
        name="noise-one-draw-for-each-image",
        module="gencore._draws",
        before="standard_normal(x.shape)",
        after="standard_normal((len(x),) + (1,) * (x.ndim - 1))",
        test="tests/test_draws.py::test_noise_is_drawn_for_each_value",
    ),
    Mutant(
        name="noise-added-in-place",
        module="gencore._draws",
        before="noisy = x + x.dtype.type(np.sqrt(variance)) * noise",
        after="noisy = x\n    noisy += x.dtype.type(np.sqrt(variance)) * noise",
        test="tests/test_draws.py::test_noise_leaves_its_input_alone_and_keeps_shape_and_type",
    ),
    Mutant(
        name="nan-passes-the-unit-interval",
        module="gencore._draws",
        before="not (array.min() >= 0 and array.max() <= 1)",
        after="(array.min() < 0 or array.max() > 1)",
        test="tests/test_draws.py::test_values_outside_the_unit_interval_are_refused",
    ),
    Mutant(
        name="nan-passes-as-a-variance",
        module="gencore._draws",
        before="if not 0 <= variance < np.inf:",
        after="if variance < 0 or variance == np.inf:",
        test="tests/test_draws.py::test_a_bad_variance_is_refused",
    ),
    Mutant(
        name="no-seed-draws-from-hidden-state",
        module="gencore._draws",
        before="np.integer | np.random.Generator)",
        after="np.integer | np.random.Generator | None)",
        test="tests/test_draws.py::test_a_missing_seed_is_refused",
    ),
    Mutant(
        name="binarize-by-threshold",
        module="gencore._draws",
        before="(_generator(rng).random(x.shape) < x)",
        after="(x > 0.5)",
        test="tests/test_draws.py::test_binarize_draws_one_with_the_probability_of_the_grey_value",
    ),
    Mutant(
        name="binarize-black-and-white-swapped",
        module="gencore._draws",
        before=".random(x.shape) < x)",
        after=".random(x.shape) >= x)",
        test="tests/test_draws.py::test_binarize_never_changes_black_and_white",
    ),
    Mutant(
        name="ring-scale-used-as-variance",
        module="gencore._draws",
        before="centres + scale * generator",
        after="centres + scale**0.5 * generator",
        test="tests/test_draws.py::test_gaussian_ring_has_equal_components_at_their_centres",
    ),
    Mutant(
        name="ring-last-component-never-drawn",
        module="gencore._draws",
        before="generator.integers(components, size=n)",
        after="generator.integers(components - 1, size=n)",
        test="tests/test_draws.py::test_gaussian_ring_has_equal_components_at_their_centres",
    ),
]

DATA = [
    Mutant(
        name="train-holds-the-validation-images",
        module="gencore.data",
        before="x_train=x[:-MNIST_VALIDATION]",
        after="x_train=x",
        test="tests/test_data.py::test_validation_is_the_end_of_the_training_images",
    ),
    Mutant(
        name="validation-taken-from-the-start",
        module="gencore.data",
        before="x_valid=x[-MNIST_VALIDATION:]",
        after="x_valid=x[:MNIST_VALIDATION]",
        test="tests/test_data.py::test_validation_is_the_end_of_the_training_images",
    ),
    Mutant(
        name="test-images-are-training-images",
        module="gencore.data",
        before='x_test=_images(arrays["x_test"])',
        after='x_test=_images(arrays["x_train"])',
        test="tests/test_data.py::test_validation_is_the_end_of_the_training_images",
    ),
    Mutant(
        name="images-divided-by-256",
        module="gencore.data",
        before="images /= 255",
        after="images /= 256",
        test="tests/test_data.py::test_validation_is_the_end_of_the_training_images",
    ),
    Mutant(
        name="digits-validation-drawn-from-all",
        module="gencore.data",
        before="rest, test_size=DIGITS_HELD_OUT, stratify=y[rest], random_state=0",
        after="np.arange(len(y)), test_size=DIGITS_HELD_OUT, stratify=y, random_state=1",
        test="tests/test_data.py::test_digits_are_whole_and_share_no_image",
    ),
    Mutant(
        name="digits-not-stratified",
        module="gencore.data",
        before="np.arange(len(y)), test_size=DIGITS_HELD_OUT, stratify=y, random_state=0",
        after="np.arange(len(y)), test_size=DIGITS_HELD_OUT, random_state=0",
        test="tests/test_data.py::test_digits_are_stratified",
    ),
    Mutant(
        name="digits-split-from-hidden-state",
        module="gencore.data",
        before="stratify=y, random_state=0",
        after="stratify=y, random_state=None",
        test="tests/test_data.py::test_digits_are_whole_and_share_no_image",
    ),
    Mutant(
        name="digits-off-centre-by-a-pixel",
        module="gencore.data",
        before="frame[4:24, 4:24]",
        after="frame[4:24, 5:25]",
        test="tests/test_data.py::test_digits_are_the_scans_resampled_and_centred",
    ),
    Mutant(
        name="digits-resampled-corner-to-corner",
        module="gencore.data",
        before='mode="nearest", grid_mode=True',
        after='mode="nearest", grid_mode=False',
        test="tests/test_data.py::test_digits_are_the_scans_resampled_and_centred",
    ),
    Mutant(
        name="auto-passes-over-a-damaged-file",
        module="gencore.data",
        before="except MissingDataError:\n        return",
        after="except DataError:\n        return",
        test="tests/test_fetch.py::test_a_damaged_file_of_the_user_is_an_error_and_stays",
    ),
    Mutant(
        name="banner-missing",
        module="gencore._split",
        before="if self.embedded:",
        after="if not self.embedded:",
        test="tests/test_data.py::test_the_banner_says_that_these_are_not_mnist",
    ),
    Mutant(
        name="head-takes-the-last-rows",
        module="gencore._split",
        before="getattr(self, name)[:n]",
        after="getattr(self, name)[-n:]",
        test="tests/test_data.py::test_head_keeps_the_first_rows_of_each_part",
    ),
]

FILES = [
    Mutant(
        name="digest-of-an-array-not-checked",
        module="gencore._files",
        before="if digest != spec.sha256:",
        after="if not digest:",
        test="tests/test_fetch.py::test_a_damaged_file_in_the_cache_is_set_aside",
    ),
    Mutant(
        name="digest-depends-on-memory-order",
        module="gencore._files",
        before="np.ascontiguousarray(array).tobytes()",
        after='array.tobytes("A")',
        test="tests/test_files.py::test_sha256_is_that_of_the_bytes_in_c_order",
    ),
    Mutant(
        name="idx-header-read-little-endian",
        module="gencore._files",
        before='f">{dimensions}I"',
        after='f"<{dimensions}I"',
        test="tests/test_fetch.py::test_gzipped_idx_files_are_decoded_and_kept_as_npz",
    ),
    Mutant(
        name="idx-type-not-checked",
        module="gencore._files",
        before="if (zeros, kind) != (0, 8):",
        after="if zeros != 0:",
        test="tests/test_files.py::test_what_is_no_idx_file_is_refused",
    ),
    Mutant(
        name="half-written-file-left-behind",
        module="gencore._files",
        before="temporary.unlink(missing_ok=True)",
        after="pass",
        test="tests/test_files.py::test_an_interrupted_write_leaves_the_old_file_and_no_litter",
    ),
    Mutant(
        name="interrupted-write-replaces-the-file",
        module="gencore._files",
        before="        temporary.unlink(missing_ok=True)",
        after="        temporary.exists() and os.replace(temporary, path)",
        test="tests/test_files.py::test_an_interrupted_write_leaves_the_old_file_and_no_litter",
    ),
    Mutant(
        name="file-of-the-user-set-aside",
        module="gencore._fetch",
        before='raise DataError(f"{error} Replace the file',
        after='set_aside(folder / file)\n            raise DataError(f"{error} Replace the file',
        test="tests/test_fetch.py::test_a_damaged_file_of_the_user_is_an_error_and_stays",
    ),
    Mutant(
        name="downloaded-idx-files-not-verified",
        module="gencore._fetch",
        before="    verify(arrays, MNIST, host)\n",
        after="",
        test="tests/test_fetch.py::test_no_host_delivers",
    ),
    Mutant(
        name="cut-off-download-stops-the-search",
        module="gencore._fetch",
        before="except (OSError, DataError) as error:\n                _failures",
        after="except DataError as error:\n                _failures",
        test="tests/test_fetch.py::test_a_download_cut_off_goes_on_with_the_next_host",
    ),
    Mutant(
        name="failed-download-leaves-an-empty-file",
        module="gencore._fetch",
        before="        raise _undelivered()\n\n\ndef",
        after="        pass\n    raise _undelivered()\n\n\ndef",
        test="tests/test_fetch.py::test_no_host_delivers",
    ),
    Mutant(
        name="failed-hosts-asked-again",
        module="gencore._fetch",
        before='_failures[host] = f"{error}"',
        after='_failures.get(host, f"{error}")',
        test="tests/test_fetch.py::test_no_host_delivers",
    ),
]

MUTANTS = [*DRAWS, *DATA, *FILES, *VAE_MUTANTS]


def main() -> int:
    """Run the mutants whose name or module has the pattern; return 0 when all are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", metavar="PATTERN", default="", help="only names and modules with it")
    pattern = parser.parse_args().k
    chosen = [mutant for mutant in MUTANTS if pattern in f"{mutant.name} {mutant.module}"]
    if not chosen:
        parser.error(f"no mutant has {pattern!r} in its name or module")
    return 0 if run_mutants(chosen, Runner()) else 1


if __name__ == "__main__":
    sys.exit(main())
