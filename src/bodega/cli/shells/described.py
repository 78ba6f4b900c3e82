"""The command line as data: read off the parsers, so that completion and manuals never say anything else."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from bodega.cli.table import GROUPS, Entry

#: What the value of an option or argument is, as far as a shell can help with it.
FILE, FOLDER, CHOICE, INSTALLED, COMMAND, CODE, TEXT = (
    "file",
    "folder",
    "choice",
    "installed",
    "command",
    "code",
    "text",
)
_BY_METAVAR = {"FILE": FILE, "PATH": FILE, "DIR": FOLDER, "FOLDER": FOLDER, "CODE": CODE, "COMMAND": COMMAND}
_BY_DEST = {"requirement": FILE, "constraint": FILE, "config": FILE, "cert": FILE, "python": FILE}
#: Commands whose words are projects of the environment.
_ON_INSTALLED = frozenset({"uninstall", "show", "why", "upgrade"})


@dataclass(frozen=True, slots=True)
class Value:
    """What is given to an option, or stands alone: its name in the help, its kind, its choices."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """An option: every spelling, one line of help, and its value, ``None`` for a switch."""

    flags: tuple[str, ...]
    help: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Described:
    """A command, or one of its acts (``token create``): ``words`` are how it is called."""

    words: tuple[str, ...]
    help: str
    description: str
    epilog: str
    usage: str
    options: tuple[Option, ...]
    arguments: tuple[tuple[Value, str], ...]
    acts: "tuple[Described, ...]" = ()

    @property
    def key(self) -> str:
        """The words joined: what a script knows the command by."""
        return " ".join(self.words)

    def all(self) -> "Iterator[Described]":
        """The command and its acts."""
        yield self
        for act in self.acts:
            yield from act.all()


def commands() -> tuple[Described, ...]:
    """Every command of the table."""
    return tuple(describe(entry) for _, entries in GROUPS for entry in entries)


def describe(entry: Entry) -> Described:
    """One command."""
    parser: argparse.ArgumentParser = import_module(entry.module).parser()
    return _described((entry.name,), parser, entry.help)


def _described(words: tuple[str, ...], parser: argparse.ArgumentParser, line: str) -> Described:
    actions = [action for action in parser._actions if action.help != argparse.SUPPRESS]  # noqa: SLF001
    acts = next((a for a in actions if isinstance(a, argparse._SubParsersAction)), None)  # noqa: SLF001
    below: Sequence[tuple[str, argparse.ArgumentParser]] = tuple(acts.choices.items()) if acts else ()
    lines = {one.dest: one.help or "" for one in acts._choices_actions} if acts else {}  # noqa: SLF001
    return Described(
        words=words,
        help=line,
        description=parser.description or line,
        epilog=parser.epilog or "",
        usage=" ".join(parser.format_usage().removeprefix("usage: ").split()),
        options=tuple(
            Option(tuple(action.option_strings), _help(parser, action), _value(words, action))
            for action in actions
            if action.option_strings
        ),
        arguments=tuple(
            (value, _help(parser, action))
            for action in actions
            if not action.option_strings and action is not acts and (value := _value(words, action))
        ),
        acts=tuple(
            _described((*words, name), act, lines.get(name) or act.description or "") for name, act in below
        ),
    )


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    given = {**vars(action), "prog": parser.prog}
    return (action.help or "") % given if action.help else ""


def _value(words: tuple[str, ...], action: argparse.Action) -> Value | None:
    if action.nargs == 0:
        return None
    metavar = action.metavar if isinstance(action.metavar, str) else None
    name = metavar or (action.dest if not action.option_strings else action.dest.upper())
    if action.choices is not None:
        return Value(name, CHOICE, tuple(str(choice) for choice in action.choices))
    if not action.option_strings and words[0] in _ON_INSTALLED:
        return Value(name, INSTALLED)
    return Value(name, _BY_METAVAR.get(metavar or "", _BY_DEST.get(action.dest, TEXT)))
