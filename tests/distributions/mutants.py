"""Mistakes planted in `distributions`, each with the test that it makes fail."""

from tests.planted import Mutant

DENSITIES = "tests/distributions/test_densities.py::test_"
NOISY_IMAGE = "tests/distributions/test_noisy_image.py::test_"

MUTANTS = [
    Mutant(
        name="mixture-density-per-dimension",
        module="gencore.distributions.densities",
        before="""        each = self.components.log_prob(ops.expand_dims(z, -2))  # (..., N)
        return ops.logsumexp(self.log_weights + each, axis=-1)""",
        after="""        c = self.components
        one = DiagNormal(c.loc[..., None], (c.scale + 0 * c.loc)[..., None])
        each = one.log_prob(ops.expand_dims(ops.expand_dims(z, -2), -1))
        return ops.sum(ops.logsumexp(self.log_weights[:, None] + each, axis=-2), axis=-1)""",
        test=DENSITIES + "mixture_sums_coordinates_before_components",
    ),
    Mutant(
        name="mixture-density-per-dimension-far-apart",
        module="gencore.distributions.densities",
        before="""        each = self.components.log_prob(ops.expand_dims(z, -2))  # (..., N)
        return ops.logsumexp(self.log_weights + each, axis=-1)""",
        after="""        c = self.components
        one = DiagNormal(c.loc[..., None], (c.scale + 0 * c.loc)[..., None])
        each = one.log_prob(ops.expand_dims(ops.expand_dims(z, -2), -1))
        return ops.sum(ops.logsumexp(self.log_weights[:, None] + each, axis=-2), axis=-1)""",
        test=DENSITIES + "components_far_apart_are_log_n_from_their_mixture",
    ),
    Mutant(
        name="mixture-weights-not-normalised",
        module="gencore.distributions.densities",
        before="self.log_weights = ops.log_softmax(",
        after="self.log_weights = (",
        test=DENSITIES + "mixture_is_the_logarithm_of_the_weighted_sum",
    ),
    Mutant(
        name="mixture-samples-one-component",
        module="gencore.distributions.densities",
        before="n, seed=seed)[0]",
        after="n, seed=seed)[0] * 0",
        test=DENSITIES + "mixture_samples_come_from_components_by_weight",
    ),
    Mutant(
        name="scale-is-a-variance",
        module="gencore.distributions.densities",
        before="ops.exp(LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND))",
        after="ops.exp(2 * LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND))",
        test=DENSITIES + "raw_outputs_give_a_bounded_standard_deviation",
    ),
    Mutant(
        name="scale-unbounded",
        module="gencore.distributions.densities",
        before="ops.exp(LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND))",
        after="ops.exp(r)",
        test=DENSITIES + "raw_outputs_give_a_bounded_standard_deviation",
    ),
    Mutant(
        name="sample-scaled-by-the-variance",
        module="gencore.distributions.densities",
        before="return self.loc + self.scale * noise",
        after="return self.loc + self.scale**2 * noise",
        test=DENSITIES + "normal_samples_have_their_mean_and_standard_deviation",
    ),
    Mutant(
        name="sample-stops-the-gradient",
        module="gencore.distributions.densities",
        before="return self.loc + self.scale * noise",
        after="return ops.stop_gradient(self.loc + self.scale * noise)",
        test=DENSITIES + "samples_carry_gradients_to_mean_and_scale",
    ),
    Mutant(
        name="normal-without-two-pi",
        module="gencore.distributions.densities",
        before=" - ops.log(self.scale) - 0.5 * LOG_TWO_PI",
        after=" - ops.log(self.scale)",
        test=DENSITIES + "diag_normal_is_scipys_normal_summed_over_the_event",
    ),
    Mutant(
        name="normal-with-two-pi-not-halved",
        module="gencore.distributions.densities",
        before=" - ops.log(self.scale) - 0.5 * LOG_TWO_PI",
        after=" - ops.log(self.scale) - LOG_TWO_PI",
        test=DENSITIES + "a_density_integrates_to_one",
    ),
    Mutant(
        name="divergence-averaged-over-dimensions",
        module="gencore.distributions.densities",
        before="    return ops.sum(each, axis=last(q.event_ndims))\n\n\ndef _log_norm",
        after="    return ops.mean(each, axis=last(q.event_ndims))\n\n\ndef _log_norm",
        test=DENSITIES + "divergence_to_the_standard_normal_is_the_textbook_sum",
    ),
    Mutant(
        name="divergence-turned-round",
        module="gencore.distributions.densities",
        before="ratio, shift = q.scale / p.scale, (q.loc - p.loc) / p.scale",
        after="ratio, shift = p.scale / q.scale, (q.loc - p.loc) / q.scale",
        test=DENSITIES + "divergence_is_the_integral_of_its_definition",
    ),
    Mutant(
        name="bernoulli-averaged-over-pixels",
        module="gencore.distributions.densities",
        before="scores = ops.sum(x * self.logits",
        after="scores = ops.mean(x * self.logits",
        test=DENSITIES + "bernoulli_is_scipys_bernoulli_summed_over_the_image",
    ),
    Mutant(
        name="bernoulli-gradient-with-its-sign-turned",
        module="gencore.distributions.densities",
        before="return upstream[:, None] * ops.sigmoid(values)",
        after="return -upstream[:, None] * ops.sigmoid(values)",
        test=DENSITIES + "gradients_are_finite_differences",
    ),
    Mutant(
        name="bernoulli-product-over-the-whole-image",
        module="gencore.distributions.densities",
        before="range(min(size, 112), 0, -1)",
        after="range(size, 0, -1)",
        test=DENSITIES + "bernoulli_of_any_number_of_pixels",
    ),
    Mutant(
        name="density-where-clipping-puts-a-mass",
        module="gencore.distributions.noisy_image",
        before="        if self.clip:\n            end",
        after="        if False:\n            end",
        test=NOISY_IMAGE + "masses_and_density_of_a_clipped_pixel_add_up_to_one",
    ),
    Mutant(
        name="masses-swapped",
        module="gencore.distributions.noisy_image",
        before="ops.where(x <= 0, -clean, clean - 1)",
        after="ops.where(x >= 1, -clean, clean - 1)",
        test=NOISY_IMAGE + "a_noisy_pixel_has_the_density_of_scipy_and_its_masses",
    ),
    Mutant(
        name="variance-for-the-scale-of-noise",
        module="gencore.distributions.noisy_image",
        before='ops.sqrt(check_parameter(variance, "variances", positive=True))',
        after='check_parameter(variance, "variances", positive=True)',
        test=NOISY_IMAGE + "draws_are_those_of_the_corruption_of_the_clean_image",
    ),
    Mutant(
        name="tail-that-underflows",
        module="gencore.distributions.noisy_image",
        before="FAR = -8.0",
        after="FAR = -80.0",
        test=NOISY_IMAGE + "the_tail_of_the_normal_distribution_is_finite_and_steep_far_out",
    ),
    Mutant(
        name="tail-with-a-wrong-sign",
        module="gencore.distributions.noisy_image",
        before="1 - u * (1 - u * (3 - 15 * u))",
        after="1 - u * (1 + u * (3 - 15 * u))",
        test=NOISY_IMAGE + "the_tail_of_the_normal_distribution_is_finite_and_steep_far_out",
    ),
    Mutant(
        name="measured-twice",
        module="gencore.distributions.noisy_image",
        before='shape of ``logits``."""\n        return ops.sigmoid(self.logits)',
        after='shape of ``logits``."""\n        return self.measured(ops.sigmoid(self.logits))',
        test=NOISY_IMAGE + "a_measured_image_is_the_cross_entropy_with_the_measurements_mean",
    ),
    Mutant(
        name="one-logit-for-all-components",
        module="gencore.distributions.densities",
        before="if tuple(given.shape) != (shape[0],):",
        after="if len(given.shape) != 1:",
        test="tests/distributions/test_densities.py::test_a_mixture_has_one_finite_logit_for_each_component",
    ),
    Mutant(
        name="events-broadcast",
        module="gencore.checks.tensors",
        before="all(a == b or None in (a, b) for a, b in pairs)",
        after="all(a == b or None in (a, b) or 1 in (a, b) for a, b in pairs)",
        test="tests/distributions/test_densities.py::test_events_of_another_shape_are_refused",
    ),
    Mutant(
        name="a-scale-of-zero",
        module="gencore.distributions.events",
        before="if positive and values.min() <= 0:",
        after="if positive and values.min() < 0:",
        test="tests/distributions/test_densities.py::test_scales_that_give_no_density_are_refused",
    ),
]
