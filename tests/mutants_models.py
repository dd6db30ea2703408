"""Mistakes in the networks and in what an autoencoder does with them."""

from tests.planted import Mutant

NETWORKS = [
    Mutant(
        name="moving-variance-of-one-value-fewer",
        module="gencore._batch_norm",
        before="variance * (count - 1) / count",
        after="variance",
        test="tests/test_batch_norm.py::test_it_does_what_keras_does",
    ),
    Mutant(
        name="moving-statistics-change-places",
        module="gencore._batch_norm",
        before="self.momentum * moving + (1 - self.momentum) * now",
        after="(1 - self.momentum) * moving + self.momentum * now",
        test="tests/test_batch_norm.py::test_a_stateless_pass_leaves_the_layer_alone_and_returns_what_it_would_have_written",
    ),
    Mutant(
        name="images-normalised-step-by-step",
        module="gencore._batch_norm",
        before="len(inputs.shape) != 4",
        after="len(inputs.shape) == 4",
        test="tests/test_batch_norm.py::test_images_take_the_fused_operation",
    ),
    Mutant(
        name="code-never-negative",
        module="gencore.networks",
        before="code_activation: str | None = None",
        after='code_activation: str | None = "relu"',
        test="tests/test_networks.py::test_without_hidden_layers_a_network_is_affine",
    ),
    Mutant(
        name="dense-encoder-without-nonlinearity",
        module="gencore.networks",
        before=(
            "h = layers.Flatten()(image)\n"
            "    for units in hidden:\n"
            "        h = layers.Dense(units, activation=activation)(h)"
        ),
        after=(
            "h = layers.Flatten()(image)\n"
            "    for units in hidden:\n"
            "        h = layers.Dense(units)(h)"
        ),
        test="tests/test_networks.py::test_hidden_layers_are_nonlinear",
    ),
    Mutant(
        name="dense-encoder-layers-in-reverse",
        module="gencore.networks",
        before="h = layers.Flatten()(image)\n    for units in hidden:",
        after="h = layers.Flatten()(image)\n    for units in hidden[::-1]:",
        test="tests/test_networks.py::test_dense_networks_have_the_parameters_of_their_layers",
    ),
    Mutant(
        name="dense-decoder-ignores-its-activation",
        module="gencore.networks",
        before=(
            "h = code\n"
            "    for units in hidden:\n"
            "        h = layers.Dense(units, activation=activation)(h)"
        ),
        after=(
            "h = code\n"
            "    for units in hidden:\n"
            '        h = layers.Dense(units, activation="relu")(h)'
        ),
        test="tests/test_networks.py::test_every_hidden_layer_is_followed_by_its_nonlinearity",
    ),
    Mutant(
        name="code-activation-ignored",
        module="gencore.networks",
        before='activation=code_activation, name="code"',
        after='name="code"',
        test="tests/test_networks.py::test_code_activation_bounds_the_code",
    ),
    Mutant(
        name="dense-decoder-ends-in-a-sigmoid",
        module="gencore.networks",
        before='layers.Dense(math.prod(shape), name="raw")',
        after='layers.Dense(math.prod(shape), "sigmoid", name="raw")',
        test="tests/test_networks.py::test_decoders_return_raw_outputs",
    ),
    Mutant(
        name="conv-decoder-ends-in-a-sigmoid",
        module="gencore.networks",
        before='strides=stride, padding="same", name="raw")',
        after='strides=stride, padding="same", activation="sigmoid", name="raw")',
        test="tests/test_networks.py::test_decoders_return_raw_outputs",
    ),
    Mutant(
        name="conv-decoder-begins-linearly",
        module="gencore.networks",
        before='layers.Dense(height * width * filters[0], activation="relu")',
        after="layers.Dense(height * width * filters[0])",
        test="tests/test_networks.py::test_hidden_layers_are_nonlinear",
    ),
    Mutant(
        name="conv-encoder-with-larger-kernels",
        module="gencore.networks",
        before="layers.Conv2D(count, 3, strides=2",
        after="layers.Conv2D(count, 5, strides=2",
        test="tests/test_networks.py::test_conv_networks_have_the_parameters_of_their_layers",
    ),
    Mutant(
        name="uneven-images-halved",
        module="gencore._sizes",
        before="if times < 1 or height % step or width % step:",
        after="if times < 1:",
        test="tests/test_networks.py::test_bad_sizes_are_refused",
    ),
    Mutant(
        name="sizes-of-zero-pass",
        module="gencore._sizes",
        before="value < 1 for value",
        after="value < 0 for value",
        test="tests/test_networks.py::test_bad_sizes_are_refused",
    ),
    Mutant(
        name="classifier-ends-in-a-softmax",
        module="gencore.networks",
        before='layers.Dense(classes, name="logits")',
        after='layers.Dense(classes, "softmax", name="logits")',
        test="tests/test_networks.py::test_classifier_names_its_features_and_returns_logits",
    ),
    Mutant(
        name="classifier-drops-units-when-it-scores",
        module="gencore.networks",
        before="seed=seed)(layers.Flatten()(h))",
        after="seed=seed)(layers.Flatten()(h), training=True)",
        test="tests/test_networks.py::test_classifier_has_the_parameters_of_its_layers_and_drops_units_in_training_only",
    ),
    Mutant(
        name="classifier-never-drops-units",
        module="gencore.networks",
        before="layers.Dropout(0.25, seed=seed)(layers.Flatten()(h))",
        after="layers.Flatten()(h)",
        test="tests/test_networks.py::test_classifier_has_the_parameters_of_its_layers_and_drops_units_in_training_only",
    ),
]

