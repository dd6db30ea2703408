"""Mistakes with noise: in what happens to data, in models that know of it, in its trainings."""

from tests.planted import Mutant

C, N, G, M, R, F = (
    "tests/test_corruptions.py::",
    "tests/test_noisy_image.py::",
    "tests/test_gan.py::",
    "tests/test_metrics.py::",
    "tests/test_noise_recipes.py::",
    "tests/test_fan_out.py::",
)

CORRUPTIONS = [
    Mutant(
        name="all-salt-and-no-pepper",
        module="gencore._corruptions",
        before="(uniform < share / 2).astype(x.dtype)",
        after="(uniform < share).astype(x.dtype)",
        test=C + "test_salt_and_pepper_has_its_three_shares",
    ),
    Mutant(
        name="missing-pixels-white",
        module="gencore._corruptions",
        before="share, x.dtype.type(0), x)",
        after="share, x.dtype.type(1), x)",
        test=C + "test_missing_pixels_read_zero_and_the_others_are_as_they_were",
    ),
    Mutant(
        name="blur-by-variance",
        module="gencore._corruptions",
        before="np.exp(-0.5 * (offsets / max(scale, 1e-12)) ** 2)",
        after="np.exp(-0.5 * offsets**2 / max(scale, 1e-12))",
        test=C + "test_a_blur_is_that_of_scipy_on_arrays_and_on_tensors",
    ),
    Mutant(
        name="wrong-label-may-be-the-right-one",
        module="gencore._corruptions",
        before="draws.integers(1, classes, size=labels.shape)",
        after="draws.integers(0, classes, size=labels.shape)",
        test=C + "test_wrong_labels_are_wrong_and_equally_often_each_other",
    ),
    Mutant(
        name="nan-share-passes",
        module="gencore._corruptions",
        before="if not 0 <= share <= 1:",
        after="if share < 0 or share > 1:",
        test=C + "test_a_share_outside_zero_and_one_is_refused",
    ),
    Mutant(
        name="blur-along-one-axis",
        module="gencore.measurements",
        before="((-1, 1, 1, 1), (1, -1, 1, 1))",
        after="((-1, 1, 1, 1), (-1, 1, 1, 1))",
        test=C + "test_a_blur_is_that_of_scipy_on_arrays_and_on_tensors",
    ),
    Mutant(
        name="mean-of-clipped-noise-is-that-of-noise",
        module="gencore.measurements",
        before="if not clip or scale == 0:",
        after="if clip or scale == 0:",
        test=C + "test_the_mean_of_clipped_noise_is_that_of_a_clipped_normal_value",
    ),
    Mutant(
        name="clip-that-lets-the-gradient-through",
        module="gencore.measurements",
        before="return ops.clip(noisy, 0.0, 1.0) if clip else noisy",
        after="return noisy + ops.stop_gradient(ops.clip(noisy, 0.0, 1.0) - noisy)",
        test=C + "test_a_clipped_pixel_has_no_gradient_and_every_other_has_all_of_it",
    ),
]

LIKELIHOODS = [
    Mutant(
        name="density-where-clipping-puts-a-mass",
        module="gencore._noisy_image",
        before="        if self.clip:\n            end",
        after="        if False:\n            end",
        test=N + "test_masses_and_density_of_a_clipped_pixel_add_up_to_one",
    ),
    Mutant(
        name="masses-swapped",
        module="gencore._noisy_image",
        before="ops.where(x <= 0, -clean, clean - 1)",
        after="ops.where(x >= 1, -clean, clean - 1)",
        test=N + "test_a_noisy_pixel_has_the_density_of_scipy_and_its_masses",
    ),
    Mutant(
        name="variance-for-the-scale-of-noise",
        module="gencore._noisy_image",
        before='ops.sqrt(ops.convert_to_tensor(variance, "float32"))',
        after='ops.convert_to_tensor(variance, "float32")',
        test=N + "test_draws_are_those_of_the_corruption_of_the_clean_image",
    ),
    Mutant(
        name="tail-that-underflows",
        module="gencore._noisy_image",
        before="FAR = -8.0",
        after="FAR = -80.0",
        test=N + "test_the_tail_of_the_normal_distribution_is_finite_and_steep_far_out",
    ),
    Mutant(
        name="tail-with-a-wrong-sign",
        module="gencore._noisy_image",
        before="1 - u * (1 - u * (3 - 15 * u))",
        after="1 - u * (1 + u * (3 - 15 * u))",
        test=N + "test_the_tail_of_the_normal_distribution_is_finite_and_steep_far_out",
    ),
    Mutant(
        name="measured-twice",
        module="gencore._noisy_image",
        before='shape of ``logits``."""\n        return ops.sigmoid(self.logits)',
        after='shape of ``logits``."""\n        return self.measured(ops.sigmoid(self.logits))',
        test=N + "test_a_measured_image_is_the_cross_entropy_with_the_measurements_mean",
    ),
    Mutant(
        name="learned-variance-that-nothing-trains",
        module="gencore.vae",
        before="self.likelihood_parameters = list(likelihood.parameters)",
        after="self.likelihood_parameters = [float(v.numpy()) for v in likelihood.parameters]",
        test=N + "test_a_variance_that_is_learned_becomes_that_of_the_noise",
    ),
    Mutant(
        name="no-noise-has-a-likelihood",
        module="gencore._likelihoods",
        before="if not (np.isfinite(variance) and variance > 0):",
        after="if not (np.isfinite(variance) and variance >= 0):",
        test=N + "test_a_variance_that_no_noise_has_is_refused",
    ),
]

