"""Mistakes planted in `gae`, each with the test that it makes fail."""

from tests.planted import Mutant

GAE = "tests/recipes/test_gae.py::test_"
LINEAR = "tests/gae/test_linear.py::test_"
MIXTURE = "tests/gae/test_mixture.py::test_"
MODEL = "tests/gae/test_model.py::test_"

SUM_OVER_COMPONENTS = "        total = ops.fori_loop(0, -(-n // block), add, start) + row\n"
SUM_IN_EACH_DIMENSION = """\
        one = DiagNormal(self.loc[..., None], (self.scale + 0 * self.loc)[..., None])
        each = one.log_prob(flat[:, None, :, None])
        total = ops.sum(ops.logsumexp(each, axis=1) - np.log(n), axis=-1) + np.log(n)
"""

MUTANTS = [
    Mutant(
        name="converged-at-the-last-round",
        module="gencore.gae.em",
        before="    return EMResult(tuple(bounds), False, n_iter, reason)",
        after="    return EMResult(tuple(bounds), True, n_iter, reason)",
        test=MODEL + "converged_means_a_gain_between_zero_and_the_tolerance",
    ),
    Mutant(
        name="converged-when-the-bound-fell",
        module="gencore.gae.em",
        before="if 0 <= gain.value < tol:",
        after="if gain.value < tol:",
        test=MODEL + "converged_means_a_gain_between_zero_and_the_tolerance",
    ),
    Mutant(
        name="no-warning-of-a-fall",
        module="gencore.gae.em",
        before="if gain.value < -3 * gain.stderr:",
        after="if gain.value < -30 * gain.stderr:",
        test=MODEL + "a_bound_that_falls_by_more_than_its_error_is_reported",
    ),
    Mutant(
        name="nan-kept",
        module="gencore.gae.em",
        before="            restore(state)\n",
        after="",
        test=MODEL + "a_bound_that_turns_nan_keeps_the_last_good_state",
    ),
    Mutant(
        name="nan-not-noticed",
        module="gencore.gae.em",
        before="np.count_nonzero(~np.isfinite(values))",
        after="np.count_nonzero(np.isposinf(values))",
        test=MODEL + "a_round_that_is_not_finite_is_undone",
    ),
    Mutant(
        name="e-step-over-the-wrong-exemplars",
        module="gencore.gae.exemplars",
        before="own, images = rows[i : i + BLOCK], x[rows[i : i + BLOCK]]",
        after="own, images = np.arange(i, i + len(rows[i : i + BLOCK])), x[rows[i : i + BLOCK]]",
        test=MODEL + "em_for_the_scale_climbs_to_its_best_value",
    ),
    Mutant(
        name="copies-of-the-left-out-accepted",
        module="gencore.gae.exemplars",
        before="    if different < len(x):",
        after="    if different < 1:",
        test=MODEL + "bad_arguments_are_refused",
    ),
    Mutant(
        name="exact-likelihood-without-leaving-out",
        module="gencore.gae.linear",
        before="            np.fill_diagonal(joint, -np.inf)\n",
        after="            pass\n",
        test=LINEAR + "likelihood_is_the_enumeration",
    ),
    Mutant(
        name="exact-covariance-without-the-codes-scale",
        module="gencore.gae.linear",
        before="(w * s**2) @ w.T",
        after="(w * s) @ w.T",
        test=LINEAR + "likelihood_is_the_integral_over_the_code",
    ),
    Mutant(
        name="exact-e-step-without-the-exemplar",
        module="gencore.gae.linear",
        before="(seen[:, None] + expected) @ covariance",
        after="(seen[:, None] + 0 * expected) @ covariance",
        test=LINEAR + "each_half_step_raises_the_bound",
    ),
    Mutant(
        name="exact-regression-without-the-codes-variance",
        module="gencore.gae.linear",
        before="        second[:latent, :latent] += n * covariance\n",
        after="",
        test=LINEAR + "each_half_step_raises_the_bound",
    ),
    Mutant(
        name="exact-noise-without-the-codes-variance",
        module="gencore.gae.linear",
        before="noise = (r * rest).sum() / n + np.trace(w @ covariance @ w.T)",
        after="noise = (r * rest).sum() / n",
        test=LINEAR + "the_m_step_is_at_the_top_of_the_bound",
    ),
    Mutant(
        name="exact-encoder-fitted-without-responsibilities",
        module="gencore.gae.linear",
        before="weighted = (points * r.sum(axis=0)[:, None]).T @ points",
        after="weighted = points.T @ points",
        test=LINEAR + "em_stops_where_the_gradient_vanishes",
    ),
    Mutant(
        name="exact-bound-without-log-r",
        module="gencore.gae.linear",
        before="terms = r * (image + code + entropy) - xlogy(r, r)",
        after="terms = r * (image + code + entropy)",
        test=LINEAR + "each_half_step_raises_the_bound",
    ),
    Mutant(
        name="exact-bounds-of-the-first-round-only",
        module="gencore.gae.linear",
        before="            self.m_step(self.e_step())\n            return self.log_likelihood()",
        after="            return self.log_likelihood()",
        test=LINEAR + "bounds_are_those_of_the_rounds_and_never_fall",
    ),
    Mutant(
        name="negentropy-without-the-scales",
        module="gencore.gae.marginal",
        before=" + np.diag(np.square(scale).mean(axis=0))",
        after="",
        test=GAE + "negentropy_is_zero_for_a_normal_prior_and_known_for_a_split_one",
    ),
    Mutant(
        name="posteriors-mixed-in-each-dimension",
        module="gencore.gae.mixture",
        before=SUM_OVER_COMPONENTS,
        after=SUM_IN_EACH_DIMENSION,
        test=MIXTURE + "coordinates_are_summed_before_components",
    ),
    Mutant(
        name="posteriors-mixed-in-each-dimension-far-apart",
        module="gencore.gae.mixture",
        before=SUM_OVER_COMPONENTS,
        after=SUM_IN_EACH_DIMENSION,
        test=MIXTURE + "posteriors_far_apart_are_log_n_from_their_mixture",
    ),
    Mutant(
        name="posteriors-mixed-in-each-dimension-exceed-log-n",
        module="gencore.gae.mixture",
        before=SUM_OVER_COMPONENTS,
        after=SUM_IN_EACH_DIMENSION,
        test=MIXTURE + "a_code_is_at_most_log_n_likelier_under_its_own_component",
    ),
    Mutant(
        name="blank-prior-without-its-exemplars",
        module="gencore.gae.mixture",
        before="cls(np.zeros((exemplars, latent_size)), np.ones",
        after="cls(np.zeros((1, latent_size)), np.ones",
        test=MIXTURE + "a_blank_prior_is_standard_normal_until_it_is_told_its_exemplars",
    ),
    Mutant(
        name="log-n-forgotten",
        module="gencore.gae.mixture",
        before="        total = total - np.log(n - (own is not None))\n",
        after="",
        test=MIXTURE + "density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="left-out-but-still-counted",
        module="gencore.gae.mixture",
        before="total = total - np.log(n - (own is not None))",
        after="total = total - np.log(n)",
        test=MIXTURE + "density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="left-out-in-the-first-block-only",
        module="gencore.gae.mixture",
        before="each = without_own(each, own, k * block)",
        after="each = without_own(each, own)",
        test=MIXTURE + "density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="last-block-left-out",
        module="gencore.gae.mixture",
        before="ops.fori_loop(0, -(-n // block), add, start)",
        after="ops.fori_loop(0, max(1, n // block), add, start)",
        test=MIXTURE + "density_is_scipys_sum_whatever_the_blocks",
    ),
    Mutant(
        name="products-of-values-far-from-zero",
        module="gencore.gae.mixture",
        before="center = ops.stop_gradient(ops.mean(loc, axis=0))",
        after="center = ops.zeros_like(loc[0])",
        test=MIXTURE + "products_of_centred_values_keep_their_digits",
    ),
    Mutant(
        name="means-at-any-distance-accepted",
        module="gencore.gae.mixture",
        before="    if far > FARTHEST:",
        after="    if far < 0:",
        test=MIXTURE + "components_without_a_density_are_refused_and_the_old_ones_kept",
    ),
    Mutant(
        name="zero-scale-accepted",
        module="gencore.gae.mixture",
        before="if (lowest := scale.min()) <= 0:",
        after="if (lowest := scale.min()) < 0:",
        test=MIXTURE + "components_without_a_density_are_refused_and_the_old_ones_kept",
    ),
    Mutant(
        name="prior-fixed-in-the-traced-step",
        module="gencore.gae.mixture",
        before="        self.loc.assign(loc)\n        self.scale.assign(scale)\n",
        after=(
            "        self.loc, self.scale = ops.convert_to_tensor(loc), "
            "ops.convert_to_tensor(scale)\n"
        ),
        test=MIXTURE + "a_compiled_step_reads_what_was_assigned",
    ),
    Mutant(
        name="first-exemplars-instead-of-draws",
        module="gencore.gae.mixture",
        before="drawn = keras.random.randint((n,), 0, self.loc.shape[0], seed=seed)",
        after="drawn = ops.minimum(ops.arange(n), self.loc.shape[0] - 1)",
        test=MIXTURE + "draws_come_from_every_exemplar_with_its_scale",
    ),
    Mutant(
        name="samples-of-a-standard-normal",
        module="gencore.gae.mixture",
        before="return DiagNormal(ops.take(self.loc, drawn, axis=0), scale).sample(seed=seed)",
        after="return keras.random.normal((n, self.loc.shape[1]), seed=seed)",
        test=MIXTURE + "a_vae_draws_its_samples_from_the_mixture",
    ),
    Mutant(
        name="responsibilities-of-the-left-out",
        module="gencore.gae.mixture",
        before="ops.softmax(each if leave_out is None else without_own(each, leave_out))",
        after="ops.softmax(each)",
        test=MIXTURE + "responsibilities_are_bayes_rule_and_reach_the_bound",
    ),
    Mutant(
        name="bound-without-the-entropy-of-responsibilities",
        module="gencore.gae.mixture",
        before="- ops.log(ops.where(used, r, 1.0)))",
        after="- 0 * r)",
        test=MIXTURE + "responsibilities_are_bayes_rule_and_reach_the_bound",
    ),
    Mutant(
        name="squares-without-their-cross-term",
        module="gencore.gae.mixture",
        before="ops.square(z) - 2 * z * first + second",
        after="ops.square(z) - z * first + second",
        test=MIXTURE + "squares_are_those_of_every_pair",
    ),
    Mutant(
        name="prior-replaced-instead-of-assigned",
        module="gencore.gae.mixture",
        before="        self.loc.assign(loc)\n        self.scale.assign(scale)\n",
        after=(
            "        self.loc, self.scale = ops.convert_to_tensor(loc), "
            "ops.convert_to_tensor(scale)\n"
        ),
        test=MODEL + "the_vae_that_was_traced_sees_the_new_prior",
    ),
    Mutant(
        name="own-posterior-in-the-training-prior",
        module="gencore.gae.model",
        before="            each = without_own(each, ops.arange(count))\n",
        after="            pass\n",
        test=MODEL + "the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="divisor-counts-the-left-out",
        module="gencore.gae.model",
        before="count - int(self.leave_one_out)",
        after="count",
        test=MODEL + "the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="table-of-exemplars-without-gradient",
        module="gencore.gae.model",
        before="log_normal_pairs(z, q.loc, q.scale if",
        after="log_normal_pairs(z, ops.stop_gradient(q.loc), q.scale if",
        test=MODEL + "the_gradient_is_that_of_the_bound_with_fixed_responsibilities",
    ),
    Mutant(
        name="scale-tied-by-accident",
        module="gencore.gae.model",
        before="q.scale if self.tied else ops.exp(self.log_scale)",
        after="q.scale",
        test=MODEL + "the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="regulariser-with-its-sign-turned",
        module="gencore.gae.model",
        before="loss = rate - log_likelihood - regularizer",
        after="loss = rate - log_likelihood + regularizer",
        test=MODEL + "the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="regulariser-of-variances-from-scales",
        module="gencore.gae.model",
        before="1 + 2 * ops.log(q.scale) - ops.square(q.scale)",
        after="1 + ops.log(q.scale) - ops.square(q.scale)",
        test=MODEL + "the_terms_are_those_of_the_definition",
    ),
    Mutant(
        name="variance-in-the-place-of-the-scale",
        module="gencore.gae.model",
        before="self.prior.assign(self.prior.loc.numpy(), np.sqrt(squares))",
        after="self.prior.assign(self.prior.loc.numpy(), squares)",
        test=MODEL + "em_for_the_scale_climbs_to_its_best_value",
    ),
    Mutant(
        name="prior-of-the-networks-before",
        module="gencore.gae.model",
        before="self.prior.assign(loc, scale if self.tied else self.prior.scale.numpy())",
        after="pass",
        test=MODEL + "em_with_epochs_trains_the_networks",
    ),
    Mutant(
        name="grey-once-drawn-for-ever",
        module="gencore.gae.model",
        before="x = self.vae.drawn(x, training)",
        after="x = ops.cast(x > 0.5, 'float32')",
        test=MODEL + "grey_images_are_drawn_afresh_in_training",
    ),
    Mutant(
        name="nearest-counted-as-all",
        module="gencore.gae.nearest",
        before="np.log(self.loc.shape[0])  # (B, S)",
        after="np.log(near.shape[1])  # (B, S)",
        test=MIXTURE + "nearest_exemplars_give_a_density_never_above_the_mixture",
    ),
    Mutant(
        name="first-exemplars-instead-of-the-nearest",
        module="gencore.gae.nearest",
        before="        codes = np.asarray(z, dtype=np.float32) / self.unit\n",
        after="        codes = 0 * np.asarray(z, dtype=np.float32) / self.unit\n",
        test=MIXTURE + "nearest_exemplars_give_a_density_never_above_the_mixture",
    ),
    Mutant(
        name="draws-and-images-exchanged",
        module="gencore.gae.nearest",
        before="return ops.reshape(ops.transpose(total), shape[:-1])",
        after="return ops.reshape(total, shape[:-1])",
        test=MIXTURE + "draws_of_a_posterior_share_the_exemplars_next_to_its_mean",
    ),
    Mutant(
        name="more-neighbours-than-exemplars",
        module="gencore.gae.nearest",
        before="if not 1 <= neighbours <= len(loc):",
        after="if not 1 <= neighbours <= 2 * len(loc):",
        test=MIXTURE + "neighbours_are_among_the_exemplars",
    ),
]
