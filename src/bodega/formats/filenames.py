"""File names of wheels (PEP 427) and source distributions (PEP 625), taken apart cheaply.

Pages name thousands of files, of which few are ever looked at: nothing is validated beyond what choosing a
file needs. What is installed is checked when it is opened.
"""

import re
from dataclasses import dataclass

from bodega.formats.names import NormalizedName, normalize

_BUILD = re.compile(r"(\d+)(.*)", re.ASCII)
_SDIST_ENDINGS = (".tar.gz", ".zip", ".tar.bz2", ".tgz")


@dataclass(frozen=True, slots=True)
class WheelParts:
    """A wheel's version, build tag (number and rest) and compressed tags.

    A dash of the version, which stands as ``_`` in the name (PEP 427), is a dash again.
    """

    version: str
    build: tuple[int, str]
    tags: str


def wheel_parts(filename: str) -> WheelParts | None:
    """The parts of a wheel's file name; ``None`` for what is none."""
    parts = filename.removesuffix(".whl").split("-")
    if not filename.endswith(".whl") or len(parts) not in (5, 6):
        return None
    build = _BUILD.fullmatch(parts[2]) if len(parts) == 6 else None  # noqa: PLR2004 - with a build tag
    if len(parts) == 6 and build is None:  # noqa: PLR2004
        return None
    version = parts[1].replace("_", "-")
    return WheelParts(version, (int(build[1]), build[2]) if build else (-1, ""), "-".join(parts[-3:]))


def file_version(filename: str, project: NormalizedName) -> str | None:
    """The version in the name of a project's file; ``None`` where it names none that is known how to find."""
    wheel = wheel_parts(filename)
    if wheel is not None:
        return wheel.version
    if filename.endswith(".egg"):
        parts = filename.removesuffix(".egg").split("-")
        return parts[1] if len(parts) > 1 and normalize(parts[0]) == project else None
    return sdist_version(filename, project)


def named_projects(filename: str, listed_by: NormalizedName) -> tuple[NormalizedName, ...]:
    """The project that lists a file and, for a wheel that names another one, that one too."""
    if not filename.endswith(".whl"):
        return (listed_by,)
    named = normalize(filename.partition("-")[0])
    return (listed_by,) if named == listed_by else (listed_by, named)


def sdist_version(filename: str, project: NormalizedName) -> str | None:
    """The version in an sdist's file name, for a project that is known; ``None`` for what is none."""
    stem = next((filename[: -len(end)] for end in _SDIST_ENDINGS if filename.endswith(end)), None)
    if stem is None:
        return None
    # Old names have dashes in the project too, so the project decides where the version begins.
    for at, character in enumerate(stem):
        if character == "-" and normalize(stem[:at]) == project:
            return stem[at + 1 :]
    return None
