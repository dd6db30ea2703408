"""Whether two translators and two critics fit each other."""

from __future__ import annotations

from gencore import checks
from gencore.checks.settings import keras
from gencore.checks.training import check_network

Shape = tuple[int, ...]


def check_networks(
    forward: keras.Model,
    backward: keras.Model,
    critic_a: keras.Model,
    critic_b: keras.Model,
    same_shape: bool,
) -> tuple[Shape, Shape]:
    """Return the shapes of the images of both domains.

    Raises
    ------
    ValueError
        If a network is none, reads or makes other images than its neighbours, a critic gives no
        logits, or the domains differ in shape where a translator is to leave images as they are.
    """
    named = {
        "the forward translator": forward,
        "the backward translator": backward,
        "the critic of A": critic_a,
        "the critic of B": critic_b,
    }
    for name, network in named.items():
        check_network(network, name)
    a, b = (tuple(network.inputs[0].shape[1:]) for network in (forward, backward))
    wanted = {
        "the forward translator makes images of B": (tuple(forward.output_shape[1:]), b),
        "the backward translator makes images of A": (tuple(backward.output_shape[1:]), a),
        "the critic of A reads images of A": (tuple(critic_a.inputs[0].shape[1:]), a),
        "the critic of B reads images of B": (tuple(critic_b.inputs[0].shape[1:]), b),
    }
    for rule, (received, shape) in wanted.items():
        if received != shape:
            remedy = "Build all four networks with the shapes of the two domains."
            checks.refuse(f"{rule}, which have the shape {shape}", received, remedy)
    for name, critic in (("A", critic_a), ("B", critic_b)):
        if critic.output_shape[-1] != 1:
            rule = f"the critic of {name} has one logit for each image or patch, (B, ..., 1)"
            checks.refuse(rule, tuple(critic.output_shape), "See networks.patch_critic.")
    if same_shape and a != b:
        rule = "a translator leaves images of its target domain as they are if both have one shape"
        checks.refuse(rule, f"{a} and {b}", "Give identity_weight=0.")
    return a, b
