"""Mistakes planted in `autoencoder`, each with the test that it makes fail."""

from tests.planted import Mutant

BATCHES = "tests/data/test_batches.py::test_"
AUTOENCODER = "tests/autoencoder/test_autoencoder.py::test_"
TRAINING = "tests/zoo/test_training.py::test_"

MUTANTS = [
    Mutant(
        name="cross-entropy-returns-the-log-likelihood",
        module="gencore.autoencoder",
        before="return ops.sum(ops.softplus(raw)",
        after="return -ops.sum(ops.softplus(raw)",
        test=AUTOENCODER + "cross_entropy_of_binary_images_is_a_negative_log_likelihood",
    ),
    Mutant(
        name="squared-error-averaged-over-pixels",
        module="gencore.autoencoder",
        before="ops.sum(ops.square(x - raw)",
        after="ops.mean(ops.square(x - raw)",
        test=AUTOENCODER + "squared_error_is_a_gaussian_negative_log_density_up_to_its_constant",
    ),
    Mutant(
        name="cross-entropy-averaged-over-pixels",
        module="gencore.autoencoder",
        before="ops.sum(ops.softplus(raw) - x * raw",
        after="ops.mean(ops.softplus(raw) - x * raw",
        test=AUTOENCODER + "cross_entropy_is_summed_over_pixels",
    ),
    Mutant(
        name="sigmoid-applied-twice",
        module="gencore.autoencoder",
        before="ops.sum(ops.softplus(raw) - x * raw",
        after="ops.sum(ops.softplus(ops.sigmoid(raw)) - x * ops.sigmoid(raw)",
        test=AUTOENCODER + "cross_entropy_is_summed_over_pixels",
    ),
    Mutant(
        name="cross-entropy-of-clipped-probabilities",
        module="gencore.autoencoder",
        before="ops.sum(ops.softplus(raw) - x * raw",
        after="ops.sum(ops.binary_crossentropy(x, 1 / (1 + ops.exp(-raw)))",
        test=AUTOENCODER + "cross_entropy_survives_extreme_logits",
    ),
    Mutant(
        name="cost-with-one-axis-too-many",
        module="gencore.autoencoder",
        before="return tuple(range(1, len(x.shape)))",
        after="return tuple(range(len(x.shape)))",
        test=AUTOENCODER + "a_cost_is_one_number_for_each_image",
    ),
    Mutant(
        name="images-without-channel-broadcast",
        module="gencore.autoencoder",
        before="if not agree(image, copy):",
        after="if not agree(image[: len(copy)], copy[: len(image)]):",
        test=AUTOENCODER + "costs_refuse_to_broadcast",
    ),
    Mutant(
        name="a-single-copy-broadcasts",
        module="gencore.autoencoder",
        before="if not agree(image, copy):",
        after="if len(image) != len(copy):",
        test=AUTOENCODER + "costs_refuse_to_broadcast",
    ),
    Mutant(
        name="squared-error-not-checked",
        module="gencore.autoencoder",
        before="    x, raw = _alike(x, raw)\n    return ops.sum(ops.square",
        after="    return ops.sum(ops.square",
        test=AUTOENCODER + "costs_refuse_to_broadcast",
    ),
    Mutant(
        name="cost-summed-over-the-batch",
        module="gencore.checks.training",
        before="        return ops.mean(each)\n",
        after="        return ops.sum(each)\n",
        test=AUTOENCODER + "evaluate_weighs_an_unequal_last_batch",
    ),
    Mutant(
        name="image-read-as-logits",
        module="gencore.autoencoder",
        before="(cross_entropy, ops.sigmoid)",
        after="(cross_entropy, lambda raw: raw)",
        test=AUTOENCODER + "decode_reads_the_image_as_its_loss_does",
    ),
    Mutant(
        name="l1-averaged-over-the-code",
        module="gencore.autoencoder",
        before="ops.mean(ops.sum(ops.abs(code), axis=-1))",
        after="ops.mean(ops.abs(code))",
        test=AUTOENCODER + "l1_penalty_sums_over_the_code_and_averages_over_the_batch",
    ),
    Mutant(
        name="l1-without-the-magnitude",
        module="gencore.autoencoder",
        before="ops.sum(ops.abs(code), axis=-1)",
        after="ops.sum(code, axis=-1)",
        test=AUTOENCODER + "l1_penalty_sums_over_the_code_and_averages_over_the_batch",
    ),
    Mutant(
        name="kl-arguments-swapped",
        module="gencore.autoencoder",
        before=(
            "on = target * (np.log(target) - ops.log(activity))\n"
            "        off = (1 - target) * (np.log1p(-target) - ops.log(1 - activity))"
        ),
        after=(
            "on = activity * (ops.log(activity) - np.log(target))\n"
            "        off = (1 - activity) * (ops.log(1 - activity) - np.log1p(-target))"
        ),
        test=AUTOENCODER + "kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="kl-of-the-active-outcome-only",
        module="gencore.autoencoder",
        before="weight * ops.sum(on + off)",
        after="weight * ops.sum(on)",
        test=AUTOENCODER + "kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="kl-averaged-over-units",
        module="gencore.autoencoder",
        before="weight * ops.sum(on + off)",
        after="weight * ops.mean(on + off)",
        test=AUTOENCODER + "kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="kl-of-each-image",
        module="gencore.autoencoder",
        before="ops.clip(ops.mean(code, axis=0), 1e-6",
        after="ops.clip(code, 1e-6",
        test=AUTOENCODER + "kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="cost-maximised",
        module="gencore.autoencoder",
        before="return mean_loss(error, sample_weight)",
        after="return -mean_loss(error, sample_weight)",
        test=AUTOENCODER + "training_lowers_the_error_of_the_copies",
    ),
    Mutant(
        name="corruption-active-in-evaluation",
        module="gencore.autoencoder",
        before="if training and self.corruption is not None",
        after="if self.corruption is not None",
        test=AUTOENCODER + "corruption_reaches_the_input_in_training_only",
    ),
    Mutant(
        name="reconstruct-in-training-mode",
        module="gencore.autoencoder",
        before="self.image(self(x))",
        after="self.image(self(x, training=True))",
        test=AUTOENCODER + "corruption_reaches_the_input_in_training_only",
    ),
    Mutant(
        name="corruption-applied-to-the-target",
        module="gencore.autoencoder",
        before="error = self.error(x if y is None else y",
        after="error = self.error(self.corruption(x, self.seed_generator) if y is None else y",
        test=AUTOENCODER + "corruption_never_reaches_the_target",
    ),
    Mutant(
        name="sample-weights-ignored",
        module="gencore.autoencoder",
        before="mean_loss(error, sample_weight)",
        after="mean_loss(error, None)",
        test=AUTOENCODER + "sample_weights_weigh_the_images",
    ),
    Mutant(
        name="given-target-ignored",
        module="gencore.autoencoder",
        before="error = self.error(x if y is None else y",
        after="error = self.error(x",
        test=AUTOENCODER + "a_given_target_replaces_the_input",
    ),
    Mutant(
        name="penalty-active-in-evaluation",
        module="gencore.autoencoder",
        before="if training and self.penalty is not None",
        after="if self.penalty is not None",
        test=AUTOENCODER + "penalty_is_added_while_training_only",
    ),
    Mutant(
        name="penalty-never-added",
        module="gencore.autoencoder",
        before=" + sum(self.losses)",
        after="",
        test=AUTOENCODER + "penalty_is_added_while_training_only",
    ),
    Mutant(
        name="encoder-never-in-training-mode",
        module="gencore.autoencoder",
        before="self.encoder(x, training=training)",
        after="self.encoder(x, training=False)",
        test=AUTOENCODER + "dropout_of_either_network_is_active_in_training_only",
    ),
    Mutant(
        name="decoder-never-in-training-mode",
        module="gencore.autoencoder",
        before="self.decoder(code, training=training)",
        after="self.decoder(code, training=False)",
        test=AUTOENCODER + "dropout_of_either_network_is_active_in_training_only",
    ),
    Mutant(
        name="encoder-never-trained",
        module="gencore.autoencoder",
        before="self.decoder(code, training=training)",
        after="self.decoder(ops.stop_gradient(code), training=training)",
        test=TRAINING + "every_weight_of_both_networks_is_trained",
    ),
    Mutant(
        name="reconstruct-drops-the-last-batch",
        module="gencore.autoencoder",
        before="in_batches(self._copy, x,",
        after="in_batches(self._copy, x[: len(x) // batch_size * batch_size or None],",
        test=AUTOENCODER + "reconstruct_is_decode_of_encode_in_every_batch",
    ),
    Mutant(
        name="networks-that-do-not-fit-pass",
        module="gencore.autoencoder",
        before="if code != expected:",
        after="if False:",
        test=AUTOENCODER + "bad_arguments_are_refused",
    ),
    Mutant(
        name="encoder-not-among-what-is-read",
        module="gencore.autoencoder",
        before="reads = (self.encoder, self.decoder, self.image)",
        after="reads = (self.decoder, self.image)",
        test=BATCHES + "a_network_that_is_replaced_is_the_one_that_is_called[encoder]",
    ),
    Mutant(
        name="grey-levels-of-bytes-copied",
        module="gencore.autoencoder",
        before='"cross_entropy": (0.0, 1.0)}',
        after='"cross_entropy": (0.0, 255.0)}',
        test="tests/checks/test_training.py::test_the_range_is_asked_for_by_every_way_in",
    ),
    Mutant(
        name="bool-images-not-cast",
        module="gencore.autoencoder",
        before="        x = floats(x)\n",
        after="",
        test="tests/checks/test_training.py::test_a_corruption_is_given_floats",
    ),
]
