r"""Adam in one pass over the weights.

Keras writes the update as a dozen operations, each of which walks through all weights; on a
processor that takes as long as half the gradients of a dense network. TensorFlow has the same
update as one kernel.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from gencore.checks.settings import keras, ops


class Adam(keras.optimizers.Adam):
    r"""Keras' Adam, its update done by TensorFlow's fused kernel.

    .. math:: m \mathrel{+}= (1 - \beta_1)(g - m), \quad v \mathrel{+}= (1 - \beta_2)(g^2 - v),
       \quad w \mathrel{-}= \alpha \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}
       \frac{m}{\sqrt{v} + \epsilon}

    Parameters
    ----------
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
        The step size :math:`\alpha`.
    beta_1, beta_2 : float
        How much of the two running means is kept at each step.
    epsilon : float
        Added to the root of the mean square; Keras' default.
    global_clipnorm : float, optional
        Gradients whose norm, of all weights together, is larger are shortened to it.

    Notes
    -----
    Kingma, Ba (2015), Adam: a method for stochastic optimization, section 2, where the correction
    of the running means is taken into the step size, and epsilon is added after it.
    """

    def __init__(
        self,
        learning_rate: Any = 1e-3,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        global_clipnorm: float | None = None,
    ):
        clip = global_clipnorm
        super().__init__(learning_rate, beta_1, beta_2, epsilon, global_clipnorm=clip)

    def update_step(self, gradient: tf.Tensor, variable: Any, learning_rate: tf.Tensor) -> None:
        """Update one variable and its two running means in place."""
        index = self._get_variable_index(variable)
        time = ops.cast(self.iterations + 1, "float32")
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=ops.power(self.beta_1, time),
            beta2_power=ops.power(self.beta_2, time),
            lr=ops.cast(learning_rate, "float32"),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )
