"""The public names of the package, for the pages that are made from its docstrings."""

import ast
import dataclasses
import importlib
import inspect
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.ext.autodoc.preserve_defaults import DefaultValue
from sphinx.util.inspect import stringify_signature

from tools.kernel import ROOT

PACKAGE = ROOT / "gencore"


def modules(package: Path = PACKAGE) -> list[str]:
    """Return the names of a package's rooms, folders and single files, in alphabetical order."""
    folders = (door.parent.name for door in package.glob("*/__init__.py"))
    return sorted([*folders, *(path.stem for path in package.glob("[!_]*.py"))])


def public_names(module: ModuleType) -> list[str]:
    """Return what a module offers.

    That is its ``__all__``, or what the late door of a room hands on, or else its own functions and
    classes in the order of its source, without those that begin with an underscore.
    """
    if hasattr(module, "__all__"):
        return list(module.__all__)
    if hasattr(module, "HANDED_ON"):
        return sorted(name for names in module.HANDED_ON.values() for name in names)
    functions = (ast.FunctionDef, ast.ClassDef)
    nodes = ast.parse(inspect.getsource(module)).body
    names = [node.name for node in nodes if isinstance(node, functions)]
    return [name for name in names if not name.startswith("_")]


def declare() -> None:
    """Give each public module its public names, and the list of them, by which autodoc goes."""
    for name in modules():
        module = importlib.import_module(f"gencore.{name}")
        names = public_names(module)
        vars(module).update({public: getattr(module, public) for public in names})
        vars(module)["__all__"] = names


def show_arguments(
    app: Any,
    what: str,
    name: str,
    documented: Any,
    options: Any,
    arguments: str | None,
    returns: str | None,
) -> tuple[str, str | None] | None:
    """Show what a class is made with.

    A Keras model hides it behind ``*args``, a dataclass the values that it makes anew each time.
    """
    if what == "class" and dataclasses.is_dataclass(documented) and arguments:
        for field in dataclasses.fields(documented):
            if isinstance(field.default_factory, type):
                made = f"{field.default_factory.__name__}()"
                arguments = arguments.replace("<factory>", made, 1)
        return arguments, returns
    if what != "class" or arguments != "(*args, **kwargs)":
        return None
    own = inspect.signature(documented.__init__)
    written = _defaults(documented.__init__)
    parameters = [
        each.replace(default=DefaultValue(written[name])) if name in written else each
        for name, each in own.parameters.items()
    ]
    shown = own.replace(parameters=parameters[1:])
    return stringify_signature(shown, show_annotation=False, show_return_annotation=False), returns


def _defaults(function: Any) -> dict[str, str]:
    """Return the defaults of a function as its source writes them, by the names of arguments."""
    tree: Any = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    names, values = tree.args.args, tree.args.defaults
    return {
        name.arg: ast.unparse(value)
        for name, value in zip(names[len(names) - len(values) :], values, strict=True)
    }


def skip_field(
    app: Any, what: str, name: str, documented: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out the fields of a named tuple, which its own docstring explains."""
    words = getattr(documented, "__doc__", None) or ""
    return True if words.startswith("Alias for field number") else None
