"""Functional Keras networks of the book; every output is a logit or a raw parameter.

A network knows nothing of losses, noise or sampling. Images have the shape (B, 28, 28, 1) unless
another is given; codes have the shape (B, L). The input and the output carry their shapes, so
that the models which join two networks can check that they fit.
"""

from gencore.networks.convolutional import conv_decoder, conv_encoder, digit_classifier
from gencore.networks.dense import dense_decoder, dense_encoder
from gencore.networks.players import (
    conditional,
    dense_discriminator,
    dense_generator,
    label_planes,
    pooling_discriminator,
    strided_discriminator,
    transposed_generator,
    upsampling_generator,
)
from gencore.networks.sequences import lstm, masked_dense, row_lstm
from gencore.networks.sizes import IMAGE_SHAPE
from gencore.networks.translators import patch_critic, translator

__all__ = [
    "IMAGE_SHAPE",
    "conditional",
    "dense_discriminator",
    "dense_generator",
    "label_planes",
    "pooling_discriminator",
    "strided_discriminator",
    "transposed_generator",
    "upsampling_generator",
    "dense_encoder",
    "dense_decoder",
    "conv_encoder",
    "conv_decoder",
    "digit_classifier",
    "lstm",
    "masked_dense",
    "patch_critic",
    "translator",
    "row_lstm",
]
