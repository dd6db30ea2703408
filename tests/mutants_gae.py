"""Mistakes in the mixture of posteriors, in EM and in the generative autoencoder."""

from tests.planted import Mutant

X, G, E = "tests/test_mixture.py::", "tests/test_gae.py::", "tests/test_linear_gae.py::"
R = "tests/test_gae_recipes.py::"

SUM_OVER_COMPONENTS = "        total = ops.fori_loop(0, -(-n // block), add, start) + row\n"
SUM_IN_EACH_DIMENSION = """\
        one = DiagNormal(self.loc[..., None], (self.scale + 0 * self.loc)[..., None])
        each = one.log_prob(flat[:, None, :, None])
        total = ops.sum(ops.logsumexp(each, axis=1) - np.log(n), axis=-1) + np.log(n)
"""

MIXTURE = [
    Mutant(
        name="posteriors-mixed-in-each-dimension",
        module="gencore._mixture",
        before=SUM_OVER_COMPONENTS,
        after=SUM_IN_EACH_DIMENSION,
        test=X + "test_coordinates_are_summed_before_components",
    ),
    Mutant(
        name="posteriors-mixed-in-each-dimension-far-apart",
        module="gencore._mixture",
        before=SUM_OVER_COMPONENTS,
        after=SUM_IN_EACH_DIMENSION,
        test=X + "test_posteriors_far_apart_are_log_n_from_their_mixture",
    ),
    Mutant(
        name="posteriors-mixed-in-each-dimension-exceed-log-n",
        module="gencore._mixture",
        before=SUM_OVER_COMPONENTS,
        after=SUM_IN_EACH_DIMENSION,
        test=X + "test_a_code_is_at_most_log_n_likelier_under_its_own_component",
    ),
    Mutant(
        name="blank-prior-without-its-exemplars",
        module="gencore._mixture",
        before="cls(np.zeros((exemplars, latent_size)), np.ones",
        after="cls(np.zeros((1, latent_size)), np.ones",
        test=X + "test_a_blank_prior_is_standard_normal_until_it_is_told_its_exemplars",
    ),
    Mutant(
        name="log-n-forgotten",
        module="gencore._mixture",
        before="        total = total - np.log(n - (own is not None))\n",
        after="",
        test=X + "test_density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="left-out-but-still-counted",
        module="gencore._mixture",
        before="total = total - np.log(n - (own is not None))",
        after="total = total - np.log(n)",
        test=X + "test_density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="left-out-in-the-first-block-only",
        module="gencore._mixture",
        before="each = without_own(each, own, k * block)",
        after="each = without_own(each, own)",
        test=X + "test_density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="last-block-left-out",
        module="gencore._mixture",
        before="ops.fori_loop(0, -(-n // block), add, start)",
        after="ops.fori_loop(0, max(1, n // block), add, start)",
        test=X + "test_density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="products-of-values-far-from-zero",
        module="gencore._mixture",
        before="center = ops.stop_gradient(ops.mean(loc, axis=0))",
        after="center = ops.zeros_like(loc[0])",
        test=X + "test_products_of_centred_values_keep_their_digits",
    ),
    Mutant(
        name="means-at-any-distance-accepted",
        module="gencore._mixture",
        before="    if far > FARTHEST:",
        after="    if far < 0:",
        test=X + "test_components_without_a_density_are_refused_and_the_old_ones_kept",
    ),
    Mutant(
        name="zero-scale-accepted",
        module="gencore._mixture",
        before="if (lowest := scale.min()) <= 0:",
        after="if (lowest := scale.min()) < 0:",
        test=X + "test_components_without_a_density_are_refused_and_the_old_ones_kept",
    ),
    Mutant(
        name="prior-fixed-in-the-traced-step",
        module="gencore._mixture",
        before="        self.loc.assign(loc)\n        self.scale.assign(scale)\n",
        after="        self.loc, self.scale = ops.convert_to_tensor(loc), "
        "ops.convert_to_tensor(scale)\n",
        test=X + "test_a_compiled_step_reads_what_was_assigned",
    ),
    Mutant(
        name="first-exemplars-instead-of-draws",
        module="gencore._mixture",
        before="drawn = keras.random.randint((n,), 0, self.loc.shape[0], seed=seed)",
        after="drawn = ops.minimum(ops.arange(n), self.loc.shape[0] - 1)",
        test=X + "test_draws_come_from_every_exemplar_with_its_scale",
    ),
    Mutant(
        name="samples-of-a-standard-normal",
        module="gencore._mixture",
        before="return DiagNormal(ops.take(self.loc, drawn, axis=0), scale).sample(seed=seed)",
        after="return keras.random.normal((n, self.loc.shape[1]), seed=seed)",
        test=X + "test_a_vae_draws_its_samples_from_the_mixture",
    ),
    Mutant(
        name="responsibilities-of-the-left-out",
        module="gencore._mixture",
        before="ops.softmax(each if leave_out is None else without_own(each, leave_out))",
        after="ops.softmax(each)",
        test=X + "test_responsibilities_are_bayes_rule_and_reach_the_bound",
    ),
    Mutant(
        name="bound-without-the-entropy-of-responsibilities",
        module="gencore._mixture",
        before="- ops.log(ops.where(used, r, 1.0)))",
        after="- 0 * r)",
        test=X + "test_responsibilities_are_bayes_rule_and_reach_the_bound",
    ),
    Mutant(
        name="squares-without-their-cross-term",
        module="gencore._mixture",
        before="ops.square(z) - 2 * z * first + second",
        after="ops.square(z) - z * first + second",
        test=X + "test_squares_are_those_of_every_pair",
    ),
    Mutant(
        name="nearest-counted-as-all",
        module="gencore._nearest",
        before="np.log(self.loc.shape[0])  # (B, S)",
        after="np.log(near.shape[1])  # (B, S)",
        test=X + "test_nearest_exemplars_give_a_density_never_above_the_mixture",
    ),
    Mutant(
        name="first-exemplars-instead-of-the-nearest",
        module="gencore._nearest",
        before="        codes = np.asarray(z, dtype=np.float32) / self.unit\n",
        after="        codes = 0 * np.asarray(z, dtype=np.float32) / self.unit\n",
        test=X + "test_nearest_exemplars_give_a_density_never_above_the_mixture",
    ),
    Mutant(
        name="draws-and-images-exchanged",
        module="gencore._nearest",
        before="return ops.reshape(ops.transpose(total), shape[:-1])",
        after="return ops.reshape(total, shape[:-1])",
        test=X + "test_draws_of_a_posterior_share_the_exemplars_next_to_its_mean",
    ),
    Mutant(
        name="more-neighbours-than-exemplars",
        module="gencore._nearest",
        before="if not 1 <= neighbours <= len(loc):",
        after="if not 1 <= neighbours <= 2 * len(loc):",
        test=X + "test_neighbours_are_among_the_exemplars",
    ),
    Mutant(
        name="nearest-of-another-image",
        module="gencore.likelihood",
        before="model.prior.nearest(q.loc)",
        after="model.prior.nearest(q.loc[::-1] * 0 + 50.0)[::-1]",
        test=G + "test_an_estimate_from_the_nearest_exemplars_is_close_and_below",
    ),
]

