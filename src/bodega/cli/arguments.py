"""argparse, with our words for what is wrong, and the options that many commands share."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from bodega.formats.errors import BodegaError


class UsageError(BodegaError):
    """The command line is not one of the command's."""

    code = "E-USAGE"


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError; options are never guessed from their beginnings."""

    def __init__(self, command: str, description: str, *, pip: bool = False) -> None:
        """``pip``: options without a value on the command line have those of pip's configuration."""
        self._pip_command = command if pip else None
        super().__init__(
            prog=f"bodega {command}",
            description=description,
            allow_abbrev=False,
            # Examples are shown as they are written.
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """Parse, with pip's configuration as defaults where the command is one of pip's.

        ``asked`` are the command and its words as they were given.
        """
        if self._pip_command is not None:
            from bodega.cli.pip_defaults import with_pip_defaults

            with_pip_defaults(self, self._pip_command, args or ())
        if self._mixes(args or ()):
            options = self.parse_intermixed_args(args, namespace)
        else:
            options = super().parse_args(args, namespace)
        options.asked = (*self.prog.removeprefix("bodega ").split(), *(args or ()))
        return options

    def _mixes(self, args: Sequence[str]) -> bool:
        """Whether words may stand between options, as with pip: ``install six --upgrade idna``."""
        words = [action.nargs for action in self._actions if not action.option_strings]
        return "*" in words and "--" not in args and not {argparse.REMAINDER, argparse.PARSER} & {*words}

    def error(self, message: str) -> NoReturn:
        """Refuse the command line; what was nearly right is named."""
        near = self._nearest(message)
        if near is not None:
            why = f"did you mean {near}?"
        else:
            why = f"usage: {' '.join(self.format_usage().removeprefix('usage: ').split())}"
        raise UsageError(f"bodega {self.prog.removeprefix('bodega ')}: {message}", why=why)

    def _nearest(self, message: str) -> str | None:
        """An option, act or choice of this parser that is near to what the message refuses."""
        _, _, refused = message.partition("unrecognized arguments: ")
        word, known = refused.partition(" ")[0].partition("=")[0], list(self._option_string_actions)
        _, _, choice = message.partition("invalid choice: ")
        if choice:
            word, _, rest = choice.partition(" (choose from ")
            word, known = word.strip("'"), [one.strip(" '") for one in rest.rstrip(")").split(",")]
        if not word:
            return None
        from difflib import get_close_matches

        return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
