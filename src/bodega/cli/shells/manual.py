"""Manual pages (man 7), one for each command and one for bodega as a whole."""

import re
from collections.abc import Iterable, Iterator

from bodega import __version__
from bodega.cli.shells.described import CHOICE, Described, Option, Value

#: What the exit codes of the contract say, for every command.
EXITS = (
    ("0", "done"),
    ("1", "failed"),
    ("2", "wrong usage"),
    ("3", "no solution: the requirements cannot be met together"),
    ("4", "refused for safety or by policy"),
    ("5", "the network or an index is not available"),
    ("130", "interrupted"),
)
_ENVIRONMENT = (
    ("BODEGA_INDEX_URL", "the index to install from; else pip's configuration says it"),
    ("BODEGA_STORE", "where the installer keeps its store"),
    ("BODEGA_DATA", "where an index keeps everything"),
    ("BODEGA_TOKEN", "the token for a server, and for publishing"),
    ("PIP_*, pip.conf", "as pip reads them"),
    ("NO_COLOR, FORCE_COLOR", "never, or always, colours"),
)
#: A formatted argparse choice list, which says nothing that the option does not.
_BRACES = re.compile(r"\{[^}]*\}")


def pages(commands: Iterable[Described]) -> dict[str, str]:
    """Every page by its file name, ``bodega-install.1``."""
    found = list(commands)
    return {
        "bodega.1": overview_page(found),
        **{f"bodega-{one.words[-1]}.1": command_page(one) for one in found},
    }


def overview_page(commands: Iterable[Described]) -> str:
    """The page of bodega as a whole."""
    found = list(commands)
    body = [
        *_head("bodega", "a Python package index and installer"),
        ".SH SYNOPSIS",
        r".B bodega",
        r"\fICOMMAND\fR [\fIARGUMENTS\fR]",
        ".SH COMMANDS",
        *(line for one in found for line in _item(rf"\fBbodega\-{_text(one.words[-1])}\fR(1)", one.help)),
        *_closing([f"bodega-{one.words[-1]}" for one in found]),
    ]
    return "\n".join(body) + "\n"


def command_page(command: Described) -> str:
    """The page of one command, with its acts."""
    body = [
        *_head(f"bodega-{command.words[-1]}", command.help),
        ".SH SYNOPSIS",
        *_synopsis(command),
        ".SH DESCRIPTION",
        _text(command.description),
        *_parameters(command, ".SH"),
    ]
    for act in command.acts:
        body += [f'.SH "{_text(" ".join(act.words).upper())}"', _text(act.description or act.help)]
        body += _parameters(act, ".SS")
    if command.epilog:
        body += [".SH EXAMPLES", ".nf", _text(command.epilog.removeprefix("examples:\n")), ".fi"]
    body += _closing(["bodega"])
    return "\n".join(body) + "\n"


def _head(name: str, line: str) -> Iterator[str]:
    yield f'.TH "{name.upper()}" 1 "" "bodega {__version__}" "bodega"'
    yield ".SH NAME"
    yield rf"{_text(name)} \- {_text(line)}"


def _synopsis(command: Described) -> Iterator[str]:
    for one in command.acts or (command,):
        yield rf".B bodega {_text(one.key)}"
        yield r"[\fIOPTIONS\fR] " + " ".join(rf"\fI{_text(value.name)}\fR" for value, _ in one.arguments)
        yield ".br"


def _parameters(command: Described, heading: str) -> Iterator[str]:
    if command.arguments:
        yield f"{heading} ARGUMENTS"
        for value, line in command.arguments:
            yield from _item(rf"\fI{_text(value.name)}\fR", _with_choices(line, value))
    if command.options:
        yield f"{heading} OPTIONS"
        for option in command.options:
            yield from _item(_flags(option), _with_choices(option.help, option.value))


def _flags(option: Option) -> str:
    value = rf" \fI{_text(_BRACES.sub('', option.value.name))}\fR" if option.value else ""
    return ", ".join(rf"\fB{_text(flag)}\fR{value}" for flag in option.flags)


def _with_choices(line: str, value: Value | None) -> str:
    if value is None or value.kind != CHOICE:
        return line
    return f"{line} ({', '.join(value.choices)})".strip()


def _item(term: str, line: str) -> Iterator[str]:
    yield ".TP"
    yield term
    yield _text(line) or r"\&"


def _closing(others: Iterable[str]) -> Iterator[str]:
    yield '.SH "EXIT STATUS"'
    for code, words in EXITS:
        yield from _item(rf"\fB{code}\fR", words)
    yield ".SH ENVIRONMENT"
    for name, words in _ENVIRONMENT:
        yield from _item(rf"\fB{_text(name)}\fR", words)
    yield '.SH "SEE ALSO"'
    yield ", ".join(rf"\fB{_text(name)}\fR(1)" for name in others)


def _text(text: str) -> str:
    """Text for troff: backslashes and dashes as themselves, no line that would be a request."""
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga").replace("'", r"\(aq")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in plain.split("\n"))