GAE = [
    Mutant(
        name="own-posterior-in-the-training-prior",
        module="gencore.gae",
        before="            each = without_own(each, ops.arange(count))\n",
        after="            pass\n",
        test=G + "test_the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="divisor-counts-the-left-out",
        module="gencore.gae",
        before="count - int(self.leave_one_out)",
        after="count",
        test=G + "test_the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="table-of-exemplars-without-gradient",
        module="gencore.gae",
        before="log_normal_pairs(z, q.loc, q.scale if",
        after="log_normal_pairs(z, ops.stop_gradient(q.loc), q.scale if",
        test=G + "test_the_gradient_is_that_of_the_bound_with_fixed_responsibilities",
    ),
    Mutant(
        name="scale-tied-by-accident",
        module="gencore.gae",
        before="q.scale if self.tied else ops.exp(self.log_scale)",
        after="q.scale",
        test=G + "test_the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="regulariser-with-its-sign-turned",
        module="gencore.gae",
        before="loss = rate - log_likelihood - regularizer",
        after="loss = rate - log_likelihood + regularizer",
        test=G + "test_the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="regulariser-of-variances-from-scales",
        module="gencore.gae",
        before="1 + 2 * ops.log(q.scale) - ops.square(q.scale)",
        after="1 + ops.log(q.scale) - ops.square(q.scale)",
        test=G + "test_the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="prior-replaced-instead-of-assigned",
        module="gencore._mixture",
        before="        self.loc.assign(loc)\n        self.scale.assign(scale)\n",
        after="        self.loc, self.scale = ops.convert_to_tensor(loc), "
        "ops.convert_to_tensor(scale)\n",
        test=G + "test_the_vae_that_was_traced_sees_the_new_prior",
    ),
    Mutant(
        name="variance-in-the-place-of-the-scale",
        module="gencore.gae",
        before="self.prior.assign(self.prior.loc.numpy(), np.sqrt(squares))",
        after="self.prior.assign(self.prior.loc.numpy(), squares)",
        test=G + "test_em_for_the_scale_climbs_to_its_best_value",
    ),
    Mutant(
        name="e-step-over-the-wrong-exemplars",
        module="gencore._exemplars",
        before="own, images = rows[i : i + BLOCK], x[rows[i : i + BLOCK]]",
        after="own, images = np.arange(i, i + len(rows[i : i + BLOCK])), x[rows[i : i + BLOCK]]",
        test=G + "test_em_for_the_scale_climbs_to_its_best_value",
    ),
    Mutant(
        name="prior-of-the-networks-before",
        module="gencore.gae",
        before="self.prior.assign(loc, scale if self.tied else self.prior.scale.numpy())",
        after="pass",
        test=G + "test_em_with_epochs_trains_the_networks",
    ),
    Mutant(
        name="copies-of-the-left-out-accepted",
        module="gencore._exemplars",
        before="    if different < len(x):",
        after="    if different < 1:",
        test=G + "test_bad_arguments_are_refused",
    ),
    Mutant(
        name="grey-once-drawn-for-ever",
        module="gencore.gae",
        before="x = self.vae.drawn(x, training)",
        after="x = ops.cast(x > 0.5, 'float32')",
        test=G + "test_grey_images_are_drawn_afresh_in_training",
    ),
]

