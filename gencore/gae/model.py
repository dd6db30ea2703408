"""The model: a VAE around whose exemplars the prior lies, and its EM."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.training import CheckedModel, floats, mean_loss
from gencore.distributions import DiagNormal
from gencore.gae.em import EMResult, climb
from gencore.gae.exemplars import check_batch, check_distinct, components, expect, keep, restore
from gencore.gae.mixture import PosteriorMixture, log_normal_pairs, without_own
from gencore.gae.nearest import NearestMixture
from gencore.keeping import KeptByWeights
from gencore.vae import VAE

Tensor = Any


class GAE(KeptByWeights, CheckedModel):
    r"""A VAE and the training that makes its prior the mixture of its posteriors.

    While it trains, the other images of the batch are the exemplars. Afterwards :meth:`refresh`
    makes exemplars of all training images, and :meth:`fit_em` fits the scale to them.

    Parameters
    ----------
    model : VAE
        Its prior is a :class:`PosteriorMixture`: with scales of shape (1, L) all components share
        one learned scale, with (n, L) each has the scale of its posterior, as in the source.
    leave_one_out : bool
        Whether an image is left out of its own prior while training.
    mean_weight, scale_weight : float
        Weights of the source's regulariser
        :math:`R = -\lambda_1 |\mu|^2 + \lambda_2 \sum_l (1 + \log \sigma_l^2 - \sigma_l^2)`.

    Raises
    ------
    TypeError
        If the prior is another one.
    ValueError
        If a weight is negative.
    """

    def __init__(
        self,
        model: VAE,
        leave_one_out: bool = True,
        mean_weight: float = 0.0,
        scale_weight: float = 0.0,
    ):
        super().__init__("gae")
        checks.kind(model, VAE, "a GAE is made around a VAE", "Give VAE(..., prior=...).")
        if not isinstance(model.prior, PosteriorMixture):
            raise TypeError(
                f"the prior of a GAE is a PosteriorMixture; received "
                f"{type(model.prior).__name__}. Build VAE(..., prior=PosteriorMixture(means, "
                f"scales)) with as many means as there are training images."
            )
        rule = "the weights of a regulariser are finite and at least 0"
        self.mean_weight = checks.number(mean_weight, rule, low=0, name="mean_weight")
        self.scale_weight = checks.number(scale_weight, rule, low=0, name="scale_weight")
        if model.classes:
            classes = f"a conditional VAE of {model.classes} classes"
            checks.refuse("a GAE is made around a VAE of images alone", classes)
        self.vae, self.leave_one_out = model, leave_one_out
        self.tied = model.prior.scale.shape[0] > 1
        if not self.tied:
            self.log_scale = self.add_weight(
                shape=(1, model.latent_size), initializer="zeros", name="log_scale"
            )
        self.rate_tracker = keras.metrics.Mean(name="rate")
        self.built = True

    @property
    def prior(self) -> PosteriorMixture:
        """The mixture over all exemplars."""
        return self.vae.prior

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return log p(x|z), the rate and the regulariser of each image, shape (B, 3), nats."""
        x = self.vae.drawn(floats(x), training)
        q = self.vae.encode(x, training)
        z = q.sample(seed=self.vae.seed_generator)
        log_likelihood = self.vae.decode(z, training).log_prob(x)
        rate = q.log_prob(z) - self.batch_log_prior(z, q)
        return ops.stack([log_likelihood, rate, self.regularizer(q)], axis=-1)

    def batch_log_prior(self, z: Tensor, q: DiagNormal) -> Tensor:
        r"""Return :math:`\log \frac1{B-1} \sum_{j \ne i} N(z_i; \mu_j, s^2)`, shape (B,), nats.

        The E-step is inside: by Fisher's identity the gradient of this logarithm is that of the
        bound with the responsibilities held fixed. It reaches the code and the means of the others.
        """
        each = log_normal_pairs(z, q.loc, q.scale if self.tied else ops.exp(self.log_scale))
        count = ops.shape(each)[0]
        if self.leave_one_out:
            check_batch(count)
            each = without_own(each, ops.arange(count))
        others = ops.cast(count - int(self.leave_one_out), "float32")
        return ops.logsumexp(each, axis=1) - ops.log(others)

    def regularizer(self, q: DiagNormal) -> Tensor:
        """Return R of the source for each image, shape (B,)."""
        means = ops.sum(ops.square(q.loc), axis=-1)
        scales = ops.sum(1 + 2 * ops.log(q.scale) - ops.square(q.scale), axis=-1)
        return self.scale_weight * scales - self.mean_weight * means

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean over the batch of beta rate - log p(x|z) - R; beta is that of the VAE."""
        log_likelihood, rate, regularizer = ops.unstack(y_pred, axis=-1)
        self.rate_tracker.update_state(rate)
        loss = self.vae.rate_weight(training=training) * rate - log_likelihood - regularizer  # (B,)
        return mean_loss(loss, sample_weight)

    def check(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on the images x."""
        self.vae.check(x, y)
        if self.leave_one_out:
            check_distinct(x)

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the images x have a likelihood."""
        self.vae.check_values(x, y)

    def check_batches(self, count: int, size: int) -> None:
        """Raise ValueError if a batch holds one image, which then has no exemplars."""
        if self.leave_one_out and (size == 1 or count % size == 1):
            raise ValueError(
                f"the exemplars of an image are the others of its batch; received {count} images "
                f"in batches of {size}, the last of which holds one. Choose another batch_size."
            )

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the images."""
        return self.vae.encoder

    def targets(self, x: Any, y: Any) -> Any:
        """Return something for each image: the targets are the images themselves."""
        return self.vae.targets(x, y)

    def refresh(self, x: np.ndarray) -> None:
        """Make exemplars of the images, as many as the prior has, with the learned scale."""
        self.vae.check(x)
        x = np.asarray(x, np.float32)
        self.prior.assign(*components(self, x))

    def e_step(self, z: Tensor, leave_out: Tensor | None = None) -> Tensor:
        """Return the responsibility of each exemplar for each code, shape (B, n)."""
        return self.prior.responsibilities(z, leave_out)

    def m_step(self, squares: np.ndarray) -> None:
        r"""Set :math:`s_l^2 = \frac1n \sum_i \sum_j r_{ij} (z_{il} - \mu_{jl})^2`, shape (L,)."""
        form = f"the shape ({self.vae.latent_size},)"
        shape = (self.vae.latent_size,)
        squares = checks.array(squares, "mean squares", form, shape=shape, low=0, dtype=float)
        self.prior.assign(self.prior.loc.numpy(), np.sqrt(squares))

    def fit_em(
        self,
        x: np.ndarray,
        max_iter: int = 10,
        tol: float = 1e-3,
        epochs: int = 0,
        points: int | None = None,
        seed: int = 0,
        **options: Any,
    ) -> EMResult:
        r"""Make exemplars of all images and fit scale, and if wished networks, by EM.

        A round is an M-step, in closed form for the scale and by ``epochs`` of ``fit`` for the
        networks, and an E-step. One draw of noise serves all rounds. Without epochs the bound
        never falls.

        Parameters
        ----------
        x : ndarray, shape (n, ...)
            The training images, binarised for a Bernoulli; as many as the prior has exemplars.
        max_iter, tol : int, float
            Rounds at most; gain in nats per image that ends them.
        epochs : int
            Passes over the images in an M-step of the networks; the model must be compiled.
        points : int, optional
            How many images, drawn at random, the bound and the E-step look at; all by default.
        seed : int
            Seed of the codes and of these images.
        **options
            More for ``fit``.

        Returns
        -------
        EMResult
            The bounds, averaged over images, and why EM ended.

        Raises
        ------
        ValueError
            If there is nothing to fit, or the images do not fit the model or the prior.
        BoundNotFinite
            If the bound stops being finite; model and prior are as they were before that round.
        """
        if self.tied and not epochs:
            raise ValueError(
                "scales that are tied to the encoder change with it only; received epochs=0. Ask "
                "for epochs, or give the prior one shared scale."
            )
        self.check(x)
        x = np.asarray(x, np.float32)
        self.vae.likelihood.check(x)
        rule = "EM counts epochs, and the images it looks at"
        checks.whole(epochs, rule, low=0, name="epochs")
        if points is not None:
            checks.whole(points, rule, low=2, name="points")
        checks.whole(seed, "a seed is a whole number of at least 0", low=0)
        rng = np.random.default_rng(seed)
        rows = rng.permutation(len(x))[:points]
        noise = rng.standard_normal((len(rows), self.vae.latent_size)).astype(np.float32)
        self.refresh(x)
        values, squares = expect(self, x, rows, noise)

        def one_round() -> np.ndarray:
            nonlocal squares
            if not self.tied:
                self.m_step(squares)
            if epochs:
                self.fit(x, epochs=epochs, verbose=0, **options)
                loc, scale = components(self, x)
                self.prior.assign(loc, scale if self.tied else self.prior.scale.numpy())
            values, squares = expect(self, x, rows, noise)
            return values

        return climb(values, one_round, partial(keep, self), partial(restore, self), max_iter, tol)

    def free_energy(
        self, x: Tensor, z: Tensor, responsibilities: Tensor, leave_out: Tensor | None = None
    ) -> Tensor:
        """Return F of each image for one code z ~ q(z|x) and any responsibilities, (B,), nats."""
        q = self.vae.encode(x)
        outside = self.vae.decode(z).log_prob(x) - q.log_prob(z)
        return outside + self.prior.free_energy(z, responsibilities, leave_out)

    def nearest(self, neighbours: int, algorithm: str = "auto") -> VAE:
        """Return the VAE whose prior sums over the nearest exemplars of each code only."""
        prior = NearestMixture(self.prior, neighbours, algorithm)
        return VAE(self.vae.encoder, self.vae.decoder, prior, self.vae.likelihood)
