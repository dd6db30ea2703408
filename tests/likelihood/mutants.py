"""Mistakes planted in `likelihood`, each with the test that it makes fail."""

from tests.planted import Mutant

ESTIMATORS = "tests/likelihood/test_estimators.py::test_"
MODEL = "tests/gae/test_model.py::test_"
PAIRS = "tests/likelihood/test_pairs.py::test_"

ALONE = "tests/likelihood/test_alone.py::test_"

MUTANTS = [
    Mutant(
        name="nearest-of-another-image",
        module="gencore.likelihood.estimators",
        before="model.prior.nearest(q.loc)",
        after="model.prior.nearest(q.loc[::-1] * 0 + 50.0)[::-1]",
        test=MODEL + "an_estimate_from_the_nearest_exemplars_is_close_and_below",
    ),
    Mutant(
        name="a-bar-that-writes-into-a-notebook",
        module="gencore.likelihood.estimators",
        before="leave=False, disable=None",
        after="leave=False",
        test=ESTIMATORS + "a_long_score_shows_in_a_terminal_how_far_it_is",
    ),
    Mutant(
        name="likelihood-with-its-sign-turned",
        module="gencore.likelihood.estimators",
        before="values.append(logsumexp(weights, axis=0) - np.log(samples))",
        after="values.append(np.log(samples) - logsumexp(weights, axis=0))",
        test=ESTIMATORS + "the_exact_posterior_gives_log_p_from_one_sample",
    ),
    Mutant(
        name="mean-of-logarithms",
        module="gencore.likelihood.estimators",
        before="values.append(logsumexp(weights, axis=0) - np.log(samples))",
        after="values.append(weights.mean(axis=0))",
        test=ESTIMATORS + "importance_sampling_reaches_log_p_from_a_wrong_posterior",
    ),
    Mutant(
        name="log-s-forgotten",
        module="gencore.likelihood.estimators",
        before="values.append(logsumexp(weights, axis=0) - np.log(samples))",
        after="values.append(logsumexp(weights, axis=0))",
        test=ESTIMATORS + "the_exact_posterior_gives_log_p_from_one_sample",
    ),
    Mutant(
        name="log-s-forgotten-for-prior-samples",
        module="gencore.likelihood.estimators",
        before='Estimate.from_values(total - np.log(samples), "nats")',
        after='Estimate.from_values(total, "nats")',
        test=ESTIMATORS + "prior_samples_do_not_depend_on_their_blocks",
    ),
    Mutant(
        name="samples-fewer-than-a-block-ignored",
        module="gencore.likelihood.estimators",
        before="count=min(draws, samples - done)",
        after="count=draws",
        test=ESTIMATORS + "exactly_the_asked_number_of_samples_is_averaged",
    ),
    Mutant(
        name="samples-of-the-last-block-only",
        module="gencore.likelihood.estimators",
        before="weights = np.concatenate(parts)",
        after="weights = np.asarray(parts[-1])",
        test=ESTIMATORS + "exactly_the_asked_number_of_samples_is_averaged",
    ),
    Mutant(
        name="images-of-the-last-block-only",
        module="gencore.likelihood.estimators",
        before="    return np.concatenate(values)",
        after="    return values[-1]",
        test=ESTIMATORS + "exactly_the_asked_number_of_samples_is_averaged",
    ),
    Mutant(
        name="prior-draws-of-the-last-block-only",
        module="gencore.likelihood.estimators",
        before="total = np.logaddexp(total, np.asarray(",
        after="total = np.logaddexp(-np.inf, np.asarray(",
        test=ESTIMATORS + "prior_samples_do_not_depend_on_their_blocks",
    ),
    Mutant(
        name="one-draw-repeated-in-every-block",
        module="gencore.likelihood.estimators",
        before="z = q.sample(count, seed=generator)",
        after="z = q.sample(count, seed=seed)",
        test=ESTIMATORS + "draws_are_fresh_in_every_block",
    ),
    Mutant(
        name="proposal-density-forgotten",
        module="gencore.likelihood.estimators",
        before="model.prior.log_prob(z, *near) - q.log_prob(z)",
        after="model.prior.log_prob(z, *near)",
        test=ESTIMATORS + "the_exact_posterior_gives_log_p_from_one_sample",
    ),
    Mutant(
        name="total-that-is-not-the-sum-of-its-terms",
        module="gencore.likelihood.estimators",
        before='Estimate.from_values(log_likelihood - rate, "nats")',
        after='Estimate.from_values(log_likelihood - rate[-1], "nats")',
        test=ESTIMATORS + "rate_and_distortion_add_up_and_count_every_image",
    ),
    Mutant(
        name="terms-of-the-last-batch-only",
        module="gencore.likelihood.estimators",
        before="sums[i : i + ROWS] += np.stack(",
        after="sums[:] = 0\n            sums[i : i + ROWS] += samples * np.stack(",
        test=ESTIMATORS + "rate_and_distortion_add_up_and_count_every_image",
    ),
    Mutant(
        name="zero-samples-accepted",
        module="gencore.likelihood.estimators",
        before='"Thousands are usual.", name="samples")',
        after='"Thousands are usual.", low=0, name="samples")',
        test=ESTIMATORS + "no_samples_and_grey_pixels_are_refused",
    ),
    Mutant(
        name="pairs-without-their-normaliser",
        module="gencore.likelihood.pairs",
        before="scores - log_normaliser",
        after="scores",
        test=PAIRS + "the_sum_is_over_every_distribution",
    ),
    Mutant(
        name="pairs-left-in-the-order-of-their-groups",
        module="gencore.likelihood.pairs",
        before="self.place = np.argsort(order)",
        after="self.place = order",
        test=PAIRS + "the_sum_is_over_every_distribution",
    ),
    Mutant(
        name="pairs-of-the-first-image's-pixels",
        module="gencore.likelihood.pairs",
        before="np.flatnonzero(members.any(axis=0))",
        after="np.flatnonzero(members[0])",
        test=PAIRS + "the_sum_is_over_every_distribution",
    ),
    Mutant(
        name="pairs-in-groups-of-all-kinds",
        module="gencore.likelihood.pairs",
        before='np.argsort(clusters.fit_predict(flat), kind="stable")',
        after="np.arange(len(flat))",
        test=PAIRS + "a_group_keeps_only_pixels_that_are_one_somewhere",
    ),
    Mutant(
        name="labels-taken-for-images",
        module="gencore.likelihood.estimators",
        before='if classes := getattr(model, "classes", None):',
        after="if classes := None:",
        test="tests/likelihood/test_estimators.py::test_a_conditional_model_is_refused[importance_log_likelihood]",
    ),
    Mutant(
        name="images-of-any-size-scored",
        module="gencore.likelihood.estimators",
        before="        shape=(None, *shape),\n",
        after="",
        test="tests/likelihood/test_estimators.py::test_images_of_another_size_have_no_score",
    ),
    Mutant(
        name="nearest-exemplars-raise-the-score",
        module="gencore.likelihood.nearest",
        before="whole - part",
        after="part - whole",
        test="tests/likelihood/test_nearest.py::test_the_shortfall_is_what_the_other_exemplars_weigh",
    ),
    Mutant(
        name="priors-of-two-models-compared",
        module="gencore.likelihood.nearest",
        before="networks[0] is not networks[2] or",
        after="networks[0] is networks[2] and",
        test="tests/likelihood/test_nearest.py::test_priors_are_compared_under_the_same_networks",
    ),
    Mutant(
        name="draws-not-averaged",
        module="gencore.likelihood.alone",
        before="- np.log(len(noise)).astype(np.float32)",
        after="- 0.0",
        test=ALONE + "many_samples_approach_log_p",
    ),
    Mutant(
        name="draws-of-their-own-for-each-batch",
        module="gencore.likelihood.alone",
        before="z = q.loc + q.scale * noise",
        after="z = q.loc + q.scale * (noise + ops.sum(batch) % 1)",
        test=ALONE + "an_image_has_the_same_score_alone_in_another_order_and_in_other_batches",
    ),
    Mutant(
        name="prior-left-out-of-the-weight",
        module="gencore.likelihood.alone",
        before="outside + model.prior.log_prob(z) -",
        after="outside -",
        test=ALONE + "with_the_exact_posterior_one_sample_is_exact",
    ),
]
