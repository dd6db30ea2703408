"""``python -m gencore``: list, train, evaluate, score and tabulate the models of the book."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from gencore.loading import quieten
from gencore.zoo.child import end_with_parent
from gencore.zoo.fan_out import FanOutError, fan_out


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 130 interrupted."""
    parser = _parser()
    options = parser.parse_args(arguments)
    quieten()
    os.environ["KERAS_BACKEND"] = "tensorflow"  # as in the Makefile, whatever keras.json says
    if options.threads:
        os.environ["TF_NUM_INTRAOP_THREADS"] = str(options.threads)
        os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    end_with_parent()
    from gencore import data, watch, zoo

    known = (ValueError, data.DataError, zoo.CheckpointError, watch.TrainingDiverged)
    try:
        return COMMANDS[options.command](options)
    except (*known, FanOutError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        again = " without --again" if getattr(options, "again", False) else ""
        outlook = "goes on after the last whole epoch"
        sys.stderr.write(f"\ninterrupted; the same command{again} {outlook}\n")
        return 130


def _list(options: argparse.Namespace) -> int:
    from gencore import recipes, zoo

    trained = zoo.names()
    for name, recipe in recipes.RECIPES.items():
        mark = "trained" if name in trained else "-"
        sys.stdout.write(f"{name:22} {mark:8} {recipe.summary}\n")
    return 0


def _train(options: argparse.Namespace) -> int:
    from gencore import recipes, zoo

    names = _selected(options)
    if options.workers is not None or options.scheduler is not None:
        fan_out(names, options.workers, options.scheduler, options.threads, options.again)
        return 0
    for name in names:
        card = zoo.train(name, again=options.again)
        seconds = card["train_seconds"]
        sys.stdout.write(f"{name}: {card['epochs']} epochs in {seconds:.0f} s\n")
        if card["recipe"] != recipes.get(name).settings():
            sys.stdout.write(f"{name}: trained by other settings than its recipe has; --again\n")
    return 0


def _score(options: argparse.Namespace) -> int:
    from gencore import zoo

    for name in _selected(options):
        zoo.score(name)
        sys.stdout.write(f"{zoo.table([name]).to_string()}\n")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from gencore import zoo

    agrees = True
    for name in _selected(options):
        if name not in zoo.names():
            raise zoo.CheckpointError(
                f"{name!r} has not been trained: python -m gencore train {name}"
            )
        if "sha256" not in zoo.card(name):
            sys.stdout.write(f"{name}: only the card is kept; nothing to score\n")
            continue
        frame = zoo.evaluate(name, reference=options.reference)
        agrees = agrees and bool(frame["agrees"].all())
        sys.stdout.write(f"{name}\n{frame.to_string()}\n")
    sys.stdout.write(
        "all agree with their cards\n" if agrees else "some DISAGREE with their cards\n"
    )
    return 0 if agrees else 1


def _table(options: argparse.Namespace) -> int:
    from gencore import zoo

    sys.stdout.write(zoo.table(options.names or None).to_string() + "\n")
    return 0


def _selected(options: argparse.Namespace) -> list[str]:
    """Return the recipes that names, ``--group`` and ``--all`` ask for, each once."""
    from gencore import recipes

    groups = sorted({recipe.group for recipe in recipes.RECIPES.values()})
    if options.group and options.group not in groups:
        raise ValueError(f"there is no group {options.group!r}. Known groups: {', '.join(groups)}.")
    asked = [recipes.get(name).name for name in options.names]
    for name, recipe in recipes.RECIPES.items():
        if name not in asked and (options.all or recipe.group == options.group):
            asked.append(name)
    if not asked:
        raise ValueError("name at least one recipe, or say --group GROUP or --all.")
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m gencore", description=__doc__)
    parser.add_argument("--threads", type=int, help="threads of one operation (default: all cores)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="every recipe, and whether it is trained")
    for name, help_text in (
        ("train", "train recipes; an interrupted training is resumed"),
        ("evaluate", "score checkpoints again and compare with their cards"),
        ("score", "score checkpoints anew and write it on their cards, without training"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("names", nargs="*", metavar="NAME")
        command.add_argument("--group", help="every recipe of a group")
        command.add_argument("--all", action="store_true", help="every recipe")
        if name == "train":
            command.add_argument("--again", action="store_true", help="train even what is trained")
            where = command.add_mutually_exclusive_group()
            where.add_argument("--workers", type=int, metavar="N", help="train N at a time here")
            cluster = "train on the workers of a Dask scheduler, tcp://host:8786"
            where.add_argument("--scheduler", metavar="ADDRESS", help=cluster)
        if name == "evaluate":
            many = "also the scores with the samples of the literature, minutes each"
            command.add_argument("--reference", action="store_true", help=many)
    table = commands.add_parser("table", help="the scores of all cards")
    table.add_argument("names", nargs="*", metavar="NAME")
    return parser


COMMANDS = {
    "list": _list,
    "train": _train,
    "evaluate": _evaluate,
    "score": _score,
    "table": _table,
}

if __name__ == "__main__":
    sys.exit(main())
