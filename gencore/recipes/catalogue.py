"""All recipes by name, read from the files of this room as far as a name asks for it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module

from gencore.recipes.recipe import Recipe

# The files in the order of the book, and the function of each that yields its recipes. A name is
# looked for in this order, so that one of an early chapter needs no file of a later one.
FILES = {
    "autoencoders": "autoencoder_recipes",
    "codes": "code_recipes",
    "vae": "vae_recipes",
    "gan": "gan_recipes",
    "gae": "gae_recipes",
    "gae_ablation": "ablation_recipes",
    "parzen": "parzen_recipes",
    "noise": "noise_recipes",
    "matching": "matching_recipes",
    "anomalies": "anomaly_recipes",
    "other_data": "other_data_recipes",
    "rare": "rare_recipes",
    "few_labels": "few_label_recipes",
    "sequences": "sequence_recipes",
    "translation": "translation_recipes",
}


class Catalogue(MutableMapping[str, Recipe]):
    """The recipes in the order of the book: a dictionary that fills itself as far as it is read.

    Parameters
    ----------
    files : dict of str to str
        Modules of this room, and in each the function that yields recipes.
    """

    def __init__(self, files: dict[str, str]):
        self._unread = list(files.items())
        self._recipes: dict[str, Recipe] = {}

    def _read_next(self) -> None:
        file, function = self._unread[0]
        for recipe in getattr(import_module(f"gencore.recipes.{file}"), function)():
            self._recipes.setdefault(recipe.name, recipe)  # the caller's own stays
        self._unread.pop(0)

    def __getitem__(self, name: str) -> Recipe:
        """Return a recipe, having read the files up to the one that has it."""
        while name not in self._recipes and self._unread:
            self._read_next()
        return self._recipes[name]

    def __setitem__(self, name: str, recipe: Recipe) -> None:
        """Add a recipe of the caller's own."""
        self._recipes[name] = recipe

    def __delitem__(self, name: str) -> None:
        """Remove a recipe."""
        del self._recipes[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names, having read all files."""
        while self._unread:
            self._read_next()
        return iter(self._recipes)

    def __len__(self) -> int:
        """Count the recipes, having read all files."""
        return len(list(iter(self)))


RECIPES = Catalogue(FILES)


def get(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists the known ones.
    """
    if name not in RECIPES:
        known = ", ".join(sorted(RECIPES))
        raise ValueError(f"there is no recipe {name!r}. Known recipes: {known}.")
    return RECIPES[name]
