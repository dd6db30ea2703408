"""Mistakes in densities, bounds and scores, most of them found in published code."""

from tests.planted import Mutant

D, V, L, R, M = (
    "tests/test_distributions.py::",
    "tests/test_vae.py::",
    "tests/test_likelihood.py::",
    "tests/test_vae_recipes.py::",
    "tests/test_metrics.py::",
)

DISTRIBUTIONS = [
    Mutant(
        name="mixture-density-per-dimension",
        module="gencore.distributions",
        before="""        each = self.components.log_prob(ops.expand_dims(z, -2))  # (..., N)
        return ops.logsumexp(self.log_weights + each, axis=-1)""",
        after="""        c = self.components
        one = DiagNormal(c.loc[..., None], (c.scale + 0 * c.loc)[..., None])
        each = one.log_prob(ops.expand_dims(ops.expand_dims(z, -2), -1))
        return ops.sum(ops.logsumexp(self.log_weights[:, None] + each, axis=-2), axis=-1)""",
        test=D + "test_mixture_sums_coordinates_before_components",
    ),
    Mutant(
        name="mixture-density-per-dimension-far-apart",
        module="gencore.distributions",
        before="""        each = self.components.log_prob(ops.expand_dims(z, -2))  # (..., N)
        return ops.logsumexp(self.log_weights + each, axis=-1)""",
        after="""        c = self.components
        one = DiagNormal(c.loc[..., None], (c.scale + 0 * c.loc)[..., None])
        each = one.log_prob(ops.expand_dims(ops.expand_dims(z, -2), -1))
        return ops.sum(ops.logsumexp(self.log_weights[:, None] + each, axis=-2), axis=-1)""",
        test=D + "test_components_far_apart_are_log_n_from_their_mixture",
    ),
    Mutant(
        name="mixture-weights-not-normalised",
        module="gencore.distributions",
        before="self.log_weights = ops.log_softmax(",
        after="self.log_weights = (",
        test=D + "test_mixture_is_the_logarithm_of_the_weighted_sum",
    ),
    Mutant(
        name="mixture-samples-one-component",
        module="gencore.distributions",
        before="n, seed=seed)[0]",
        after="n, seed=seed)[0] * 0",
        test=D + "test_mixture_samples_come_from_components_by_weight",
    ),
    Mutant(
        name="scale-is-a-variance",
        module="gencore.distributions",
        before="ops.exp(LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND))",
        after="ops.exp(2 * LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND))",
        test=D + "test_raw_outputs_give_a_bounded_standard_deviation",
    ),
    Mutant(
        name="scale-unbounded",
        module="gencore.distributions",
        before="ops.exp(LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND))",
        after="ops.exp(r)",
        test=D + "test_raw_outputs_give_a_bounded_standard_deviation",
    ),
    Mutant(
        name="sample-scaled-by-the-variance",
        module="gencore.distributions",
        before="return self.loc + self.scale * noise",
        after="return self.loc + self.scale**2 * noise",
        test=D + "test_normal_samples_have_their_mean_and_standard_deviation",
    ),
    Mutant(
        name="sample-stops-the-gradient",
        module="gencore.distributions",
        before="return self.loc + self.scale * noise",
        after="return ops.stop_gradient(self.loc + self.scale * noise)",
        test=D + "test_samples_carry_gradients_to_mean_and_scale",
    ),
    Mutant(
        name="normal-without-two-pi",
        module="gencore.distributions",
        before=" - ops.log(self.scale) - 0.5 * LOG_TWO_PI",
        after=" - ops.log(self.scale)",
        test=D + "test_diag_normal_is_scipys_normal_summed_over_the_event",
    ),
    Mutant(
        name="normal-with-two-pi-not-halved",
        module="gencore.distributions",
        before=" - ops.log(self.scale) - 0.5 * LOG_TWO_PI",
        after=" - ops.log(self.scale) - LOG_TWO_PI",
        test=D + "test_a_density_integrates_to_one",
    ),
    Mutant(
        name="divergence-averaged-over-dimensions",
        module="gencore.distributions",
        before="return ops.sum(each, axis=_last(q.event_ndims))\n\n\ndef _log_norm",
        after="return ops.mean(each, axis=_last(q.event_ndims))\n\n\ndef _log_norm",
        test=D + "test_divergence_to_the_standard_normal_is_the_textbook_sum",
    ),
    Mutant(
        name="divergence-turned-round",
        module="gencore.distributions",
        before="ratio, shift = q.scale / p.scale, (q.loc - p.loc) / p.scale",
        after="ratio, shift = p.scale / q.scale, (q.loc - p.loc) / q.scale",
        test=D + "test_divergence_is_the_integral_of_its_definition",
    ),
    Mutant(
        name="bernoulli-averaged-over-pixels",
        module="gencore.distributions",
        before="scores = ops.sum(x * self.logits",
        after="scores = ops.mean(x * self.logits",
        test=D + "test_bernoulli_is_scipys_bernoulli_summed_over_the_image",
    ),
    Mutant(
        name="bernoulli-gradient-with-its-sign-turned",
        module="gencore.distributions",
        before="return upstream[:, None] * ops.sigmoid(values)",
        after="return -upstream[:, None] * ops.sigmoid(values)",
        test=D + "test_gradients_are_finite_differences",
    ),
    Mutant(
        name="bernoulli-product-over-the-whole-image",
        module="gencore.distributions",
        before="range(min(size, 112), 0, -1)",
        after="range(size, 0, -1)",
        test=D + "test_bernoulli_of_any_number_of_pixels",
    ),
    Mutant(
        name="a-bar-that-writes-into-a-notebook",
        module="gencore.likelihood",
        before="leave=False, disable=None",
        after="leave=False",
        test=L + "test_a_long_score_shows_in_a_terminal_how_far_it_is",
    ),
    Mutant(
        name="pairs-without-their-normaliser",
        module="gencore._pairs",
        before="scores - log_normaliser",
        after="scores",
        test="tests/test_pairs.py::test_the_sum_is_over_every_distribution",
    ),
    Mutant(
        name="pairs-left-in-the-order-of-their-groups",
        module="gencore._pairs",
        before="self.place = np.argsort(order)",
        after="self.place = order",
        test="tests/test_pairs.py::test_the_sum_is_over_every_distribution",
    ),
    Mutant(
        name="pairs-of-the-first-image's-pixels",
        module="gencore._pairs",
        before="np.flatnonzero(members.any(axis=0))",
        after="np.flatnonzero(members[0])",
        test="tests/test_pairs.py::test_the_sum_is_over_every_distribution",
    ),
    Mutant(
        name="pairs-in-groups-of-all-kinds",
        module="gencore._pairs",
        before='np.argsort(clusters.fit_predict(flat), kind="stable")',
        after="np.arange(len(flat))",
        test="tests/test_pairs.py::test_a_group_keeps_only_pixels_that_are_one_somewhere",
    ),
]

