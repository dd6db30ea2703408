"""Whose weights an optimizer keeps its running means of."""

from __future__ import annotations

from typing import Any


def serve_players(model: Any) -> None:
    """Build the two optimizers of a GAN, each for the weights of its player.

    Raises
    ------
    ValueError
        If one serves other weights already.
    """
    for player in ("discriminator", "generator"):
        optimizer = model.optimizer if player == "generator" else model.discriminator_optimizer
        weights = getattr(model, player).trainable_variables
        served = [id(variable) for variable in getattr(optimizer, "_trainable_variables", [])]
        if optimizer.built and served != [id(variable) for variable in weights]:
            raise ValueError(
                f"each player has an optimizer of its own, which keeps running means of its "
                f"weights; received for the {player} {type(optimizer).__name__} "
                f"{optimizer.name!r}, which serves other weights already. Give compile two new "
                f"optimizers, or one alone: its settings then serve both players."
            )
        optimizer.build(weights)
