"""Mistakes planted in `networks`, each with the test that it makes fail."""

from tests.planted import Mutant

BATCH_NORM = "tests/networks/test_batch_norm.py::test_"
CODERS = "tests/networks/test_coders.py::test_"
PLAYERS = "tests/networks/test_players.py::test_"
RECURRENT = "tests/networks/test_recurrent.py::test_outputs_and_gradients_are_those_of_keras"

MUTANTS = [
    Mutant(
        name="moving-variance-of-one-value-fewer",
        module="gencore.networks.batch_norm",
        before="variance * (count - 1) / count",
        after="variance",
        test=BATCH_NORM + "it_does_what_keras_does",
    ),
    Mutant(
        name="moving-statistics-change-places",
        module="gencore.networks.batch_norm",
        before="self.momentum * moving + (1 - self.momentum) * now",
        after="(1 - self.momentum) * moving + self.momentum * now",
        test=BATCH_NORM
        + "a_stateless_pass_leaves_the_layer_alone_and_returns_what_it_would_have_written",
    ),
    Mutant(
        name="images-normalised-step-by-step",
        module="gencore.networks.batch_norm",
        before="len(inputs.shape) != 4",
        after="len(inputs.shape) == 4",
        test=BATCH_NORM + "images_take_the_fused_operation",
    ),
    Mutant(
        name="code-never-negative",
        module="gencore.networks.dense",
        before="code_activation: str | None = None",
        after='code_activation: str | None = "relu"',
        test=CODERS + "without_hidden_layers_a_network_is_affine",
    ),
    Mutant(
        name="dense-encoder-without-nonlinearity",
        module="gencore.networks.dense",
        before="h = _hidden(layers.Flatten()(image), hidden, activation)",
        after='h = _hidden(layers.Flatten()(image), hidden, "linear")',
        test=CODERS + "hidden_layers_are_nonlinear",
    ),
    Mutant(
        name="dense-encoder-layers-in-reverse",
        module="gencore.networks.dense",
        before="h = _hidden(layers.Flatten()(image), hidden, activation)",
        after="h = _hidden(layers.Flatten()(image), hidden[::-1], activation)",
        test=CODERS + "dense_networks_have_the_parameters_of_their_layers",
    ),
    Mutant(
        name="dense-decoder-ignores-its-activation",
        module="gencore.networks.dense",
        before="h = _hidden(code, hidden, activation)",
        after='h = _hidden(code, hidden, "relu")',
        test=CODERS + "every_hidden_layer_is_followed_by_its_nonlinearity",
    ),
    Mutant(
        name="code-activation-ignored",
        module="gencore.networks.dense",
        before='activation=code_activation, name="code"',
        after='name="code"',
        test=CODERS + "code_activation_bounds_the_code",
    ),
    Mutant(
        name="dense-decoder-ends-in-a-sigmoid",
        module="gencore.networks.dense",
        before='layers.Dense(math.prod(shape), name="raw")',
        after='layers.Dense(math.prod(shape), "sigmoid", name="raw")',
        test=CODERS + "decoders_return_raw_outputs",
    ),
    Mutant(
        name="conv-decoder-ends-in-a-sigmoid",
        module="gencore.networks.convolutional",
        before='strides=stride, padding="same", name="raw")',
        after='strides=stride, padding="same", activation="sigmoid", name="raw")',
        test=CODERS + "decoders_return_raw_outputs",
    ),
    Mutant(
        name="conv-decoder-begins-linearly",
        module="gencore.networks.convolutional",
        before='layers.Dense(height * width * filters[0], activation="relu")',
        after="layers.Dense(height * width * filters[0])",
        test=CODERS + "hidden_layers_are_nonlinear",
    ),
    Mutant(
        name="conv-encoder-with-larger-kernels",
        module="gencore.networks.convolutional",
        before="layers.Conv2D(count, 3, strides=2",
        after="layers.Conv2D(count, 5, strides=2",
        test=CODERS + "conv_networks_have_the_parameters_of_their_layers",
    ),
    Mutant(
        name="classifier-ends-in-a-softmax",
        module="gencore.networks.convolutional",
        before='layers.Dense(classes, name="logits")',
        after='layers.Dense(classes, "softmax", name="logits")',
        test=CODERS + "classifier_names_its_features_and_returns_logits",
    ),
    Mutant(
        name="classifier-drops-units-when-it-scores",
        module="gencore.networks.convolutional",
        before="seed=seed)(layers.Flatten()(h))",
        after="seed=seed)(layers.Flatten()(h), training=True)",
        test=CODERS
        + "classifier_has_the_parameters_of_its_layers_and_drops_units_in_training_only",
    ),
    Mutant(
        name="classifier-never-drops-units",
        module="gencore.networks.convolutional",
        before="layers.Dropout(0.25, seed=seed)(layers.Flatten()(h))",
        after="layers.Flatten()(h)",
        test=CODERS
        + "classifier_has_the_parameters_of_its_layers_and_drops_units_in_training_only",
    ),
    Mutant(
        name="label-planes-scrambled",
        module="gencore.networks.players",
        before="ops.tile(layers.Reshape((1, 1, label.shape[-1]))(label), (1, height, width, 1))",
        after=(
            "ops.reshape(ops.repeat(label, height * width), (-1, height, width, label.shape[-1]))"
        ),
        test=PLAYERS + "a_label_becomes_one_plane_of_ones",
    ),
    Mutant(
        name="generator-with-a-sigmoid",
        module="gencore.networks.players",
        before='raw = layers.Dense(math.prod(shape), name="raw")(h)',
        after='raw = layers.Dense(math.prod(shape), "sigmoid", name="raw")(h)',
        test=PLAYERS + "generators_return_logits_of_any_sign_for_codes[dense_generator]",
    ),
    Mutant(
        name="critic-with-batch-normalisation",
        module="gencore.networks.players",
        before="normal = normalise and i > 0",
        after="normal = i > 0",
        test=PLAYERS + "the_convolutional_pairs_have_the_layers_they_are_named_for",
    ),
    Mutant(
        name="label-forgotten-by-the-generator",
        module="gencore.networks.players",
        before="return [code, label], layers.Concatenate()([code, label])",
        after="return [code, label], layers.Concatenate()([code, 0 * label])",
        test=PLAYERS + "the_label_changes_what_a_generator_makes",
    ),
    Mutant(
        name="uneven-images-halved",
        module="gencore.networks.sizes",
        before="if times < 1 or height % step or width % step:",
        after="if times < 1:",
        test=CODERS + "bad_sizes_are_refused",
    ),
    Mutant(
        name="sizes-of-zero-pass",
        module="gencore.checks.values",
        before='whole(value, rule, "Give sizes of 1 or more.")',
        after='whole(value, rule, "Give sizes of 1 or more.", low=0)',
        test=CODERS + "bad_sizes_are_refused",
    ),
    Mutant(
        name="gate-without-a-sigmoid",
        module="gencore.networks.dense",
        before='gate = layers.Dense(units, activation="sigmoid")(h)',
        after='gate = layers.Dense(units, activation="tanh")(h)',
        test=CODERS + "a_gated_layer_is_an_affine_map_times_a_sigmoid",
    ),
    Mutant(
        name="hidden-units-that-hear-of-all-pixels",
        module="gencore.networks.masked",
        before="source <= target if same",
        after="source >= target if same",
        test="tests/networks/test_sequences.py::test_a_pixel_of_a_row_hears_of_those_before_it",
    ),
    Mutant(
        name="mask-not-applied",
        module="gencore.networks.masked",
        before="ops.matmul(x, self.kernel * self.mask)",
        after="ops.matmul(x, self.kernel)",
        test="tests/networks/test_sequences.py::test_a_masked_layer_is_a_dense_one_with_zeros_in_its_kernel",
    ),
    Mutant(
        name="no-vector-for-the-start",
        module="gencore.networks.sequences",
        before="layers.Embedding(symbols + 1, embedding",
        after="layers.Embedding(symbols, embedding",
        test="tests/networks/test_sequences.py::test_an_lstm_has_the_weights_of_its_layers_and_hands_on_its_state",
    ),
    Mutant(
        name="rows-without-the-skip",
        module="gencore.networks.sequences",
        before="layers.Concatenate()(outputs) if len(outputs) > 1 else outputs[0]",
        after="outputs[-1]",
        test="tests/networks/test_sequences.py::test_the_networks_of_rows_have_the_weights_of_the_book",
    ),
    Mutant(
        name="state-handed-on-as-it-came",
        module="gencore.networks.sequences",
        before="[*after, *left]\n        if dropout:",
        after="[*after, *state]\n        if dropout:",
        test="tests/networks/test_sequences.py"
        "::test_an_lstm_has_the_weights_of_its_layers_and_hands_on_its_state",
    ),
    Mutant(
        name="gradient-of-the-weights-from-the-output-after",
        module="gencore.networks.recurrent",
        before="d_recurrent = tf.tensordot(h_before, d_z,",
        after="d_recurrent = tf.tensordot(outputs, d_z,",
        test=RECURRENT,
    ),
    Mutant(
        name="forget-gate-that-saw-the-cell-after",
        module="gencore.networks.recurrent",
        before="c_before * f * (1 - f)",
        after="cells * f * (1 - f)",
        test=RECURRENT,
    ),
    Mutant(
        name="gradient-that-ends-at-each-step",
        module="gencore.networks.recurrent",
        before="return t - 1, d_before, d_c * f[t], kept",
        after="return t - 1, 0 * d_before, d_c * f[t], kept",
        test=RECURRENT,
    ),
    Mutant(
        name="cell-that-hands-no-gradient-on",
        module="gencore.networks.recurrent",
        before="d_before, d_c * f[t], kept",
        after="d_before, 0 * d_c, kept",
        test=RECURRENT,
    ),
    Mutant(
        name="gradient-of-the-last-state-lost",
        module="gencore.networks.recurrent",
        before="start = (steps - 1, d_h, d_c, tf",
        after="start = (steps - 1, 0 * d_h, 0 * d_c, tf",
        test=RECURRENT,
    ),
    Mutant(
        name="one-step-without-its-cell",
        module="gencore.networks.recurrent",
        before="h, c, _ = step(z, h, c, recurrent)\n            return h[:, None], h, c",
        after="h, _, _ = step(z, h, c, recurrent)\n            return h[:, None], h, c",
        test=RECURRENT,
    ),
    Mutant(
        name="normalised-over-the-batch",
        module="gencore.networks.translators",
        before="axes=(1, 2), keepdims=True",
        after="axes=(0, 1, 2), keepdims=True",
        test="tests/networks/test_translators.py::test_each_image_and_channel_is_normalised_alone",
    ),
    Mutant(
        name="places-left-out",
        module="gencore.networks.translators",
        before="h = Places()(image) if places else image",
        after="h = image",
        test="tests/networks/test_translators.py::test_only_with_places_is_a_pixel_treated_by_where_it_is",
    ),
    Mutant(
        name="critic-of-whole-images",
        module="gencore.networks.translators",
        before='logits = layers.Conv2D(1, kernel, padding="same", name="logit")(h)',
        after='logits = layers.Conv2D(1, 16, padding="same", name="logit")(h)',
        test="tests/networks/test_translators.py::test_a_logit_of_a_critic_sees_its_patch_alone",
    ),
]
