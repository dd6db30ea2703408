"""Mistakes in costs, corruptions and penalties."""

from tests.planted import Mutant

COSTS = [
    Mutant(
        name="cross-entropy-returns-the-log-likelihood",
        module="gencore.autoencoder",
        before="return ops.sum(ops.binary_crossentropy",
        after="return -ops.sum(ops.binary_crossentropy",
        test="tests/test_autoencoder.py::test_cross_entropy_of_binary_images_is_a_negative_log_likelihood",
    ),
    Mutant(
        name="squared-error-averaged-over-pixels",
        module="gencore.autoencoder",
        before="ops.sum(ops.square(x - raw)",
        after="ops.mean(ops.square(x - raw)",
        test="tests/test_autoencoder.py::test_squared_error_is_a_gaussian_negative_log_density_up_to_its_constant",
    ),
    Mutant(
        name="cross-entropy-averaged-over-pixels",
        module="gencore.autoencoder",
        before="ops.sum(ops.binary_crossentropy(x, raw, from_logits=True)",
        after="ops.mean(ops.binary_crossentropy(x, raw, from_logits=True)",
        test="tests/test_autoencoder.py::test_cross_entropy_is_summed_over_pixels",
    ),
    Mutant(
        name="sigmoid-applied-twice",
        module="gencore.autoencoder",
        before="ops.sum(ops.binary_crossentropy(x, raw, from_logits=True)",
        after="ops.sum(ops.binary_crossentropy(x, ops.sigmoid(raw), from_logits=True)",
        test="tests/test_autoencoder.py::test_cross_entropy_is_summed_over_pixels",
    ),
    Mutant(
        name="cross-entropy-of-clipped-probabilities",
        module="gencore.autoencoder",
        before="ops.sum(ops.binary_crossentropy(x, raw, from_logits=True)",
        after="ops.sum(ops.binary_crossentropy(x, 1 / (1 + ops.exp(-raw)))",
        test="tests/test_autoencoder.py::test_cross_entropy_survives_extreme_logits",
    ),
    Mutant(
        name="cost-with-one-axis-too-many",
        module="gencore.autoencoder",
        before="return tuple(range(1, len(x.shape)))",
        after="return tuple(range(len(x.shape)))",
        test="tests/test_autoencoder.py::test_a_cost_is_one_number_for_each_image",
    ),
    Mutant(
        name="images-without-channel-broadcast",
        module="gencore.autoencoder",
        before="len(image) != len(copy) or unlike",
        after="unlike",
        test="tests/test_autoencoder.py::test_costs_refuse_to_broadcast",
    ),
    Mutant(
        name="a-single-copy-broadcasts",
        module="gencore.autoencoder",
        before="len(image) != len(copy) or unlike",
        after="len(image) != len(copy)",
        test="tests/test_autoencoder.py::test_costs_refuse_to_broadcast",
    ),
    Mutant(
        name="squared-error-not-checked",
        module="gencore.autoencoder",
        before=(
            "    ValueError if the shapes differ.\n"
            '    """\n'
            "    _check_shapes(x, raw)\n"
            "    return ops.sum(ops.square"
        ),
        after='    """\n    return ops.sum(ops.square',
        test="tests/test_autoencoder.py::test_costs_refuse_to_broadcast",
    ),
    Mutant(
        name="cost-summed-over-the-batch",
        module="gencore.autoencoder",
        before="ops.mean(error)",
        after="ops.sum(error)",
        test="tests/test_autoencoder.py::test_evaluate_weighs_an_unequal_last_batch",
    ),
    Mutant(
        name="image-read-as-logits",
        module="gencore.autoencoder",
        before="(cross_entropy, ops.sigmoid)",
        after="(cross_entropy, lambda raw: raw)",
        test="tests/test_autoencoder.py::test_decode_reads_the_image_as_its_loss_does",
    ),
    Mutant(
        name="noise-variance-is-the-scale",
        module="gencore.measurements",
        before="check_variance(variance) ** 0.5",
        after="check_variance(variance)",
        test="tests/test_autoencoder.py::test_noise_has_its_variance_and_is_fresh_each_time",
    ),
    Mutant(
        name="noise-never-fresh",
        module="gencore.measurements",
        before="scale * keras.random.normal(ops.shape(x), seed=seed)",
        after="scale * keras.random.normal(ops.shape(x), seed=0)",
        test="tests/test_autoencoder.py::test_noise_has_its_variance_and_is_fresh_each_time",
    ),
    Mutant(
        name="corruption-clipped-below-only",
        module="gencore.measurements",
        before="ops.clip(noisy, 0.0, 1.0)",
        after="ops.maximum(noisy, 0.0)",
        test="tests/test_autoencoder.py::test_clipped_noise_stays_an_image",
    ),
    Mutant(
        name="corruption-never-clipped",
        module="gencore.measurements",
        before="ops.clip(noisy, 0.0, 1.0) if clip else noisy",
        after="noisy",
        test="tests/test_autoencoder.py::test_clipped_noise_stays_an_image",
    ),
    Mutant(
        name="negative-variance-passes",
        module="gencore._draws",
        before="not 0 <= variance < np.inf",
        after="not variance < np.inf",
        test="tests/test_autoencoder.py::test_bad_arguments_are_refused",
    ),
    Mutant(
        name="l1-averaged-over-the-code",
        module="gencore.autoencoder",
        before="ops.mean(ops.sum(ops.abs(code), axis=-1))",
        after="ops.mean(ops.abs(code))",
        test="tests/test_autoencoder.py::test_l1_penalty_sums_over_the_code_and_averages_over_the_batch",
    ),
    Mutant(
        name="l1-without-the-magnitude",
        module="gencore.autoencoder",
        before="ops.sum(ops.abs(code), axis=-1)",
        after="ops.sum(code, axis=-1)",
        test="tests/test_autoencoder.py::test_l1_penalty_sums_over_the_code_and_averages_over_the_batch",
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
        test="tests/test_autoencoder.py::test_kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="kl-of-the-active-outcome-only",
        module="gencore.autoencoder",
        before="weight * ops.sum(on + off)",
        after="weight * ops.sum(on)",
        test="tests/test_autoencoder.py::test_kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="kl-averaged-over-units",
        module="gencore.autoencoder",
        before="weight * ops.sum(on + off)",
        after="weight * ops.mean(on + off)",
        test="tests/test_autoencoder.py::test_kl_penalty_is_the_divergence_of_mean_activities",
    ),
    Mutant(
        name="kl-of-each-image",
        module="gencore.autoencoder",
        before="ops.clip(ops.mean(code, axis=0), 1e-6",
        after="ops.clip(code, 1e-6",
        test="tests/test_autoencoder.py::test_kl_penalty_is_the_divergence_of_mean_activities",
    ),
]
