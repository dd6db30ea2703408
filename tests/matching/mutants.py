"""Mistakes planted in `matching`, each with the test that it makes fail."""

from tests.planted import Mutant

ADVERSARIAL = "tests/matching/test_adversarial.py::test_"
KERNELS = "tests/matching/test_kernels.py::test_"
MOMENTS = "tests/matching/test_moments.py::test_"
PRIORS = "tests/matching/test_priors.py::test_"

LOSS = KERNELS + "the_loss_is_the_double_sum_without_its_diagonal[bandwidths1]"

MUTANTS = [
    Mutant(
        name="batch-mmd-with-its-diagonal",
        module="gencore.matching.kernels",
        before='    others = 1 - ops.eye(count, dtype="float32")\n'
        '    pairs = ops.cast(count * (count - 1), "float32")\n',
        after='    others = 1.0\n    pairs = ops.cast(count * count, "float32")\n',
        test=KERNELS + "equal_distributions_have_a_loss_of_zero_in_the_mean",
    ),
    Mutant(
        name="batch-mmd-of-which-half-is-returned",
        module="gencore.matching.kernels",
        before="- 2 * between",
        after="- between",
        test=LOSS,
    ),
    Mutant(
        name="batch-bandwidth-taken-for-a-variance",
        module="gencore.matching.kernels",
        before="ops.exp(-squares / (2 * h**2))",
        after="ops.exp(-squares / (2 * h))",
        test=LOSS,
    ),
    Mutant(
        name="kernels-summed-over-bandwidths",
        module="gencore.matching.kernels",
        before="sum(each[1:], each[0]) / len(each)",
        after="sum(each[1:], each[0])",
        test=LOSS,
    ),
    Mutant(
        name="gradient-of-one-sample-only",
        module="gencore.matching.kernels",
        before="between = ops.mean(_kernel(x, y, bandwidths))",
        after="between = ops.mean(_kernel(ops.stop_gradient(x), y, bandwidths))",
        test=KERNELS + "the_gradient_is_that_of_finite_differences",
    ),
    Mutant(
        name="one-example-has-a-discrepancy",
        module="gencore.matching.kernels",
        before="x.shape[0] in (0, 1)",
        after="x.shape[0] == 0",
        test=KERNELS + "what_has_no_discrepancy_is_refused",
    ),
    Mutant(
        name="ring-turned-the-other-way",
        module="gencore.matching.priors",
        before="outwards * sine + across * cosine]",
        after="across * cosine - outwards * sine]",
        test=PRIORS + "a_cluster_of_the_ring_lies_at_its_angle_and_is_longer_outwards",
    ),
    Mutant(
        name="ring-longer-across",
        module="gencore.matching.priors",
        before="self.radius + self.length * noise[:, 0], self.width * noise[:, 1]",
        after="self.radius + self.width * noise[:, 0], self.length * noise[:, 1]",
        test=PRIORS + "a_cluster_of_the_ring_lies_at_its_angle_and_is_longer_outwards",
    ),
    Mutant(
        name="roll-denser-in-its-middle",
        module="gencore.matching.priors",
        before='along = ops.sqrt((ops.cast(label, "float32") + within) / self.clusters)',
        after='along = (ops.cast(label, "float32") + within) / self.clusters',
        test=PRIORS + "a_part_of_the_roll_lies_between_its_ends",
    ),
    Mutant(
        name="unknown-label-names-no-cluster",
        module="gencore.matching.priors",
        before="ops.where(labels == clusters, any_of_them, labels)",
        after="labels",
        test=PRIORS + "no_label_and_the_label_after_the_last_stand_for_any_cluster",
    ),
    Mutant(
        name="labels-of-a-prior-not-read",
        module="gencore.matching.priors",
        before="    if labels is None:\n        return any_of_them\n",
        after="    return any_of_them\n",
        test=PRIORS + "a_cluster_of_the_ring_lies_at_its_angle_and_is_longer_outwards",
    ),
    Mutant(
        name="images-compared-in-the-place-of-codes",
        module="gencore.matching.moments",
        before="        if self.decoder is not None:\n            return self.generator(z",
        after="        if self.decoder is None:\n            return self.generator(z",
        test=MOMENTS + "in_codes_the_kernel_sees_codes_of_images_beside_what_the_generator_makes",
    ),
    Mutant(
        name="features-of-the-data-alone",
        module="gencore.matching.moments",
        before="return self.compared(self(z, training=training))",
        after="return self(z, training=training)",
        test=MOMENTS + "without_a_decoder_features_are_taken_of_what_is_made",
    ),
    Mutant(
        name="features-trained-with-the-generator",
        module="gencore.matching.moments",
        before="network.trainable = False",
        after="pass",
        test=MOMENTS + "the_generator_alone_is_trained",
    ),
    Mutant(
        name="generator-that-climbs",
        module="gencore.matching.moments",
        before="descend(self.optimizer, tape, loss, self.generator)",
        after="descend(self.optimizer, tape, -loss, self.generator)",
        test=MOMENTS + "a_step_goes_down_the_loss_that_is_logged",
    ),
    Mutant(
        name="batch-of-one-left-over",
        module="gencore.matching.training",
        before=" or count % size == 1",
        after="",
        test=MOMENTS + "a_batch_of_one_is_refused_before_an_epoch_is_lost[7-3]",
    ),
    Mutant(
        name="weights-of-examples-dropped-in-silence",
        module="gencore.gan.matched",
        before='asks for targets where examples are weighed."""\n        refuse_weights(True)',
        after='asks for targets where examples are weighed."""\n        return y',
        test=MOMENTS + "what_a_kernel_does_not_read_is_refused",
    ),
    Mutant(
        name="collapse-of-a-match-not-seen",
        module="gencore.gan.matched",
        before='logs.get("spread", 1.0) >= self.collapse or',
        after='logs.get("spread", 1.0) >= 0 or',
        test=MOMENTS + "a_training_whose_samples_are_alike_stops",
    ),
    Mutant(
        name="match-not-watched",
        module="gencore.gan.matched",
        before='super().fit(**given | {"callbacks": watched(given.get("callbacks"))})',
        after="super().fit(**given)",
        test=MOMENTS + "a_training_that_leaves_the_numbers_stops",
    ),
    Mutant(
        name="codes-real-and-prior-fake",
        module="gencore.matching.adversarial",
        before="for z in (drawn, codes)",
        after="for z in (codes, drawn)",
        test=ADVERSARIAL + "the_best_critic_is_the_log_ratio_of_prior_and_codes[1.0]",
    ),
    Mutant(
        name="encoder-asks-for-the-answer-fake",
        module="gencore.matching.adversarial",
        before="return non_saturating.generator(read(self.critic, with_label(codes, label)))",
        after="return -non_saturating.generator(read(self.critic, with_label(codes, label)))",
        test=ADVERSARIAL + "the_critic_pays_the_cross_entropy_of_prior_one_and_codes_zero",
    ),
    Mutant(
        name="critic-moves-the-encoder",
        module="gencore.matching.adversarial",
        before="descend(self.critic_optimizer, tape, loss, self.critic)",
        after="descend(self.critic_optimizer, tape, loss, self.encoder)",
        test=ADVERSARIAL + "each_side_leaves_the_other_as_it_is",
    ),
    Mutant(
        name="weight-of-the-match-forgotten",
        module="gencore.matching.adversarial",
        before="            loss = copies + self.weight * mismatch\n",
        after="            loss = copies + mismatch\n",
        test=ADVERSARIAL + "a_step_goes_down_copies_and_mismatch_together[None]",
    ),
    Mutant(
        name="decoder-left-out-of-the-step",
        module="gencore.matching.adversarial",
        before="descend(self.optimizer, tape, loss, self.encoder, self.decoder)",
        after="descend(self.optimizer, tape, loss, self.encoder)",
        test=ADVERSARIAL + "each_side_leaves_the_other_as_it_is",
    ),
    Mutant(
        name="codes-are-means-while-training",
        module="gencore.matching.adversarial",
        before="return q.sample(seed=self.seed_generator) if training else q.mean()",
        after="return q.mean()",
        test=ADVERSARIAL + "codes_are_drawn_while_training_and_are_means_otherwise",
    ),
    Mutant(
        name="prior-that-is-not-told-the-label",
        module="gencore.matching.adversarial",
        before="drawn = self.prior.sample(count, self.seed_generator, y)",
        after="drawn = self.prior.sample(count, self.seed_generator, 3 - y)",
        test=ADVERSARIAL
        + "the_critic_sees_each_code_beside_its_label_and_draws_for_the_same_label",
    ),
    Mutant(
        name="critic-told-other-labels",
        module="gencore.matching.adversarial",
        before="return drawn, ops.one_hot(y, self.classes + 1)",
        after="return drawn, ops.one_hot(y[::-1], self.classes + 1)",
        test=ADVERSARIAL
        + "the_critic_sees_each_code_beside_its_label_and_draws_for_the_same_label",
    ),
    Mutant(
        name="kernel-of-the-prior-with-itself",
        module="gencore.matching.adversarial",
        before="return mmd_loss(drawn, codes, self.bandwidths)",
        after="return mmd_loss(drawn, drawn, self.bandwidths)",
        test=ADVERSARIAL + "codes_come_to_have_the_moments_of_the_prior",
    ),
    Mutant(
        name="critic-of-images",
        module="gencore.matching.fitting",
        before="    if received != wanted:\n",
        after="    if False:\n",
        test=ADVERSARIAL + "what_does_not_fit_is_refused",
    ),
    Mutant(
        name="critic-and-kernel-at-once",
        module="gencore.matching.fitting",
        before="(critic is None) == (bandwidths is None)",
        after="critic is None and bandwidths is None",
        test=ADVERSARIAL + "what_does_not_fit_is_refused",
    ),
    Mutant(
        name="labels-without-a-prior-that-reads-them",
        module="gencore.matching.fitting",
        before="    if classes is None:\n",
        after="    if classes is None and labels is None:\n",
        test=ADVERSARIAL + "labels_that_are_not_asked_for_or_not_given_are_refused",
    ),
    Mutant(
        name="one-optimizer-for-two-sides-of-an-autoencoder",
        module="gencore.matching.adversarial",
        before='serve("critic", self.critic_optimizer, self.critic.trainable_variables)',
        after="pass",
        test=ADVERSARIAL + "two_optimizers_serve_two_sides",
    ),
    Mutant(
        name="corners-at-the-origin",
        module="gencore.matching.priors",
        before='centre = self.radius * ops.one_hot(label, self.clusters, dtype="float32")',
        after='centre = 0 * ops.one_hot(label, self.clusters, dtype="float32")',
        test=PRIORS + "corners_have_a_cluster_for_each_label_and_room_beside_them",
    ),
    Mutant(
        name="style-as-narrow-as-a-cluster",
        module="gencore.matching.priors",
        before="ops.concatenate([around, noise[:, self.clusters :]], axis=1)",
        after="ops.concatenate([around, self.width * noise[:, self.clusters :]], axis=1)",
        test=PRIORS + "corners_have_a_cluster_for_each_label_and_room_beside_them",
    ),
]