AUTOENCODER = [
    Mutant(
        name="cost-maximised",
        module="gencore.autoencoder",
        before="return ops.mean(error)",
        after="return -ops.mean(error)",
        test="tests/test_autoencoder.py::test_training_lowers_the_error_of_the_copies",
    ),
    Mutant(
        name="corruption-active-in-evaluation",
        module="gencore.autoencoder",
        before="if training and self.corruption is not None",
        after="if self.corruption is not None",
        test="tests/test_autoencoder.py::test_corruption_reaches_the_input_in_training_only",
    ),
    Mutant(
        name="reconstruct-in-training-mode",
        module="gencore.autoencoder",
        before="self.image(self(x[i : i + batch_size]))",
        after="self.image(self(x[i : i + batch_size], training=True))",
        test="tests/test_autoencoder.py::test_corruption_reaches_the_input_in_training_only",
    ),
    Mutant(
        name="corruption-applied-to-the-target",
        module="gencore.autoencoder",
        before="x if y is None else y",
        after="self.corruption(x, self.seed_generator) if y is None else y",
        test="tests/test_autoencoder.py::test_corruption_never_reaches_the_target",
    ),
    Mutant(
        name="sample-weights-ignored",
        module="gencore.autoencoder",
        before="error = error * sample_weight",
        after="pass",
        test="tests/test_autoencoder.py::test_sample_weights_weigh_the_images",
    ),
    Mutant(
        name="given-target-ignored",
        module="gencore.autoencoder",
        before="x if y is None else y",
        after="x",
        test="tests/test_autoencoder.py::test_a_given_target_replaces_the_input",
    ),
    Mutant(
        name="penalty-active-in-evaluation",
        module="gencore.autoencoder",
        before="if training and self.penalty is not None",
        after="if self.penalty is not None",
        test="tests/test_autoencoder.py::test_penalty_is_added_while_training_only",
    ),
    Mutant(
        name="penalty-never-added",
        module="gencore.autoencoder",
        before=" + sum(self.losses)",
        after="",
        test="tests/test_autoencoder.py::test_penalty_is_added_while_training_only",
    ),
    Mutant(
        name="encoder-never-in-training-mode",
        module="gencore.autoencoder",
        before="self.encoder(x, training=training)",
        after="self.encoder(x, training=False)",
        test="tests/test_autoencoder.py::test_dropout_of_either_network_is_active_in_training_only",
    ),
    Mutant(
        name="decoder-never-in-training-mode",
        module="gencore.autoencoder",
        before="self.decoder(code, training=training)",
        after="self.decoder(code, training=False)",
        test="tests/test_autoencoder.py::test_dropout_of_either_network_is_active_in_training_only",
    ),
    Mutant(
        name="encoder-never-trained",
        module="gencore.autoencoder",
        before="self.decoder(code, training=training)",
        after="self.decoder(ops.stop_gradient(code), training=training)",
        test="tests/test_training.py::test_every_weight_of_both_networks_is_trained",
    ),
    Mutant(
        name="reconstruct-drops-the-last-batch",
        module="gencore.autoencoder",
        before="range(0, len(x), batch_size)",
        after="range(0, len(x) - batch_size + 1, batch_size)",
        test="tests/test_autoencoder.py::test_reconstruct_is_decode_of_encode_in_every_batch",
    ),
    Mutant(
        name="networks-that-do-not-fit-pass",
        module="gencore.autoencoder",
        before="if code != expected:",
        after="if False:",
        test="tests/test_autoencoder.py::test_bad_arguments_are_refused",
    ),
]
