"""Mistakes planted in `translation`, each with the test that it makes fail."""

from tests.planted import Mutant

MODEL = "tests/translation/test_model.py::test_"
POOL = "tests/translation/test_pool.py::test_"

MUTANTS = [
    # Pitfall 45.
    Mutant(
        name="half-a-cycle-loss",
        module="gencore.translation.model",
        before="= self.to_a(like_b, training=True), self.to_b(like_a, training=True)",
        after=(
            "= self.to_a(ops.stop_gradient(like_b), training=True), "
            "self.to_b(ops.stop_gradient(like_a), training=True)"
        ),
        test=MODEL + "the_translators_minimise_what_the_formula_says",
    ),
    Mutant(
        name="cycle-of-one-direction",
        module="gencore.translation.model",
        before="self.cycle_weight * (cycle_a + cycle_b)",
        after="self.cycle_weight * (cycle_a + cycle_a)",
        test=MODEL + "the_translators_minimise_what_the_formula_says",
    ),
    # Pitfall 46.
    Mutant(
        name="identity-of-the-translated-image",
        module="gencore.translation.model",
        before="same_b = distance(self.to_b(b, training=True), b)",
        after="same_b = distance(like_b, a)",
        test=MODEL + "the_translators_minimise_what_the_formula_says",
    ),
    Mutant(
        name="identity-that-is-not-weighed",
        module="gencore.translation.model",
        before="loss += self.identity_weight * (same_b + same_a)",
        after="loss += same_b + same_a",
        test=MODEL + "the_translators_minimise_what_the_formula_says",
    ),
    Mutant(
        name="critics-of-the-wrong-domain",
        module="gencore.translation.model",
        before="self.passing(self.critic_b, like_b) + self.passing(self.critic_a, like_a)",
        after="self.passing(self.critic_a, like_b) + self.passing(self.critic_b, like_a)",
        test=MODEL + "the_translators_minimise_what_the_formula_says",
    ),
    Mutant(
        name="critic-that-learns-from-the-translators",
        module="gencore.translation.model",
        before="ops.reshape(read(critic, made), (-1,))",
        after="ops.reshape(critic(made, training=True), (-1,))",
        test=MODEL + "idle_players_keep_every_weight_and_every_statistic_to_the_bit",
    ),
    Mutant(
        name="critics-that-are-shown-new-ones-alone",
        module="gencore.translation.model",
        before="self.pool_a(like_a), self.pool_b(like_b))",
        after="like_a, like_b)",
        test=MODEL + "the_critics_are_shown_what_the_pools_give",
    ),
    Mutant(
        name="patches-that-are-averaged-first",
        module="gencore.translation.model",
        before="logits = (ops.reshape(critic(x, training=True), (-1,)) for x in (real, made))",
        after=(
            "logits = (ops.mean(ops.reshape(critic(x, training=True), (len(x), -1)), -1)"
            " for x in (real, made))"
        ),
        test=MODEL + "critics_of_patches_count_each_patch",
    ),
    Mutant(
        name="one-domain-cut-to-the-other",
        module="gencore.translation.domains",
        before="count = max(len(a), len(b))",
        after="count = min(len(a), len(b))",
        test=MODEL + "domains_of_different_sizes_are_trained_on_together",
    ),
    Mutant(
        name="twins-side-by-side",
        module="gencore.translation.domains",
        before="[rng.permutation(size) for _ in range(-(-count // size))]",
        after="[np.arange(size) for _ in range(-(-count // size))]",
        test=POOL + "each_domain_has_an_order_of_its_own_and_the_smaller_is_repeated",
    ),
    Mutant(
        name="collapse-of-one-direction-unseen",
        module="gencore.translation.model",
        before='{"spread": ops.minimum(*shares)}',
        after='{"spread": ops.maximum(*shares)}',
        test=MODEL + "the_direction_that_has_collapsed_counts",
    ),
    Mutant(
        name="negative-weight-of-the-cycle",
        module="gencore.translation.model",
        before='self.cycle_weight = _weight(cycle_weight, "cycle_weight")',
        after="self.cycle_weight = cycle_weight",
        test=MODEL + "what_does_not_fit_is_named[a negative weight of the cycle]",
    ),
    Mutant(
        name="critic-of-the-other-domain-accepted",
        module="gencore.translation.networks",
        before="        if received != shape:\n",
        after="        if len(received) != len(shape):\n",
        test=MODEL + "what_does_not_fit_is_named[a critic of other images]",
    ),
    Mutant(
        name="every-image-changes-places",
        module="gencore.translation.pool",
        before="seed=self.seed_generator) < 0.5",
        after="seed=self.seed_generator) < 0.9",
        test=POOL + "half_of_the_images_change_places_with_earlier_ones",
    ),
    Mutant(
        name="pool-that-keeps-its-first-images",
        module="gencore.translation.pool",
        before="now = ops.where(coins, first, old)",
        after="now = old",
        test=POOL + "half_of_the_images_change_places_with_earlier_ones",
    ),
    Mutant(
        name="pool-that-fills-past-its-end",
        module="gencore.translation.pool",
        before="ops.minimum(ops.shape(new)[0], room)",
        after="ops.shape(new)[0]",
        test=POOL + "a_pool_that_is_not_full_gives_back_what_it_keeps",
    ),
]
