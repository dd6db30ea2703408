"""A VAE whose label is a second hidden cause, known for some images only."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.training import CheckedModel, check_network, floats, images_of, mean_loss
from gencore.data.batches import in_batches
from gencore.data.labels import check_partly_labelled
from gencore.keeping import KeptByWeights
from gencore.vae.model import VAE

Tensor = Any


class SemiSupervisedVAE(KeptByWeights, CheckedModel):
    r"""A conditional VAE and a classifier that guesses the labels which are missing (M2).

    With the bound of an image and its label, :math:`L(x, y) = E_{q(z|x, y)} \log p(x|y, z) -
    KL[q(z|x, y) \,\|\, p(z)] + \log p(y)` and :math:`p(y) = 1/C`, an image without a label has

    .. math:: U(x) = \sum_y q(y|x) \bigl(L(x, y) - \log q(y|x)\bigr) \le \log p(x)

    and one with a label L(x, y), to which :math:`w \log q(y|x)` is added so that the classifier
    learns from labels too (Kingma et al., 2014). All labels are summed over.

    Parameters
    ----------
    vae : VAE
        A conditional one, of C labels.
    classifier : keras.Model
        Images (B, ...) to the C logits of q(y|x).
    weight : float
        The weight w of a label that is known, in nats per image of it.

    Raises
    ------
    ValueError
        If the VAE is not conditional, the classifier does not fit it, or the weight is negative.
    """

    def __init__(self, vae: VAE, classifier: keras.Model, weight: float = 10.0):
        super().__init__("semi_supervised_vae")
        checks.kind(vae, VAE, "a missing label is that of a conditional VAE", "Give a VAE.")
        if not vae.classes:
            rule = "a missing label is that of a conditional VAE"
            checks.refuse(rule, "a VAE whose networks read no label", "See networks.conditional.")
        check_network(classifier, "the classifier")
        wanted = tuple(vae.encoder.inputs[0].shape[1:]), (vae.classes,)
        received = tuple(classifier.inputs[0].shape[1:]), tuple(classifier.output_shape[1:])
        if wanted != received:
            rule = f"the classifier maps images {wanted[0]} to {vae.classes} logits"
            checks.refuse(rule, f"{received[0]} to {received[1]}")
        rule = "the weight of a label is finite and at least 0"
        self.weight = checks.number(weight, rule, "Ten is usual.", low=0, name="weight")
        self.vae, self.classifier, self.classes = vae, classifier, vae.classes
        self.built = True

    def bounds(self, x: Tensor, training: bool = False) -> Tensor:
        """Return L(x, y) of each image for each label, shape (B, C), nats."""
        count, classes = ops.shape(x)[0], self.classes
        images = ops.tile(x, (classes,) + (1,) * (len(x.shape) - 1))
        labels = ops.repeat(ops.eye(classes, dtype="float32"), count, axis=0)  # label by label
        log_likelihood, rate = self.vae.terms([images, labels], self.vae.seed_generator, training)
        joint = ops.reshape(log_likelihood - rate, (classes, count))
        return ops.transpose(joint) - np.log(classes).astype(np.float32)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return L(x, y) and log q(y|x) of each image for each label, shape (B, C, 2), nats."""
        x = floats(x)
        if training and self.vae.binarize:
            uniform = keras.random.uniform(ops.shape(x), seed=self.vae.seed_generator)
            x = ops.cast(uniform < x, "float32")
        log_q = ops.log_softmax(self.classifier(x, training=training), axis=-1)
        return ops.stack([self.bounds(x, training), log_q], axis=-1)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean over the batch of -U(x), or of -L(x, y) - w log q(y|x)."""
        bounds, log_q = ops.unstack(y_pred, axis=-1)
        y = ops.reshape(ops.cast(y, "int32"), (-1,))
        of_label = ops.one_hot(y, self.classes, dtype="float32")  # zeros where none is known
        labelled = ops.sum(of_label * (bounds + self.weight * log_q), axis=1)
        unlabelled = ops.sum(ops.exp(log_q) * (bounds - log_q), axis=1)
        return mean_loss(-ops.where(y < self.classes, labelled, unlabelled), sample_weight)

    def check(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on images x with labels y, C unknown."""
        if not self.vae.binarize:
            return self.check_values(x, y)
        check_partly_labelled(y, self.classes, len(images_of(self.classifier, x, low=0, high=1)))

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the images x have a likelihood, and labels y, C for unknown."""
        x = images_of(self.classifier, x)
        self.vae.likelihood.check(x)
        check_partly_labelled(y, self.classes, len(x))

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the images."""
        return self.classifier

    def log_probabilities(self, x: np.ndarray, batch_size: int = 4000) -> np.ndarray:
        """Return log q(y|x) of each label for each image, shape (n, C), in batches."""
        x = images_of(self.classifier, x)
        return in_batches(self._log_q, x, size=batch_size, reads=(self.classifier,))

    def _log_q(self, x: Tensor) -> Tensor:
        return ops.log_softmax(self.classifier(x, training=False), axis=-1)
