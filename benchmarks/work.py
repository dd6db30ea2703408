"""How many operations the networks need, and how many the machine does in a second."""

import math
import time

import keras
import numpy as np
from keras import layers

from gencore.gan import GAN

MATRIX = 1024


def multiplications(layer: keras.layers.Layer) -> int:
    """Return the multiplications of one layer's product or convolution for one image."""
    if isinstance(layer, layers.Dense):
        return math.prod(layer.kernel.shape)
    if isinstance(layer, layers.Conv2D):
        height, width = layer.output.shape[1:3]
    elif isinstance(layer, layers.Conv2DTranspose):
        height, width = layer.input.shape[1:3]
    else:
        return 0
    return height * width * math.prod(layer.kernel.shape)


def operations(encoder: keras.Model, decoder: keras.Model) -> dict[str, int]:
    """Return the floating-point operations for one image, two for each multiplication.

    A reconstruction applies every weight once. A training step applies it once more for the
    gradient of the weights and once more for that of the layer's input, which the first layer,
    whose input is the image, does not need. Biases, nonlinearities, the cost and Adam are left
    out: they are a few per cent of the operations.
    """
    counts = [multiplications(layer) for layer in (*encoder.layers, *decoder.layers)]
    first = next(count for count in counts if count)
    return {"train": 2 * (3 * sum(counts) - first), "reconstruct": 2 * sum(counts)}


def game_operations(model: GAN) -> dict[str, int]:
    """Return the floating-point operations of a GAN for one real image.

    The discriminator judges a real and a fake image, with gradients of weights and of inputs; the
    generator makes the fake; where it has its turn, the gradient goes back through the
    discriminator, whose weights then need none. A gradient penalty costs a pass, its slope, and
    about twice both for the derivatives.
    """
    made = [multiplications(layer) for layer in model.generator.layers]
    judged = [multiplications(layer) for layer in model.discriminator.layers]
    first_made, first_judged = (next(count for count in c if count) for c in (made, judged))
    turn = 2 * sum(made) - first_made + 2 * sum(judged)
    steps = sum(made) + 2 * (3 * sum(judged) - first_judged) + turn / model.critic_steps
    steps += 6 * sum(judged) if model.penalty else 0
    return {"train": round(2 * steps), "sample": 2 * sum(made)}


def matrix_rate(repeats: int = 5) -> float:
    """Return the float32 operations per second of NumPy's matrix product, the best of a few."""
    a = np.random.default_rng(0).random((MATRIX, MATRIX), dtype=np.float32)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        a @ a
        seconds.append(time.perf_counter() - start)
    return 2 * MATRIX**3 / min(seconds)
