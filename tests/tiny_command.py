"""``python -m gencore`` with the tiny recipe in the place of the one whose name it has."""

import sys

from gencore import recipes
from gencore.__main__ import main
from tests import tiny

if __name__ == "__main__":
    recipes.RECIPES[tiny.NAME] = tiny.tiny_recipe()
    sys.exit(main())
