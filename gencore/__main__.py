"""``python -m gencore``: train, score and tabulate the models of the book; dream and paint."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module

from gencore.loading import INTERRUPTED, ended_by_interruption, quieten
from gencore.reverse import commands as pictures

UNBEGUN = "interrupted before anything was begun; give the same command again"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 130 interrupted."""
    with ended_by_interruption(UNBEGUN):
        options = _parser().parse_args(arguments)
        quieten()
        os.environ["KERAS_BACKEND"] = "tensorflow"  # as in the Makefile, whatever keras.json says
        if options.threads is not None and options.threads > 0:
            os.environ["TF_NUM_INTRAOP_THREADS"] = str(options.threads)
            os.environ["TF_NUM_INTEROP_THREADS"] = "1"
        from gencore import data, watch, zoo
        from gencore.zoo.child import end_with_parent
        from gencore.zoo.fan_out import FanOutError

        end_with_parent()
        if options.command in ("train", "evaluate", "score"):
            import_module("gencore.zoo.scoring")  # with all that trains and scores
    known = (ValueError, OSError, data.DataError, zoo.CheckpointError, watch.TrainingDiverged)
    try:
        if options.threads is not None and options.threads < 1:
            raise ValueError(
                f"--threads takes a whole number of at least 1; received {options.threads}. Leave "
                "it out to use all cores."
            )
        status = COMMANDS[options.command](options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # who read our lines wants no more of them
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except (*known, FanOutError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        again = getattr(options, "again", False)
        then = f"the same command{' without --again' * again} goes on after the last whole epoch"
        unbegun = (again and not options.begun) or options.command in pictures.COMMANDS
        sys.stderr.write(f"\n{UNBEGUN if unbegun else f'interrupted; {then}'}\n")
        return INTERRUPTED


def _list(options: argparse.Namespace) -> int:
    from gencore import recipes, zoo

    trained = zoo.names()
    for name, recipe in recipes.RECIPES.items():
        mark = "trained" if name in trained else "-"
        sys.stdout.write(f"{name:22} {mark:8} {recipe.summary}\n")
    return 0


def _train(options: argparse.Namespace) -> int:
    from gencore import recipes, zoo
    from gencore.zoo.fan_out import check, fan_out

    names, spread = _selected(options), (options.workers, options.scheduler)
    if spread != (None, None):
        check(*spread)
    if options.again:
        zoo.begin_again(names)  # all of them, so that without --again none is passed over
        options.begun = True
    if spread != (None, None):
        fan_out(names, *spread, options.threads)
        return 0
    for name in names:
        card = zoo.train(name)
        seconds = card["train_seconds"]
        sys.stdout.write(f"{name}: {card['epochs']} epochs in {seconds:.0f} s\n")
        if card["recipe"] != recipes.get(name).settings():
            sys.stdout.write(f"{name}: trained by other settings than its recipe has; --again\n")
    return 0


def _score(options: argparse.Namespace) -> int:
    from gencore import zoo

    for name in _with_weights(options):
        zoo.score(name, options.reference)
        sys.stdout.write(f"{zoo.table([name]).to_string()}\n")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from gencore import zoo

    agrees = True
    for name in _with_weights(options):
        frame = zoo.evaluate(name, reference=options.reference)
        sys.stdout.write(f"{name}\n{frame.drop(columns='difference').to_string()}\n")
        for key, difference in frame["difference"][~frame["agrees"]].items():
            sys.stdout.write(f"{name}, {key}: {difference}\n")
            agrees = False
    sys.stdout.write(
        "all agree with their cards\n" if agrees else "some DISAGREE with their cards\n"
    )
    return 0 if agrees else 1


def _with_weights(options: argparse.Namespace) -> Iterator[str]:
    """Yield the checkpoints asked for that can be scored, and name those that cannot.

    Of ``--group`` and ``--all`` these are the ones that the folder has.
    """
    from gencore import zoo

    there = zoo.names()
    asked = [name for name in _selected(options) if name in there or name in options.names]
    if not asked:
        raise zoo.CheckpointError(
            f"what is scored has been trained before; {zoo.folder()} has none of these. Train "
            "one, or name another folder in GENCORE_CHECKPOINTS."
        )
    for name in asked:
        if name not in there:
            raise zoo.CheckpointError(
                f"{name!r} has not been trained: python -m gencore train {name}"
            )
        if "sha256" in zoo.card(name):
            yield name
        else:
            sys.stdout.write(f"{name}: only the card is kept; nothing to score\n")


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
            command.set_defaults(begun=False)
            where = command.add_mutually_exclusive_group()
            where.add_argument("--workers", type=int, metavar="N", help="train N at a time here")
            cluster = "train on the workers of a Dask scheduler, tcp://host:8786"
            where.add_argument("--scheduler", metavar="ADDRESS", help=cluster)
        if name != "train":
            many = "also the scores with the samples of the literature, minutes each"
            command.add_argument("--reference", action="store_true", help=many)
    table = commands.add_parser("table", help="the scores of all cards")
    table.add_argument("names", nargs="*", metavar="NAME")
    pictures.add_commands(commands)
    return parser


COMMANDS = {
    "list": _list,
    "train": _train,
    "evaluate": _evaluate,
    "score": _score,
    "table": _table,
    **pictures.COMMANDS,
}

if __name__ == "__main__":
    exit_status = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left that it could stop
    sys.exit(exit_status)
