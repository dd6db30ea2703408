"""What is loaded when, and what of its start-up lines reaches the terminal."""

import os
import subprocess
import sys
import textwrap
import types

import pytest

from gencore import loading, recipes, zoo
from tests.conftest import ROOT


def run(code):
    """Run code in a fresh Python and return what it writes to standard error."""
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stderr


def test_start_up_lines_are_dropped_and_others_stay():
    said = run(r"""
        import os, sys
        from gencore.loading import withheld
        with withheld():
            os.write(2, b"I0000 00:00:1 7 port.cc:153] oneDNN custom operations are on. You may\n")
            os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are\n")
            os.write(2, b"E0000 00:00:1 7 port.cc:9] something broke\n")
            print("a warning of Python", file=sys.stderr)
        print("after", file=sys.stderr)
    """)
    assert said.splitlines() == [
        *("E0000 00:00:1 7 port.cc:9] something broke", "a warning of Python", "after"),
    ]


def test_a_warning_written_meanwhile_stays(capfd):
    with loading.withheld():
        os.write(2, b"E0000 00:00:1 7 port.cc:9] something broke\n")
    assert capfd.readouterr().err == "E0000 00:00:1 7 port.cc:9] something broke\n"


def test_start_up_lines_are_no_longer_written(capfd):
    with loading.withheld():
        os.write(2, b"cudart_stub.cc:31] Could not find cuda drivers on your machine\n")
    assert capfd.readouterr().err == ""


def test_what_was_written_survives_an_error():
    said = run(r"""
        import os
        from gencore.loading import withheld
        try:
            with withheld():
                os.write(2, b"cudart_stub.cc:31] Could not find cuda drivers on your machine\n")
                os.write(2, b"the reason\n")
                raise ImportError("no module")
        except ImportError as error:
            os.write(2, str(error).encode())
    """)
    assert said == "the reason\nno module"


def test_tensorflow_starts_without_a_word_and_the_import_hook_leaves_no_trace():
    said = run("""
        import sys
        from gencore import loading
        loading.quieten()
        loading.quieten()
        hooks = [hook for hook in sys.meta_path if isinstance(hook, loading._Finder)]
        assert len(hooks) == 1
        import tensorflow
        assert not set(hooks) & set(sys.meta_path)
        assert not isinstance(tensorflow.__spec__.loader, loading._Loader)
        assert not isinstance(tensorflow.__loader__, loading._Loader)
    """)
    assert said == ""


def test_a_file_is_loaded_when_one_of_its_names_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(
        loading.importlib,
        "import_module",
        lambda name: asked.append(name) or types.SimpleNamespace(brew="tea"),
    )
    find = loading.late("kitchen", {"kettle": ("brew",), "oven": ("bake",)})
    assert asked == []
    assert find("brew") == "tea" and asked == ["kitchen.kettle"]
    with pytest.raises(AttributeError, match="module 'kitchen' has no attribute 'fry'"):
        find("fry")


@pytest.mark.parametrize("room", [recipes, zoo])
def test_a_late_door_hands_on_all_that_it_lists(room):
    names = [name for names in room.HANDED_ON.values() for name in names]
    assert names and all(hasattr(room, name) for name in names)
    assert not hasattr(room, "nothing")


def test_a_card_is_read_without_tensorflow():
    code = "import sys; from gencore import zoo; zoo.CheckpointError; import gencore.zoo.fan_out"
    run(f"{code}; sys.exit('tensorflow' in sys.modules)")