EM = [
    Mutant(
        name="converged-at-the-last-round",
        module="gencore._em",
        before="    return EMResult(tuple(bounds), False, n_iter, reason)",
        after="    return EMResult(tuple(bounds), True, n_iter, reason)",
        test=G + "test_converged_means_a_gain_between_zero_and_the_tolerance",
    ),
    Mutant(
        name="converged-when-the-bound-fell",
        module="gencore._em",
        before="if 0 <= gain.value < tol:",
        after="if gain.value < tol:",
        test=G + "test_converged_means_a_gain_between_zero_and_the_tolerance",
    ),
    Mutant(
        name="no-warning-of-a-fall",
        module="gencore._em",
        before="if gain.value < -3 * gain.stderr:",
        after="if gain.value < -30 * gain.stderr:",
        test=G + "test_a_bound_that_falls_by_more_than_its_error_is_reported",
    ),
    Mutant(
        name="nan-kept",
        module="gencore._em",
        before="            restore(state)\n",
        after="",
        test=G + "test_a_bound_that_turns_nan_keeps_the_last_good_state",
    ),
    Mutant(
        name="nan-not-noticed",
        module="gencore._em",
        before="np.count_nonzero(~np.isfinite(values))",
        after="np.count_nonzero(np.isposinf(values))",
        test=G + "test_a_round_that_is_not_finite_is_undone",
    ),
    Mutant(
        name="exact-likelihood-without-leaving-out",
        module="gencore._linear_gae",
        before="            np.fill_diagonal(joint, -np.inf)\n",
        after="            pass\n",
        test=E + "test_likelihood_is_the_enumeration",
    ),
    Mutant(
        name="exact-covariance-without-the-codes-scale",
        module="gencore._linear_gae",
        before="(w * s**2) @ w.T",
        after="(w * s) @ w.T",
        test=E + "test_likelihood_is_the_integral_over_the_code",
    ),
    Mutant(
        name="exact-e-step-without-the-exemplar",
        module="gencore._linear_gae",
        before="(seen[:, None] + expected) @ covariance",
        after="(seen[:, None] + 0 * expected) @ covariance",
        test=E + "test_each_half_step_raises_the_bound",
    ),
    Mutant(
        name="exact-regression-without-the-codes-variance",
        module="gencore._linear_gae",
        before="        second[:latent, :latent] += n * covariance\n",
        after="",
        test=E + "test_each_half_step_raises_the_bound",
    ),
    Mutant(
        name="exact-noise-without-the-codes-variance",
        module="gencore._linear_gae",
        before="noise = (r * rest).sum() / n + np.trace(w @ covariance @ w.T)",
        after="noise = (r * rest).sum() / n",
        test=E + "test_the_m_step_is_at_the_top_of_the_bound",
    ),
    Mutant(
        name="exact-encoder-fitted-without-responsibilities",
        module="gencore._linear_gae",
        before="weighted = (points * r.sum(axis=0)[:, None]).T @ points",
        after="weighted = points.T @ points",
        test=E + "test_em_stops_where_the_gradient_vanishes",
    ),
    Mutant(
        name="exact-bound-without-log-r",
        module="gencore._linear_gae",
        before="terms = r * (image + code + entropy) - xlogy(r, r)",
        after="terms = r * (image + code + entropy)",
        test=E + "test_each_half_step_raises_the_bound",
    ),
    Mutant(
        name="exact-bounds-of-the-first-round-only",
        module="gencore._linear_gae",
        before="            self.m_step(self.e_step())\n            return self.log_likelihood()",
        after="            return self.log_likelihood()",
        test=E + "test_bounds_are_those_of_the_rounds_and_never_fall",
    ),
]

