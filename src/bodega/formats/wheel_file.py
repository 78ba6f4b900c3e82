"""The name of a wheel and its WHEEL file (PEP 427, binary distribution format)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bodega.formats.names import NormalizedName, normalize

#: The major version of the wheel format that is known.
KNOWN_MAJOR = 1
_MOST_DIGITS = 10
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?", re.ASCII)
_FIELD = re.compile(r"[A-Za-z0-9._+!]+", re.ASCII)
_BUILD = re.compile(r"[0-9][A-Za-z0-9._]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class WheelName:
    """What a wheel's file name says. ``tags`` holds the compressed set (``py2.py3-none-any``) expanded."""

    name: NormalizedName
    version: str
    build: str
    tags: frozenset[str]


def wheel_name(filename: str) -> WheelName | None:
    """Take a wheel's file name apart; ``None`` when it is not one."""
    if not filename.endswith(".whl"):
        return None
    parts = filename[:-4].split("-")
    if len(parts) not in (5, 6) or not _NAME.fullmatch(parts[0]):
        return None
    build = parts[2] if len(parts) == 6 else ""  # noqa: PLR2004 - five parts, and the build tag
    if (build and not _BUILD.fullmatch(build)) or not all(map(_FIELD.fullmatch, (parts[1], *parts[-3:]))):
        return None
    pythons, abis, platforms = (part.split(".") for part in parts[-3:])
    tags = frozenset(f"{p}-{a}-{f}".lower() for p in pythons for a in abis for f in platforms)
    return WheelName(normalize(parts[0]), parts[1].replace("_", "-"), build, tags)


@dataclass(frozen=True, slots=True)
class WheelFile:
    """The WHEEL file: format version, whether the root belongs to purelib, and the tags."""

    major: int
    minor: int
    root_is_purelib: bool
    tags: frozenset[str]


def parse_wheel_file(text: str) -> WheelFile | None:
    """Read a WHEEL file; ``None`` when it has no readable ``Wheel-Version``."""
    fields: dict[str, list[str]] = {}
    for name, value in headers(text):
        fields.setdefault(name, []).append(value)
    major, _, minor = fields.get("wheel-version", [""])[0].partition(".")
    if not (major.isdecimal() and (minor or "0").isdecimal() and len(major) + len(minor) < _MOST_DIGITS):
        return None
    purelib = fields.get("root-is-purelib", ["false"])[0].lower() == "true"
    return WheelFile(
        int(major), int(minor or 0), purelib, frozenset(tag.lower() for tag in fields.get("tag", ()))
    )


def headers(text: str) -> Iterator[tuple[str, str]]:
    """The plain headers of a WHEEL or METADATA document up to the first empty line; names in lower case."""
    for line in text.splitlines():
        if not line.strip():
            return
        name, colon, value = line.partition(":")
        if colon and not name[:1].isspace():
            yield name.strip().lower(), value.strip()
