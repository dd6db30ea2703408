"""Mistakes planted in `keeping` and in the optimizers of a GAN, each with its test."""

from tests.planted import Mutant

KEEPING = "tests/keeping/test_keeping.py::test_"

MUTANTS = [
    Mutant(
        name="random-generators-left-out-of-a-backup",
        module="gencore.keeping",
        before='            store[f"{SEEDS}_{number}"] = np.asarray(state)\n',
        after="            number\n",
        test=KEEPING + "backup_and_restore_goes_on_bit_for_bit",
    ),
    Mutant(
        name="random-generators-not-brought-back",
        module="gencore.keeping",
        before="            state.assign(np.asarray(value))\n",
        after="            np.asarray(value)\n",
        test=KEEPING + "weights_come_back_and_the_training_goes_on_as_if_never_stopped",
    ),
    Mutant(
        name="random-generators-in-the-order-of-their-names",
        module="gencore.keeping",
        before='kept.pop(f"{SEEDS}_{number}") for number in range(len(names))',
        after="kept.pop(name) for name in sorted(names)",
        test=KEEPING + "a_dozen_random_generators_come_back_each_in_its_place",
    ),
    Mutant(
        name="a-whole-model-goes-into-a-file-nobody-can-read",
        module="gencore.keeping",
        before='        _refuse(f"save({str(filepath)!r})")',
        after="        keras.Model.save(self, filepath, *args, **options)",
        test=KEEPING + "what_would_keep_a_whole_model_is_refused_and_says_what_serves",
    ),
    Mutant(
        name="weights-without-generators-refused",
        module="gencore.keeping",
        before="if seeds and len(seeds) != len(states):",
        after="if len(seeds) != len(states):",
        test=KEEPING + "weights_that_keras_wrote_alone_come_back",
    ),
    Mutant(
        name="an-epoch-lost-before-a-checkpoint-is-refused",
        module="gencore.keeping",
        before="if not callback.save_weights_only:",
        after="if False:",
        test=KEEPING + "a_checkpoint_of_whole_models_is_refused_before_an_epoch_is_lost",
    ),
    Mutant(
        name="any-checkpoint-refused",
        module="gencore.keeping",
        before="if not callback.save_weights_only:",
        after="if True:",
        test=KEEPING + "a_checkpoint_of_weights_serves",
    ),
    Mutant(
        name="one-optimizer-for-both-players",
        module="gencore.gan.optimizers",
        before="if optimizer.built and served != [id(variable) for variable in weights]:",
        after="if False:",
        test=KEEPING + "one_optimizer_for_two_players_is_refused",
    ),
    Mutant(
        name="an-optimizer-serves-once-only",
        module="gencore.gan.optimizers",
        before="if optimizer.built and served != [id(variable) for variable in weights]:",
        after="if optimizer.built:",
        test=KEEPING + "two_optimizers_serve_and_may_serve_again",
    ),
]