VAE = [
    Mutant(
        name="rate-with-a-hidden-weight",
        module="gencore.vae",
        before="return log_likelihood - rate\n",
        after="return log_likelihood - rate / self.latent_size\n",
        test=V + "test_a_wrong_posterior_loses_its_divergence_from_the_right_one",
    ),
    Mutant(
        name="sampled-rate-with-its-sign-turned",
        module="gencore.vae",
        before="rate = q.log_prob(z) - self.prior.log_prob(z)",
        after="rate = self.prior.log_prob(z) - q.log_prob(z)",
        test=V + "test_with_the_exact_posterior_and_a_sampled_rate_the_bound_is_log_p",
    ),
    Mutant(
        name="rate-from-another-draw-than-the-reconstruction",
        module="gencore.vae",
        before="return self.decode(z, training, label).log_prob(image), rate",
        after="return self.decode(q.sample(seed=99), training, label).log_prob(image), rate",
        test=V + "test_with_the_exact_posterior_and_a_sampled_rate_the_bound_is_log_p",
    ),
    Mutant(
        name="mean-code-instead-of-a-draw",
        module="gencore.vae",
        before="z = q.sample(seed=seed)  # (B, L)",
        after="z = q.loc",
        test=V + "test_with_the_closed_form_rate_the_bound_averages_to_log_p",
    ),
    Mutant(
        name="beta-ignored",
        module="gencore.vae",
        before="loss = self.beta * rate - log_likelihood",
        after="loss = rate - log_likelihood",
        test=V + "test_the_loss_weighs_an_unequal_last_batch",
    ),
    Mutant(
        name="weights-of-images-ignored",
        module="gencore.vae",
        before="ops.mean(loss if sample_weight is None else loss * sample_weight)",
        after="ops.mean(loss)",
        test=V + "test_weights_of_images_count_in_the_loss",
    ),
    Mutant(
        name="rate-of-the-last-batch-only",
        module="gencore.vae",
        before="self.rate_tracker.update_state(rate)",
        after="self.rate_tracker.reset_state()\n        self.rate_tracker.update_state(rate)",
        test=V + "test_the_loss_weighs_an_unequal_last_batch",
    ),
    Mutant(
        name="sampling-from-the-standard-normal",
        module="gencore.vae",
        before="self.images(self.prior.sample(n, seed), ",
        after="self.images(standard_normal(self.latent_size).sample(n, seed), ",
        test=V + "test_samples_are_decoded_draws_of_the_models_own_prior",
    ),
    Mutant(
        name="one-binary-draw-for-ever",
        module="gencore.vae",
        before="keras.random.uniform(ops.shape(image), seed=self.seed_generator)",
        after="keras.random.uniform(ops.shape(image), seed=0)",
        test=V + "test_training_images_are_drawn_afresh_and_scored_images_are_not",
    ),
    Mutant(
        name="binarised-while-scored",
        module="gencore.vae",
        before="if training and self.binarize:",
        after="if self.binarize:",
        test=V + "test_training_images_are_drawn_afresh_and_scored_images_are_not",
    ),
    Mutant(
        name="grey-pixels-under-a-bernoulli",
        module="gencore._likelihoods",
        before='BERNOULLI = Likelihood("bernoulli", Bernoulli, binary=True)',
        after='BERNOULLI = Likelihood("bernoulli", Bernoulli)',
        test=V + "test_bad_images_are_refused_before_training",
    ),
    Mutant(
        name="nan-passes-into-training",
        module="gencore._likelihoods",
        before="if bad := np.count_nonzero(~np.isfinite(values)):",
        after="if bad := np.count_nonzero(np.isinf(values)):",
        test=V + "test_bad_images_are_refused_before_training",
    ),
]

