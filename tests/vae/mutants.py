"""Mistakes planted in `vae`, each with the test that it makes fail."""

from tests.planted import Mutant

MODEL = "tests/vae/test_model.py::test_"
NOISY_IMAGE = "tests/distributions/test_noisy_image.py::test_"

MUTANTS = [
    Mutant(
        name="no-noise-has-a-likelihood",
        module="gencore.vae.likelihoods",
        before="if not (np.isfinite(variance) and variance > 0):",
        after="if not (np.isfinite(variance) and variance >= 0):",
        test=NOISY_IMAGE + "a_variance_that_no_noise_has_is_refused",
    ),
    Mutant(
        name="grey-pixels-under-a-bernoulli",
        module="gencore.vae.likelihoods",
        before='BERNOULLI = Likelihood("bernoulli", Bernoulli, binary=True)',
        after='BERNOULLI = Likelihood("bernoulli", Bernoulli)',
        test=MODEL + "bad_images_are_refused_before_training",
    ),
    Mutant(
        name="nan-passes-into-training",
        module="gencore.vae.likelihoods",
        before="if bad := np.count_nonzero(~np.isfinite(values)):",
        after="if bad := np.count_nonzero(np.isinf(values)):",
        test=MODEL + "bad_images_are_refused_before_training",
    ),
    Mutant(
        name="conditional-decoder-without-its-label",
        module="gencore.vae.model",
        before="code = z if label is None else [z, label]",
        after="code = z if label is None else [z, 0 * label]",
        test=MODEL + "a_conditional_vae_hands_the_label_to_both_networks",
    ),
    Mutant(
        name="label-binarised-with-the-image",
        module="gencore.vae.model",
        before="x = [drawn, *label] if label else drawn",
        after="x = [image, *label] if label else drawn",
        test=MODEL + "a_conditional_vae_trains_on_pairs_and_binarises_the_image_only",
    ),
    Mutant(
        name="learned-variance-that-nothing-trains",
        module="gencore.vae.model",
        before="self.likelihood_parameters = list(likelihood.parameters)",
        after="self.likelihood_parameters = [float(v.numpy()) for v in likelihood.parameters]",
        test=NOISY_IMAGE + "a_variance_that_is_learned_becomes_that_of_the_noise",
    ),
    Mutant(
        name="rate-with-a-hidden-weight",
        module="gencore.vae.model",
        before="return log_likelihood - rate\n",
        after="return log_likelihood - rate / self.latent_size\n",
        test=MODEL + "a_wrong_posterior_loses_its_divergence_from_the_right_one",
    ),
    Mutant(
        name="sampled-rate-with-its-sign-turned",
        module="gencore.vae.model",
        before="rate = q.log_prob(z) - self.prior.log_prob(z)",
        after="rate = self.prior.log_prob(z) - q.log_prob(z)",
        test=MODEL + "with_the_exact_posterior_and_a_sampled_rate_the_bound_is_log_p",
    ),
    Mutant(
        name="rate-from-another-draw-than-the-reconstruction",
        module="gencore.vae.model",
        before="return self.decode(z, training, label).log_prob(image), rate",
        after="return self.decode(q.sample(seed=99), training, label).log_prob(image), rate",
        test=MODEL + "with_the_exact_posterior_and_a_sampled_rate_the_bound_is_log_p",
    ),
    Mutant(
        name="mean-code-instead-of-a-draw",
        module="gencore.vae.model",
        before="z = q.sample(seed=seed)  # (B, L)",
        after="z = q.loc",
        test=MODEL + "with_the_closed_form_rate_the_bound_averages_to_log_p",
    ),
    Mutant(
        name="beta-ignored",
        module="gencore.vae.model",
        before="loss = self.beta * rate - log_likelihood",
        after="loss = rate - log_likelihood",
        test=MODEL + "the_loss_weighs_an_unequal_last_batch",
    ),
    Mutant(
        name="weights-of-images-ignored",
        module="gencore.vae.model",
        before="ops.mean(loss if sample_weight is None else loss * sample_weight)",
        after="ops.mean(loss)",
        test=MODEL + "weights_of_images_count_in_the_loss",
    ),
    Mutant(
        name="rate-of-the-last-batch-only",
        module="gencore.vae.model",
        before="self.rate_tracker.update_state(rate)",
        after="self.rate_tracker.reset_state()\n        self.rate_tracker.update_state(rate)",
        test=MODEL + "the_loss_weighs_an_unequal_last_batch",
    ),
    Mutant(
        name="sampling-from-the-standard-normal",
        module="gencore.vae.model",
        before="self.images(self.prior.sample(n, seed), ",
        after="self.images(standard_normal(self.latent_size).sample(n, seed), ",
        test=MODEL + "samples_are_decoded_draws_of_the_models_own_prior",
    ),
    Mutant(
        name="one-binary-draw-for-ever",
        module="gencore.vae.model",
        before="keras.random.uniform(ops.shape(image), seed=self.seed_generator)",
        after="keras.random.uniform(ops.shape(image), seed=0)",
        test=MODEL + "training_images_are_drawn_afresh_and_scored_images_are_not",
    ),
    Mutant(
        name="binarised-while-scored",
        module="gencore.vae.model",
        before="if training and self.binarize:",
        after="if self.binarize:",
        test=MODEL + "training_images_are_drawn_afresh_and_scored_images_are_not",
    ),
]
