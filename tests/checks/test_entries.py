"""Every argument of every public function against ten wrong inputs: our words, or sound results."""

import importlib
import itertools

import numpy as np
import pytest

from gencore import data
from tests.checks import entries
from tools.reference import modules, public_names

# Their entries are names of recipes, folders and commands, which have tests of their own; what is
# in recipes takes a model and a split that a recipe gives, and the guards are what is tested here.
OTHERS = ("checks", "loading", "notebook", "recipes", "results", "watch", "zoo")


def finite(result):
    """Return whether all numbers of a result are finite."""
    for part in result if isinstance(result, tuple | list) else [result]:
        if isinstance(part, tuple | list):
            if not finite(part):
                return False
            continue
        try:
            values = np.asarray(part if part is not None else 0, dtype=complex)
        except (TypeError, ValueError):
            continue  # no numbers: a network, axes, a figure, a function
        if not np.isfinite(values).all():
            return False
    return True


def test_every_public_function_is_in_the_table():
    rooms = [name for name in modules() if name not in (*OTHERS, "__main__")]
    names = {
        f"{room}.{name}"
        for room in rooms
        for name in public_names(importlib.import_module(f"gencore.{room}"))
    }
    listed = {name for group in entries.NONE_NEEDED.values() for name in group}
    called = {".".join(name.split(".")[:2]) for name in entries.CALLS}
    assert names - listed == called
    assert listed <= names


@pytest.mark.parametrize("name", entries.CALLS)
def test_wrong_inputs_are_refused_in_our_words_or_give_a_sound_result(name):
    function, right = entries.CALLS[name]()
    if name not in ("data.load_emoji", "data.load_face_labels", "data.load_faces"):
        assert finite(function(**right))
    wrong = []
    for argument, (kind, value) in itertools.product(right, entries.WRONG.items()):
        place = f"{argument}, {kind}"
        may = entries.MAY_OF.get(f"{name}.{argument}", entries.MAY.get(argument, ()))
        try:
            result = function(**right | {argument: value})
        except (ValueError, TypeError, data.DataError) as error:
            words = str(error)
            if "received" not in words and not isinstance(error, data.DataError):
                wrong.append(f"{place}: {type(error).__name__}: {words[:200]}")
            if "Exception encountered" in words:
                wrong.append(f"{place}: from the depths: {words[:200]}")
        except FloatingPointError as error:
            if "range of finite numbers" not in str(error):
                wrong.append(f"{place}: {error}")
        except Exception as error:
            wrong.append(f"{place}: {type(error).__name__}: {error!s:.200}")
        else:
            if kind not in may:
                wrong.append(f"{place}: accepted, and gives {result!s:.100}")
            elif not finite(result):
                wrong.append(f"{place}: gives what is not finite: {result!s:.100}")
    entries.plt.close("all")
    assert not wrong, "\n".join(wrong)