LIKELIHOOD = [
    Mutant(
        name="likelihood-with-its-sign-turned",
        module="gencore.likelihood",
        before="values.append(logsumexp(weights, axis=0) - np.log(samples))",
        after="values.append(np.log(samples) - logsumexp(weights, axis=0))",
        test=L + "test_the_exact_posterior_gives_log_p_from_one_sample",
    ),
    Mutant(
        name="mean-of-logarithms",
        module="gencore.likelihood",
        before="values.append(logsumexp(weights, axis=0) - np.log(samples))",
        after="values.append(weights.mean(axis=0))",
        test=L + "test_importance_sampling_reaches_log_p_from_a_wrong_posterior",
    ),
    Mutant(
        name="log-s-forgotten",
        module="gencore.likelihood",
        before="values.append(logsumexp(weights, axis=0) - np.log(samples))",
        after="values.append(logsumexp(weights, axis=0))",
        test=L + "test_the_exact_posterior_gives_log_p_from_one_sample",
    ),
    Mutant(
        name="log-s-forgotten-for-prior-samples",
        module="gencore.likelihood",
        before='Estimate.from_values(total - np.log(samples), "nats")',
        after='Estimate.from_values(total, "nats")',
        test=L + "test_prior_samples_do_not_depend_on_their_blocks",
    ),
    Mutant(
        name="samples-fewer-than-a-block-ignored",
        module="gencore.likelihood",
        before="count=min(draws, samples - done)",
        after="count=draws",
        test=L + "test_exactly_the_asked_number_of_samples_is_averaged",
    ),
    Mutant(
        name="samples-of-the-last-block-only",
        module="gencore.likelihood",
        before="weights = np.concatenate(parts)",
        after="weights = np.asarray(parts[-1])",
        test=L + "test_exactly_the_asked_number_of_samples_is_averaged",
    ),
    Mutant(
        name="images-of-the-last-block-only",
        module="gencore.likelihood",
        before="    return np.concatenate(values)",
        after="    return values[-1]",
        test=L + "test_exactly_the_asked_number_of_samples_is_averaged",
    ),
    Mutant(
        name="prior-draws-of-the-last-block-only",
        module="gencore.likelihood",
        before="total = np.logaddexp(total, np.asarray(",
        after="total = np.logaddexp(-np.inf, np.asarray(",
        test=L + "test_prior_samples_do_not_depend_on_their_blocks",
    ),
    Mutant(
        name="one-draw-repeated-in-every-block",
        module="gencore.likelihood",
        before="z = q.sample(count, seed=generator)",
        after="z = q.sample(count, seed=seed)",
        test=L + "test_draws_are_fresh_in_every_block",
    ),
    Mutant(
        name="proposal-density-forgotten",
        module="gencore.likelihood",
        before="model.prior.log_prob(z, *near) - q.log_prob(z)",
        after="model.prior.log_prob(z, *near)",
        test=L + "test_the_exact_posterior_gives_log_p_from_one_sample",
    ),
    Mutant(
        name="total-that-is-not-the-sum-of-its-terms",
        module="gencore.likelihood",
        before='Estimate.from_values(log_likelihood - rate, "nats")',
        after='Estimate.from_values(log_likelihood - rate[-1], "nats")',
        test=L + "test_rate_and_distortion_add_up_and_count_every_image",
    ),
    Mutant(
        name="terms-of-the-last-batch-only",
        module="gencore.likelihood",
        before="sums[i : i + ROWS] += np.stack(",
        after="sums[:] = 0\n            sums[i : i + ROWS] += samples * np.stack(",
        test=L + "test_rate_and_distortion_add_up_and_count_every_image",
    ),
    Mutant(
        name="zero-samples-accepted",
        module="gencore.likelihood",
        before="if samples < 1:",
        after="if samples < 0:",
        test=L + "test_no_samples_and_grey_pixels_are_refused",
    ),
]