MEASURED = [
    Mutant(
        name="generator-judged-by-clean-samples",
        module="gencore.gan",
        before="fake = self.measure(clean)",
        after="fake = clean",
        test=G + "test_the_discriminator_sees_measured_fakes_and_real_examples_as_they_are",
    ),
    Mutant(
        name="samples-measured",
        module="gencore.gan",
        before="in_batches(lambda *inputs: self(_with(*inputs)), z",
        after="in_batches(lambda *inputs: self.measure(self(_with(*inputs))), z",
        test=G + "test_the_discriminator_sees_measured_fakes_and_real_examples_as_they_are",
    ),
    Mutant(
        name="real-examples-measured-again",
        module="gencore.gan",
        before="self.train_discriminator(real, fake, label)",
        after="self.train_discriminator(self.measure(real), fake, label)",
        test=G + "test_the_discriminator_sees_measured_fakes_and_real_examples_as_they_are",
    ),
    Mutant(
        name="collapse-hidden-by-noise",
        module="gencore.gan",
        before="share = spread(clean)",
        after="share = spread(fake)",
        test=G + "test_noise_does_not_hide_a_collapse",
    ),
    Mutant(
        name="measurement-of-another-shape",
        module="gencore._players",
        before="if tuple(received) != (2, *shape):",
        after="if received[0] != 2:",
        test=G + "test_a_measurement_that_changes_the_shape_is_refused_at_once",
    ),
    Mutant(
        name="noise-between-images-counted-as-noise",
        module="gencore.metrics",
        before="_frame(images, frame).var(axis=1, ddof=1)",
        after="np.square(_frame(images, frame) - _frame(images, frame).mean()).mean(axis=1)",
        test=M + "test_an_even_grey_is_background_and_no_noise",
    ),
    Mutant(
        name="residual-noise-of-the-whole-image",
        module="gencore.metrics",
        before="outside[width:-width, width:-width] = False",
        after="outside[width:-width, width:-width] = True",
        test=M + "test_residual_noise_is_the_planted_standard_deviation_clipped_or_not",
    ),
]

TRAININGS = [
    Mutant(
        name="validated-on-the-noise-of-training",
        module="gencore._noise_recipes",
        before="corrupt(clean, SEEDS[which])",
        after="corrupt(clean, SEEDS['train'])",
        test=R + "test_what_is_compared_differs_in_its_noise_alone",
    ),
    Mutant(
        name="repair-that-clips-what-is-not-clipped",
        module="gencore._noise_recipes",
        before="partial(vae.noisy, VARIANCE, clip)",
        after="partial(vae.noisy, VARIANCE)",
        test=R + "test_repairs_know_the_noise_that_the_images_have",
    ),
    Mutant(
        name="copies-of-clean-digits-scored",
        module="gencore._noise_recipes",
        before='model.reconstruct(corrupt(split.x_test, SEEDS["test"]))',
        after="model.reconstruct(split.x_test)",
        test=R + "test_samples_are_scored_against_clean_digits_and_copies_are_of_noisy_ones",
    ),
    Mutant(
        name="filter-that-forgets-the-clipping",
        module="gencore._wiener",
        before="if clip and variance:",
        after="if False:",
        test=R + "test_the_linear_filter_takes_out_more_than_half_of_the_noise",
    ),
    Mutant(
        name="lock-that-locks-nothing",
        module="gencore._files",
        before="    with lock:\n        yield",
        after="    with lock:\n        pass\n    yield",
        test=F + "test_two_processes_never_train_one_recipe_at_once",
    ),
    Mutant(
        name="needs-trained-last",
        module="gencore._fan_out",
        before="key=lambda name: name not in needed",
        after="key=lambda name: name in needed",
        test=F + "test_what_a_recipe_needs_is_trained_before_it",
    ),
    Mutant(
        name="failure-counted-as-done",
        module="gencore._fan_out",
        before="    if failed:\n",
        after="    if False:\n",
        test=F + "test_a_worker_that_is_killed_loses_its_own_job_only",
    ),
    Mutant(
        name="lost-scheduler-unnoticed",
        module="gencore._fan_out",
        before='if future.status in ("cancelled", "lost"):',
        after="if False:",
        test=F + "test_a_scheduler_that_is_killed_ends_in_a_clear_error",
    ),
    Mutant(
        name="trained-again-by-workers",
        module="gencore._fan_out",
        before="if again or not zoo.trained(name)]",
        after="if name]",
        test=F + "test_a_worker_makes_the_very_model_of_a_plain_run",
    ),
    Mutant(
        name="collapsed-models-have-no-card",
        module="gencore._noise_recipes",
        before="model.collapse = 0.0",
        after="pass",
        test="tests/test_noise_recipes.py::test_a_collapse_is_recorded_and_does_not_stop_the_grid",
    ),
]
