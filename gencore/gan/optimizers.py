"""Whose weights an optimizer keeps its running means of."""

from __future__ import annotations

from typing import Any


def serve_players(model: Any) -> None:
    """Build the two optimizers of a GAN, each for the weights of its player (ValueError)."""
    serve("discriminator", model.discriminator_optimizer, model.discriminator.trainable_variables)
    serve("generator", model.optimizer, model.generator.trainable_variables)


def alike(optimizer: Any) -> Any:
    """Return a new optimizer with the settings of one."""
    return type(optimizer).from_config(optimizer.get_config())


def serve(player: str, optimizer: Any, weights: list[Any]) -> None:
    """Build the optimizer of a player for its weights.

    Raises
    ------
    ValueError
        If it serves other weights already.
    """
    served = [id(variable) for variable in getattr(optimizer, "_trainable_variables", [])]
    if optimizer.built and served != [id(variable) for variable in weights]:
        raise ValueError(
            f"each player has an optimizer of its own, which keeps running means of its "
            f"weights; received for the {player} {type(optimizer).__name__} "
            f"{optimizer.name!r}, which serves other weights already. Give compile two new "
            f"optimizers, or one alone: its settings then serve both players."
        )
    optimizer.build(weights)