RECIPES = [
    Mutant(
        name="gae-reference-under-the-nearest-only",
        module="gencore._gae_recipes",
        before="return evaluate_reference(model.vae, split, model.nearest(NEIGHBOURS))",
        after="return evaluate_reference(model.nearest(NEIGHBOURS), split)",
        test=R + "test_importance_sampling_sums_over_neighbours_and_prior_draws_over_all",
    ),
    Mutant(
        name="reference-with-fewer-draws",
        module="gencore._vae_recipes",
        before="REFERENCE_DRAWS = 10**7",
        after="REFERENCE_DRAWS = 10**6",
        test="tests/test_vae_recipes.py::"
        "test_every_row_is_scored_with_the_samples_of_the_literature",
    ),
    Mutant(
        name="reference-scores-left-off-the-card",
        module="gencore.zoo",
        before="    scores |= recipe.reference(model, split) if recipe.reference else {}\n",
        after="",
        test="tests/test_zoo.py::"
        "test_scores_with_many_samples_are_taken_on_all_images_and_on_request",
    ),
    Mutant(
        name="gae-rows-with-unequal-samples",
        module="gencore._gae_recipes",
        before='model.nearest(NEIGHBOURS), x, PROTOCOL["importance_samples"], seed',
        after="model.nearest(NEIGHBOURS), x, 999, seed",
        test=R + "test_rows_are_scored_like_those_of_the_vae",
    ),
    Mutant(
        name="gae-table-on-the-easier-first-images",
        module="gencore._gae_recipes",
        before='x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]',
        after='x, seed = binarized(split.x_test[:100]), PROTOCOL["evaluation_seed"]',
        test=R + "test_rows_are_scored_like_those_of_the_vae",
    ),
    Mutant(
        name="gae-row-trained-for-longer",
        module="gencore._gae_recipes",
        before="        epochs=100,\n",
        after="        epochs=200,\n",
        test=R + "test_rows_have_the_networks_and_the_training_of_the_vae_of_their_depth",
    ),
    Mutant(
        name="gae-scored-under-another-prior",
        module="gencore._gae_recipes",
        before='            model.vae, x, PROTOCOL["prior_samples"], seed\n',
        after="            vae.VAE(model.vae.encoder, model.vae.decoder), x, 1000, seed\n",
        test=R + "test_the_estimates_are_those_of_the_models_own_prior",
    ),
    Mutant(
        name="exemplars-from-another-binary-draw",
        module="gencore._gae_recipes",
        before="x = binarized(x, EXEMPLAR_SEED)",
        after="x = binarized(x)",
        test=R + "test_after_training_all_training_digits_are_exemplars_with_a_fitted_scale",
    ),
    Mutant(
        name="prior-of-test-digits",
        module="gencore._gae_recipes",
        before="    x = split.x_train\n    if",
        after="    x = split.x_test\n    if",
        test=R + "test_after_training_all_training_digits_are_exemplars_with_a_fitted_scale",
    ),
    Mutant(
        name="prior-left-as-it-was-before-training",
        module="gencore.zoo",
        before="    record = record | recipe.finish(model, split)\n",
        after="    record = record | {'em': {'bounds': [0, 1]}}\n",
        test=R + "test_a_trained_model_comes_back_whole_with_its_prior",
    ),
    Mutant(
        name="gae-validated-on-test-digits",
        module="gencore._gae_recipes",
        before='{"x": binarized(split.x_valid, VALIDATION_SEED)}',
        after='{"x": binarized(split.x_test, VALIDATION_SEED)}',
        test=R + "test_recipes_never_train_or_validate_on_the_test_part",
    ),
    Mutant(
        name="negentropy-without-the-scales",
        module="gencore._marginal",
        before=" + np.diag(np.square(scale).mean(axis=0))",
        after="",
        test=R + "test_negentropy_is_zero_for_a_normal_prior_and_known_for_a_split_one",
    ),
]