SCORES = [
    Mutant(
        name="rows-with-unequal-samples",
        module="gencore._vae_recipes",
        before='model, x, PROTOCOL["importance_samples"], seed',
        after="model, x, 999, seed",
        test=R + "test_rows_of_a_likelihood_table_share_images_samples_and_binarisation",
    ),
    Mutant(
        name="table-on-the-easier-first-images",
        module="gencore._vae_recipes",
        before="""    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    terms""",
        after="""    x, seed = binarized(split.x_test[:100]), PROTOCOL["evaluation_seed"]
    terms""",
        test=R + "test_rows_of_a_likelihood_table_share_images_samples_and_binarisation",
    ),
    Mutant(
        name="narrow-rows-without-their-activation",
        module="gencore._vae_recipes",
        before='activation="silu"',
        after='activation="relu"',
        test="tests/test_gae_recipes.py::"
        "test_rows_have_the_networks_and_the_training_of_the_vae_of_their_depth",
    ),
    Mutant(
        name="vae-trained-on-test-images",
        module="gencore._vae_recipes",
        before='examples=lambda split: {"x": split.x_train},\n'
        '        validation=lambda split: {"x": binarized(',
        after='examples=lambda split: {"x": np.concatenate([split.x_train, split.x_test])},\n'
        '        validation=lambda split: {"x": binarized(',
        test=R + "test_recipes_never_train_or_validate_on_the_test_part",
    ),
    Mutant(
        name="bandwidth-at-the-edge-accepted",
        module="gencore._parzen",
        before="if best in (0, len(self.bandwidths) - 1):",
        after="if best < 0:",
        test=M + "test_bandwidth_is_the_best_of_the_grid_and_never_at_its_edge",
    ),
    Mutant(
        name="parzen-from-approximate-trees",
        module="gencore._parzen",
        before="NEGLIGIBLE = 40.0",
        after="NEGLIGIBLE = 1.0",
        test=M + "test_parzen_is_the_mean_log_density_of_normal_kernels",
    ),
    Mutant(
        name="parzen-without-its-constant",
        module="gencore._parzen",
        before="np.log(2 * np.pi * squares)",
        after="np.log(squares)",
        test=M + "test_parzen_is_the_mean_log_density_of_normal_kernels",
    ),
    Mutant(
        name="parzen-centres-of-the-last-block-only",
        module="gencore._parzen",
        before="np.logaddexp(self._sums, sums, out",
        after="np.logaddexp(-np.inf, sums, out",
        test=M + "test_parzen_counts_every_image_and_every_sample_once",
    ),
    Mutant(
        name="parzen-counts-samples-of-the-last-block-only",
        module="gencore._parzen",
        before="self.samples += len(centres)",
        after="self.samples = len(centres)",
        test=M + "test_samples_may_arrive_in_blocks",
    ),
    Mutant(
        name="nearest-of-the-last-block-only",
        module="gencore._parzen",
        before="np.minimum(self._squares, squares, out",
        after="np.minimum(np.inf, squares, out",
        test=M + "test_samples_may_arrive_in_blocks",
    ),
    Mutant(
        name="nearest-is-the-farthest",
        module="gencore._parzen",
        before="nearest[part] = squares[part] - 2 * best",
        after="nearest[part] = squares[part] - 2 * pairs.min(axis=1)",
        test=M + "test_samples_may_arrive_in_blocks",
    ),
    Mutant(
        name="parzen-in-float32-where-it-errs",
        module="gencore._parzen",
        before="np.float32 and error < RESOLUTION",
        after="np.float32",
        test=M + "test_parzen_of_float32_images_errs_by_less_than_it_says",
    ),
    Mutant(
        name="sharpness-of-a-constant-shift",
        module="gencore.metrics",
        before=" - 4 * x\n",
        after=" - 3 * x\n",
        test=M + "test_sharpness_is_the_variance_of_scipys_laplacian",
    ),
]
