"""Options' defaults out of pip's configuration: ``pip.conf`` and ``PIP_*`` set every option, as with pip."""

import os
import sys
from argparse import Action, ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bodega.bootstrap.pip_configuration import environment_prefix, read_pip_configuration
from bodega.cli.pip_options import FormatAction
from bodega.formats.errors import BodegaError

_YES, _NO = (
    frozenset({"y", "yes", "t", "true", "on", "1"}),
    frozenset({"n", "no", "f", "false", "off", "0", ""}),
)
#: Read from the configuration where they are used: what our own settings say comes before pip's.
_ELSEWHERE = frozenset(
    {
        "build_constraint",
        "cert",
        "check_build_dependencies",
        "client_cert",
        "config_settings",
        "extra_index_url",
        "help",
        "index_url",
        "no_build_isolation",
        "proxy",
        "retries",
        "timeout",
        "trusted_host",
    }
)


class PipSettingError(BodegaError):
    """pip's configuration gives an option a value that it cannot have."""

    code = "E-PIP-SETTING"

    def __init__(self, name: str, text: str, why: str) -> None:
        super().__init__(f"pip's configuration sets {name} to {text[:60]!r}", why=why)
        self.name = name
        self.text = text


def with_pip_defaults(parser: ArgumentParser, command: str, arguments: Iterable[str]) -> None:
    """Set the defaults of a command's options by pip's configuration of that command.

    Raises PipSettingError, PipConfigurationError.
    """
    words = list(arguments)
    prefix = environment_prefix(_python(words), os.environ) or sys.prefix
    isolated = "--isolated" in words
    values = read_pip_configuration(os.environ, command, prefix=prefix, isolated=isolated).values
    if not values:
        return
    for action in parser._actions:  # noqa: SLF001 - argparse tells its options no other way
        if action.dest not in _ELSEWHERE:
            given = _configured(action, values)
            if given is not None:
                name, text = given
                parser.set_defaults(**{action.dest: _converted(action, name, text, parser)})


def _python(words: Sequence[str]) -> str | None:
    """What ``--python`` names: the environment's own file counts, too."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--python":
            return following or None
        if word.startswith("--python="):
            return word.partition("=")[2]
    return None


def _configured(action: Action, values: Mapping[str, str]) -> tuple[str, str] | None:
    for flag in action.option_strings:
        name = flag.removeprefix("--")
        if flag.startswith("--") and name in values:
            return name, values[name]
    return None


def _converted(action: Action, name: str, text: str, parser: ArgumentParser) -> Any:
    kind = type(action).__name__
    if isinstance(action, FormatAction):
        return [*(parser.get_default(action.dest) or ()), (name, text)]
    if kind == "_CountAction":
        return _count(name, text)
    if action.nargs == 0:
        return _flag(name, text)
    if kind == "_AppendAction":
        return text.split()
    if action.choices is not None and text not in action.choices:
        raise PipSettingError(name, text, f"it is one of {', '.join(map(str, action.choices))}")
    return text


def _flag(name: str, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise PipSettingError(name, text, "it is yes or no, 1 or 0")


def _count(name: str, text: str) -> int:
    if text.isascii() and text.isdecimal():
        return int(text)
    return int(_flag(name, text))
