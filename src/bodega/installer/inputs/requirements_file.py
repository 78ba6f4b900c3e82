"""Requirements files, in pip's grammar: lines joined, comments and variables taken out, options read.

What a line asks for stays a text here; ``formats.requirements`` reads it. Options that change where files
come from are collected for the whole run, as pip does.
"""

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bodega.installer.inputs.errors import RequirementsFileError, UnreadableInputError

_COMMENT = re.compile(r"(^|\s+)#.*$")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_OPTION = re.compile(r"\s(--[a-z][a-z-]*)(?=[\s=])")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_EXTRAS = re.compile(r"[A-Za-z0-9._-]+\s*\[")
_INCLUDES = {"-r": False, "--requirement": False, "-c": True, "--constraint": True}
_USER = re.compile(r"//[^/@\s]*@")
_URL = re.compile(r"(?:https?|file):", re.IGNORECASE)

#: Options that take a value and hold for the whole run, by every spelling.
_WITH_VALUE = {
    "-i": "index_url",
    "--index-url": "index_url",
    "--pypi-url": "index_url",
    "--extra-index-url": "extra_index_urls",
    "-f": "find_links",
    "--find-links": "find_links",
    "--trusted-host": "trusted_hosts",
    "--no-binary": "no_binary",
    "--only-binary": "only_binary",
    "--use-feature": "features",
}
_FLAGS = {
    "--pre": "pre",
    "--require-hashes": "require_hashes",
    "--prefer-binary": "prefer_binary",
    "--no-index": "no_index",
}


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One requirement as written: its text, the hashes it accepts, and where it stands."""

    text: str
    hashes: tuple[str, ...] = ()
    origin: str = "the command line"
    editable: bool = False


@dataclass(slots=True)
class Inputs:
    """All that requirements files said."""

    requirements: list[RequirementLine] = field(default_factory=list)
    constraints: list[RequirementLine] = field(default_factory=list)
    overrides: list[RequirementLine] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


#: Reads the bytes behind a path; raises OSError.
FileReader = Callable[[str], bytes]


def read_file(path: str) -> bytes:
    """Read a local file, by its path or ``file:`` URL; raises OSError."""
    if path[:5].lower() == "file:":
        from urllib.parse import urlsplit  # noqa: PLC0415 - few name a file so
        from urllib.request import url2pathname  # noqa: PLC0415

        path = url2pathname(urlsplit(path).path)
    with open(path, "rb") as file:
        return file.read()


def is_url(path: str) -> bool:
    """Whether a file is named by a URL that is fetched: http or https."""
    return path[:8].lower().startswith(("http://", "https://"))


class RequirementsReader:
    """Reads requirements files and what they include, into one ``Inputs``."""

    def __init__(self, environment: Mapping[str, str], read: FileReader = read_file) -> None:
        self._environment = environment
        self._read = read
        self.inputs = Inputs()

    def requirements(self, path: str) -> None:
        """Take in a requirements file."""
        self._file(path, constraint=False, within=())

    def constraints(self, path: str) -> None:
        """Take in a constraints file."""
        self._file(path, constraint=True, within=())

    def overrides(self, path: str) -> None:
        """Take in a file of overrides: requirements in the place of all others on their projects."""
        reader = RequirementsReader(self._environment, self._read)
        reader.requirements(path)
        self.inputs.overrides += [*reader.inputs.requirements, *reader.inputs.constraints]

    def _file(self, path: str, *, constraint: bool, within: tuple[str, ...]) -> None:
        """Take in a file; ``within`` are those that include it, the outermost first."""
        if path in within:
            way = shown(within[-1])
            raise UnreadableInputError(shown(path), reason=f"it includes itself, by way of {way}")
        for number, line in _logical_lines(_decoded(path, self._read)):
            text = self._expanded(line)
            self._line(text, where=(path, number), constraint=constraint, within=(*within, path))

    def _line(self, text: str, *, where: tuple[str, int], constraint: bool, within: tuple[str, ...]) -> None:
        if not text.startswith("-"):
            self._requirement(text, where=where, constraint=constraint)
            return
        name, value = _option(text, where)
        if name in _INCLUDES:
            # As pip has it: what a constraints file includes by -r is required.
            self._file(_beside(where[0], value), constraint=_INCLUDES[name], within=within)
        elif name in ("-e", "--editable") and constraint:
            raise RequirementsFileError(*where, reason="a constraint cannot be editable", text=text, column=0)
        elif name in ("-e", "--editable"):
            self.inputs.requirements.append(RequirementLine(value, (), _origin(where), editable=True))
        elif name in _WITH_VALUE:
            value = _place(where[0], value) if _WITH_VALUE[name] == "find_links" else value
            self.inputs.options.setdefault(_WITH_VALUE[name], []).append(value)
        elif name in _FLAGS:
            self.inputs.flags.add(_FLAGS[name])
        else:
            raise RequirementsFileError(
                *where,
                reason=f"the option {name} is not known in requirements files{_near(name)}",
                text=text,
                column=0,
            )

    def _requirement(self, text: str, *, where: tuple[str, int], constraint: bool) -> None:
        requirement, hashes = _hashes(text, where)
        extras = _EXTRAS.match(requirement) if constraint else None
        if extras:
            raise RequirementsFileError(
                *where, reason="a constraint cannot have extras", text=requirement, column=extras.end() - 1
            )
        line = RequirementLine(requirement, hashes, _origin(where))
        (self.inputs.constraints if constraint else self.inputs.requirements).append(line)

    def _expanded(self, line: str) -> str:
        return _VARIABLE.sub(lambda found: self._environment.get(found[1], found[0]), line)


def shown(path: str) -> str:
    """A path or URL as it may be said: without user information."""
    return _USER.sub("//", path)


def _beside(path: str, named: str) -> str:
    """What a file names, which is relative to that file, be it below a URL."""
    if _URL.match(named):
        return named
    if _URL.match(path):
        from urllib.parse import urljoin  # noqa: PLC0415 - dear to import, rarely needed

        return urljoin(path, named)
    return os.path.normpath(os.path.join(os.path.dirname(path), named))


def _place(path: str, named: str) -> str:
    """A place of ``--find-links``: beside the file if it is there, else as it is written, as pip has it."""
    beside = os.path.join(os.path.dirname(path), named)
    return beside if not _URL.match(path) and os.path.exists(beside) else named


def _near(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where an option is wrong

    known = [*_INCLUDES, "--editable", *_WITH_VALUE, *_FLAGS]
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _decoded(path: str, read: FileReader) -> str:
    try:
        data = read(path)
    except OSError as error:
        raise UnreadableInputError(shown(path), reason=(error.strerror or str(error)).lower()) from error
    encoding, body = _encoding(data)
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise UnreadableInputError(shown(path), reason=f"it is not text in {encoding}: {error}") from None


def _encoding(data: bytes) -> tuple[str, bytes]:
    """The encoding by byte order mark or ``coding:`` comment, else UTF-8; and the text's bytes."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    for line in data.split(b"\n", 2)[:2]:
        found = _CODING.search(line) if line.startswith(b"#") else None
        if found:
            return found[1].decode("ascii"), data
    return "utf-8", data


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with continuations joined and comments gone, each with the number of its first line."""
    pending: list[str] = []
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        if not pending:
            start = number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            pending.append(line[:-1])
            continue
        pending.append(line)
        joined = _COMMENT.sub("", "".join(pending)).strip()
        pending.clear()
        if joined:
            yield start, joined
    rest = _COMMENT.sub("", "".join(pending)).strip()
    if rest:
        yield start, rest


def _option(text: str, where: tuple[str, int]) -> tuple[str, str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise RequirementsFileError(*where, reason=str(error).lower(), text=text, column=len(text)) from None
    name, equals, value = words[0].partition("=")
    if not equals and not name.startswith("--") and len(name) > len("-x"):
        name, value, equals = name[:2], name[2:], "="
    if equals:
        return name, value
    if name in _FLAGS:
        return name, ""
    if len(words) < len(("--option", "value")):
        raise RequirementsFileError(
            *where, reason=f"the option {name} needs a value", text=text, column=len(text)
        )
    return name, words[1]


def _hashes(text: str, where: tuple[str, int]) -> tuple[str, tuple[str, ...]]:
    """Split a requirement from its per-requirement options."""
    found = _OPTION.search(text)
    if not found:
        return text, ()
    words = iter(shlex.split(text[found.start() :]))
    hashes: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        value = value if equals else next(words, "")
        if name == "--hash":
            hashes.append(value)
        else:
            reason = f"the option {name} is not known after a requirement"
            if name in ("--config-setting", "--config-settings"):
                reason = f"{name} is not followed for one requirement: give it to the command, for all builds"
            raise RequirementsFileError(
                *where,
                reason=reason,
                text=text,
                column=text.find(name),
            )
    return text[: found.start()].strip(), tuple(hashes)


def _origin(where: tuple[str, int]) -> str:
    return f"{shown(where[0])}, line {where[1]}"