P = "tests/test_parzen_recipes.py::"
PARZEN = [
    Mutant(
        name="parzen-bandwidth-chosen-on-test-digits",
        module="gencore._parzen_recipes",
        before="best = valid.best()",
        after="best = test.best()",
        test=P + "test_the_bandwidth_is_chosen_on_validation_digits_and_the_test_digits_are_scored",
    ),
    Mutant(
        name="parzen-score-of-validation-digits",
        module="gencore._parzen_recipes",
        before='"parzen_log_likelihood": test.log_likelihoods()[best]',
        after='"parzen_log_likelihood": valid.log_likelihoods()[best]',
        test=P + "test_the_bandwidth_is_chosen_on_validation_digits_and_the_test_digits_are_scored",
    ),
    Mutant(
        name="one-block-of-samples-many-times",
        module="gencore._parzen_recipes",
        before="seed=SAMPLE_SEED + block)",
        after="seed=SAMPLE_SEED)",
        test=P + "test_more_samples_are_fresh_samples",
    ),
    Mutant(
        name="code-book-of-test-digits",
        module="gencore._parzen_recipes",
        before="book.pictures.assign(split.x_train[: book.pictures.shape[0]])",
        after="book.pictures.assign(split.x_test[: book.pictures.shape[0]])",
        test=P + "test_stand_ins_are_training_digits_and_their_centres",
    ),
    Mutant(
        name="centres-of-test-digits",
        module="gencore._parzen_recipes",
        before="rows = split.x_train.reshape(len(split.x_train), -1)",
        after="rows = split.x_test.reshape(len(split.x_test), -1)",
        test=P + "test_stand_ins_are_training_digits_and_their_centres",
    ),
    Mutant(
        name="scores-of-the-stand-in-for-those-of-the-gan",
        module="gencore._parzen_recipes",
        before="evaluate_parzen(generator, split)",
        after="evaluate_parzen(_, split)",
        test=P + "test_the_gans_are_scored_by_their_own_samples",
    ),
    Mutant(
        name="copies-of-other-digits",
        module="gencore._parzen_recipes",
        before="copies = holder.images(holder.codes(split.x_test))",
        after="copies = holder.images(holder.codes(split.x_valid))",
        test=P + "test_models_are_scored_by_samples_and_by_copies",
    ),
    Mutant(
        name="vae-and-gae-of-other-networks",
        module="gencore._parzen_recipes",
        before="lambda seed: vae.VAE(*_networks(2)",
        after="lambda seed: vae.VAE(*_networks(1)",
        test=P + "test_gae_and_vae_of_the_table_differ_in_their_prior_only",
    ),
]
