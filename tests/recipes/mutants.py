"""Mistakes planted in `recipes`, each with the test that it makes fail."""

from tests.planted import Mutant

AUTOENCODERS = "tests/recipes/test_autoencoders.py::test_"
GAE = "tests/recipes/test_gae.py::test_"
GAN = "tests/recipes/test_gan.py::test_"
NOISE = "tests/recipes/test_noise.py::test_"
PARZEN = "tests/recipes/test_parzen.py::test_"
SMALL = "tests/recipes/test_small.py::test_"
VAE = "tests/recipes/test_vae.py::test_"

MUTANTS = [
    Mutant(
        name="trained-on-train-and-test",
        module="gencore.recipes.autoencoders",
        before='examples=lambda split: {"x": split.x_train},',
        after='examples=lambda split: {"x": np.concatenate([split.x_train, split.x_test])},',
        test=AUTOENCODERS
        + "a_recipe_trains_on_the_training_part_and_validates_on_the_validation_part",
    ),
    Mutant(
        name="validated-on-the-training-part",
        module="gencore.recipes.autoencoders",
        before='validation=lambda split: {"x": split.x_valid},',
        after='validation=lambda split: {"x": split.x_train},',
        test=AUTOENCODERS
        + "a_recipe_trains_on_the_training_part_and_validates_on_the_validation_part",
    ),
    Mutant(
        name="scored-on-the-validation-part",
        module="gencore.recipes.autoencoders",
        before="clean = split.x_test",
        after="clean = split.x_valid",
        test=AUTOENCODERS
        + "evaluation_counts_every_image_and_compares_noisy_input_with_the_clean_digit",
    ),
    Mutant(
        name="noisy-copy-compared-with-noisy-digit",
        module="gencore.recipes.autoencoders",
        before="clean, model.reconstruct(noisy)",
        after="noisy, model.reconstruct(noisy)",
        test=AUTOENCODERS
        + "evaluation_counts_every_image_and_compares_noisy_input_with_the_clean_digit",
    ),
    Mutant(
        name="noise-of-the-evaluation-not-clipped",
        module="gencore.recipes.autoencoders",
        before="NOISE_VARIANCE, clip=True, rng",
        after="NOISE_VARIANCE, clip=False, rng",
        test=AUTOENCODERS
        + "evaluation_counts_every_image_and_compares_noisy_input_with_the_clean_digit",
    ),
    Mutant(
        name="labels-of-the-validation-part",
        module="gencore.recipes.autoencoders",
        before="metrics.accuracy(logits, split.y_test)",
        after="metrics.accuracy(logits, split.y_valid)",
        test=AUTOENCODERS + "the_classifier_is_scored_on_every_test_image_with_its_own_label",
    ),
    Mutant(
        name="trained-with-noise-of-scale-0.1",
        module="gencore.recipes.autoencoders",
        before="autoencoder.gaussian_noise(NOISE_VARIANCE)",
        after="autoencoder.gaussian_noise(NOISE_VARIANCE**2)",
        test=AUTOENCODERS + "an_autoencoder_is_trained_as_its_summary_says",
    ),
    Mutant(
        name="denoising-without-noise",
        module="gencore.recipes.autoencoders",
        before="corruption=corruption, penalty=penalty, seed=seed",
        after="penalty=penalty, seed=seed",
        test=AUTOENCODERS + "an_autoencoder_is_trained_as_its_summary_says",
    ),
    Mutant(
        name="noise-of-every-seed-the-same",
        module="gencore.recipes.autoencoders",
        before="penalty=penalty, seed=seed",
        after="penalty=penalty",
        test=AUTOENCODERS + "an_autoencoder_is_trained_as_its_summary_says",
    ),
    Mutant(
        name="decoder-not-a-mirror",
        module="gencore.recipes.autoencoders",
        before="networks.dense_decoder(code, hidden[::-1])",
        after="networks.dense_decoder(code, hidden)",
        test=AUTOENCODERS + "a_recipe_builds_the_networks_of_its_summary",
    ),
    Mutant(
        name="every-unit-active-half-the-time",
        module="gencore.recipes.autoencoders",
        before="target=0.05",
        after="target=0.5",
        test=AUTOENCODERS + "the_sparse_recipe_asks_for_one_active_image_in_twenty",
    ),
    Mutant(
        name="gae-reference-under-the-nearest-only",
        module="gencore.recipes.gae",
        before="return evaluate_reference(model.vae, split, model.nearest(NEIGHBOURS))",
        after="return evaluate_reference(model.nearest(NEIGHBOURS), split)",
        test=GAE + "importance_sampling_sums_over_neighbours_and_prior_draws_over_all",
    ),
    Mutant(
        name="best-gae-weighed-under-all-exemplars",
        module="gencore.recipes.gae",
        before="return evaluate_importance(model.nearest(NEIGHBOURS), split)",
        after="return evaluate_importance(model.vae, split)",
        test=GAE + "importance_sampling_sums_over_neighbours_and_prior_draws_over_all",
    ),
    Mutant(
        name="gae-rows-with-unequal-samples",
        module="gencore.recipes.gae",
        before='model.nearest(NEIGHBOURS), x, PROTOCOL["importance_samples"], seed',
        after="model.nearest(NEIGHBOURS), x, 999, seed",
        test=GAE + "rows_are_scored_like_those_of_the_vae",
    ),
    Mutant(
        name="gae-table-on-the-easier-first-images",
        module="gencore.recipes.gae",
        before='x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]',
        after='x, seed = binarized(split.x_test[:100]), PROTOCOL["evaluation_seed"]',
        test=GAE + "rows_are_scored_like_those_of_the_vae",
    ),
    Mutant(
        name="gae-row-trained-for-longer",
        module="gencore.recipes.gae",
        before="        epochs=100,\n",
        after="        epochs=200,\n",
        test=GAE + "rows_have_the_networks_and_the_training_of_the_vae_of_their_depth",
    ),
    Mutant(
        name="gae-scored-under-another-prior",
        module="gencore.recipes.gae",
        before='            model.vae, x, PROTOCOL["prior_samples"], seed\n',
        after="            vae.VAE(model.vae.encoder, model.vae.decoder), x, 1000, seed\n",
        test=GAE + "the_estimates_are_those_of_the_models_own_prior",
    ),
    Mutant(
        name="exemplars-from-another-binary-draw",
        module="gencore.recipes.gae",
        before="x = binarized(x, EXEMPLAR_SEED)",
        after="x = binarized(x)",
        test=GAE + "after_training_all_training_digits_are_exemplars_with_a_fitted_scale",
    ),
    Mutant(
        name="prior-of-test-digits",
        module="gencore.recipes.gae",
        before="    x = split.x_train\n    if",
        after="    x = split.x_test\n    if",
        test=GAE + "after_training_all_training_digits_are_exemplars_with_a_fitted_scale",
    ),
    Mutant(
        name="gae-validated-on-test-digits",
        module="gencore.recipes.gae",
        before='{"x": binarized(split.x_valid, VALIDATION_SEED)}',
        after='{"x": binarized(split.x_test, VALIDATION_SEED)}',
        test=GAE + "recipes_never_train_or_validate_on_the_test_part",
    ),
    Mutant(
        name="gan-trained-on-test-images",
        module="gencore.recipes.gan",
        before='examples=lambda split: {"x": split.x_train} | (',
        after='examples=lambda split: {"x": split.x_test} | (',
        test=GAN + "a_recipe_trains_on_the_training_part_only[dcgan]",
    ),
    Mutant(
        name="ring-losses-with-unequal-turns",
        module="gencore.recipes.gan",
        before="critic_steps=5,",
        after="critic_steps=5 if penalised else 1,",
        test=GAN + "three_losses_on_the_ring_differ_in_nothing_else",
    ),
    Mutant(
        name="validated-on-the-noise-of-training",
        module="gencore.recipes.noise",
        before="corrupt(clean, SEEDS[which])",
        after="corrupt(clean, SEEDS['train'])",
        test=NOISE + "what_is_compared_differs_in_its_noise_alone",
    ),
    Mutant(
        name="repair-that-clips-what-is-not-clipped",
        module="gencore.recipes.noise",
        before="partial(vae.noisy, VARIANCE, clip)",
        after="partial(vae.noisy, VARIANCE)",
        test=NOISE + "repairs_know_the_noise_that_the_images_have",
    ),
    Mutant(
        name="copies-of-clean-digits-scored",
        module="gencore.recipes.noise",
        before='model.reconstruct(corrupt(split.x_test, SEEDS["test"]))',
        after="model.reconstruct(split.x_test)",
        test=NOISE + "samples_are_scored_against_clean_digits_and_copies_are_of_noisy_ones",
    ),
    Mutant(
        name="collapsed-models-have-no-card",
        module="gencore.recipes.noise",
        before="model.collapse = 0.0",
        after="pass",
        test=NOISE + "a_collapse_is_recorded_and_does_not_stop_the_grid",
    ),
    Mutant(
        name="parzen-bandwidth-chosen-on-test-digits",
        module="gencore.recipes.parzen",
        before="best = valid.best()",
        after="best = test.best()",
        test=PARZEN + "the_bandwidth_is_chosen_on_validation_digits_and_the_test_digits_are_scored",
    ),
    Mutant(
        name="parzen-score-of-validation-digits",
        module="gencore.recipes.parzen",
        before='"parzen_log_likelihood": test.log_likelihoods()[best]',
        after='"parzen_log_likelihood": valid.log_likelihoods()[best]',
        test=PARZEN + "the_bandwidth_is_chosen_on_validation_digits_and_the_test_digits_are_scored",
    ),
    Mutant(
        name="one-block-of-samples-many-times",
        module="gencore.recipes.parzen",
        before="seed=SAMPLE_SEED + block)",
        after="seed=SAMPLE_SEED)",
        test=PARZEN + "more_samples_are_fresh_samples",
    ),
    Mutant(
        name="code-book-of-test-digits",
        module="gencore.recipes.parzen",
        before="book.pictures.assign(split.x_train[: book.pictures.shape[0]])",
        after="book.pictures.assign(split.x_test[: book.pictures.shape[0]])",
        test=PARZEN + "stand_ins_are_training_digits_and_their_centres",
    ),
    Mutant(
        name="centres-of-test-digits",
        module="gencore.recipes.parzen",
        before="rows = split.x_train.reshape(len(split.x_train), -1)",
        after="rows = split.x_test.reshape(len(split.x_test), -1)",
        test=PARZEN + "stand_ins_are_training_digits_and_their_centres",
    ),
    Mutant(
        name="scores-of-the-stand-in-for-those-of-the-gan",
        module="gencore.recipes.parzen",
        before="evaluate_parzen(generator, split)",
        after="evaluate_parzen(_, split)",
        test=PARZEN + "the_gans_are_scored_by_their_own_samples",
    ),
    Mutant(
        name="copies-of-other-digits",
        module="gencore.recipes.parzen",
        before="metrics.reconstruction_error(x, holder.images(holder.codes(x)))",
        after="metrics.reconstruction_error(x, holder.images(holder.codes(x[::-1])))",
        test=PARZEN + "models_are_scored_by_samples_and_by_copies",
    ),
    Mutant(
        name="distortion-for-the-rate-of-grey-digits",
        module="gencore.recipes.parzen",
        before='SAMPLE_SEED)["rate"]',
        after='SAMPLE_SEED)["distortion"]',
        test=PARZEN + "models_are_scored_by_samples_and_by_copies",
    ),
    Mutant(
        name="many-samples-under-the-pixels-of-few",
        module="gencore.recipes.parzen",
        before="2, GREY_OF_MANY, reference",
        after="2, GREY, reference",
        test=PARZEN + "what_is_made_for_many_samples_differs_in_the_width_of_its_pixels_only",
    ),
    Mutant(
        name="vae-and-gae-of-other-networks",
        module="gencore.recipes.parzen",
        before="lambda seed: vae.VAE(*_networks(2)",
        after="lambda seed: vae.VAE(*_networks(1)",
        test=PARZEN + "gae_and_vae_of_the_table_differ_in_their_prior_only",
    ),
    Mutant(
        name="seeds-leave-galleries",
        module="gencore.recipes.recipe",
        before="keep_weights=False, keep_gallery=False)",
        after="keep_weights=False)",
        test=GAN + "another_seed_leaves_its_card_alone",
    ),
    Mutant(
        name="gallery-of-a-gae-from-the-prior-of-a-vae",
        module="gencore.recipes.samples",
        before="model.vae, model.prior.sample(GALLERY_IMAGES, seed=GALLERY_SEED)",
        after="model.vae, keras.random.normal((GALLERY_IMAGES, 10), seed=GALLERY_SEED)",
        test=NOISE + "the_gallery_of_a_gae_shows_draws_from_its_own_prior",
    ),
    Mutant(
        name="gallery-in-half-the-grey-levels",
        module="gencore.recipes.samples",
        before="np.round(255 * images[..., 0])",
        after="np.round(127 * images[..., 0])",
        test=GAN + "a_gallery_shows_what_the_model_made_after_that_epoch",
    ),
    Mutant(
        name="samples-scored-against-validation",
        module="gencore.recipes.samples",
        before="(samples, split.x_test))",
        after="(samples, split.x_valid))",
        test=GAN + "samples_are_scored_in_the_features_of_the_classifier",
    ),
    Mutant(
        name="logits-as-features",
        module="gencore.recipes.samples",
        before='classifier.get_layer("features").output',
        after="classifier.output",
        test=GAN + "samples_are_scored_in_the_features_of_the_classifier",
    ),
    Mutant(
        name="another-number-of-samples",
        module="gencore.recipes.samples",
        before="samples_of(model, len(split.x_test))",
        after="samples_of(model, 20)",
        test=GAN + "as_many_samples_as_test_digits_with_labels_in_turn",
    ),
    Mutant(
        name="noisy-copies-against-noisy-digits",
        module="gencore.recipes.vae",
        before="clean, model.images(model.codes(noisy))",
        after="noisy, model.images(model.codes(noisy))",
        test=SMALL + "the_copies_of_a_vae_are_measured_as_those_of_an_autoencoder",
    ),
    Mutant(
        name="reference-with-fewer-draws",
        module="gencore.recipes.vae",
        before="REFERENCE_DRAWS = 10**7",
        after="REFERENCE_DRAWS = 10**6",
        test=VAE + "scores_with_the_samples_of_the_literature",
    ),
    Mutant(
        name="wide-vae-scored-by-prior-draws-in-vain",
        module="gencore.recipes.vae",
        before="reference=evaluate_importance if depth == 2",
        after="reference=evaluate_reference if depth == 2",
        test=VAE + "scores_with_the_samples_of_the_literature",
    ),
    Mutant(
        name="rows-with-unequal-samples",
        module="gencore.recipes.vae",
        before='model, x, PROTOCOL["importance_samples"], seed',
        after="model, x, 999, seed",
        test=VAE + "rows_of_a_likelihood_table_share_images_samples_and_binarisation",
    ),
    Mutant(
        name="table-on-the-easier-first-images",
        module="gencore.recipes.vae",
        before="""    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    terms""",
        after="""    x, seed = binarized(split.x_test[:100]), PROTOCOL["evaluation_seed"]
    terms""",
        test=VAE + "rows_of_a_likelihood_table_share_images_samples_and_binarisation",
    ),
    Mutant(
        name="narrow-rows-without-their-activation",
        module="gencore.recipes.vae",
        before='activation="silu"',
        after='activation="relu"',
        test=GAE + "rows_have_the_networks_and_the_training_of_the_vae_of_their_depth",
    ),
    Mutant(
        name="vae-trained-on-test-images",
        module="gencore.recipes.vae",
        before=(
            'examples=lambda split: {"x": split.x_train},\n'
            '        validation=lambda split: {"x": binarized('
        ),
        after=(
            'examples=lambda split: {"x": np.concatenate([split.x_train, split.x_test])},\n'
            '        validation=lambda split: {"x": binarized('
        ),
        test=VAE + "recipes_never_train_or_validate_on_the_test_part",
    ),
]
