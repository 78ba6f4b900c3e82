"""What the readers of foreign locks share: typed access, the environment, and what was found."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from bodega.formats.markers import InvalidMarkerError
from bodega.formats.names import InvalidProjectNameError, NormalizedName, project_name
from bodega.formats.targets import Target
from bodega.installer.locking.errors import LockInvalidError

#: Names of locks that other tools write and that are read as they are.
FOREIGN = frozenset({"uv.lock", "poetry.lock", "pdm.lock"})
_EXTRA = re.compile(r"""\bextra\s*(==|!=)\s*('[^']*'|"[^"]*")""")
_EXTRA_BEHIND = re.compile(r"""('[^']*'|"[^"]*")\s*(==|!=)\s*extra\b""")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChoice:
    """What of a lock is wanted. ``groups`` are dependency groups, ``None`` for those that its tool takes.

    Without ``project`` the project that the lock is of is left out, not what it requires.
    """

    extras: frozenset[NormalizedName] = frozenset()
    groups: frozenset[NormalizedName] | None = None
    project: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignLock:
    """A foreign lock as its reader gets it: two documents, the lock's and that of the project beside it."""

    path: str
    document: Mapping[str, Any]
    project: Mapping[str, Any] = field(default_factory=dict)
    target: Target
    choice: LockChoice = field(default_factory=LockChoice)

    def holds(self, marker: str | None, extras: AbstractSet[str] = frozenset()) -> bool:
        """Whether a marker holds for the target and these extras; raises LockInvalidError."""
        if not marker:
            return True
        from packaging.markers import (  # noqa: PLC0415 - only where a foreign lock is read
            InvalidMarker,
            Marker,
            UndefinedComparison,
            UndefinedEnvironmentName,
        )

        text = _EXTRA_BEHIND.sub(lambda found: f"{found[1]} {_in(found[2])} extras", marker)
        text = _EXTRA.sub(lambda found: f"{found[2]} {_in(found[1])} extras", text)
        sets = {"extras": frozenset(extras), "dependency_groups": frozenset[str]()}
        try:
            environment: dict[str, Any] = {**self.target.markers, **sets}
            return bool(Marker(text).evaluate(environment, context="lock_file"))
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False
        except (InvalidMarker, RecursionError):
            raise LockInvalidError(self.path, InvalidMarkerError(marker).what) from None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a lock an environment gets.

    ``entries`` are packages in the form of PEP 751, a file without ``url`` where the lock names none;
    ``requested`` are the names that the project itself asks for.
    """

    entries: tuple[Mapping[str, Any], ...]
    requested: frozenset[str] = frozenset()


def _in(operator: str) -> str:
    return "in" if operator == "==" else "not in"


class Table:
    """A table of a lock, with its place for errors; every access has a type. Raises LockInvalidError."""

    __slots__ = ("values", "where")

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, Mapping):
            raise LockInvalidError(where, "it is no table")
        self.values = values
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str) -> str:
        """A text; empty where it is not there."""
        found = self.values.get(key, "")
        if not isinstance(found, str):
            raise LockInvalidError(f"{self.where}.{key}", "it is no text")
        return found

    def name(self, key: str = "name") -> NormalizedName:
        """A project's name that has to be there."""
        return name_of(self.text(key), f"{self.where}.{key}")

    def flag(self, key: str) -> bool:
        """True or false."""
        return self.values.get(key) is True

    def table(self, key: str) -> "Table":
        """A table; an empty one where it is not there."""
        return Table(self.values.get(key, {}), f"{self.where}.{key}")

    def tables(self, key: str) -> "Iterator[Table]":
        """An array of tables."""
        for number, one in enumerate(self.array(key)):
            yield Table(one, f"{self.where}.{key}[{number}]")

    def array(self, key: str) -> list[Any]:
        """An array; an empty one where it is not there."""
        found = self.values.get(key, [])
        if not isinstance(found, list):
            raise LockInvalidError(f"{self.where}.{key}", "it is no array")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of texts."""
        found = self.array(key)
        if not all(isinstance(one, str) for one in found):
            raise LockInvalidError(f"{self.where}.{key}", "it holds more than texts")
        return tuple(found)


def name_of(text: str, where: str) -> NormalizedName:
    """A name, normalized; raises LockInvalidError."""
    try:
        return project_name(text).normalized
    except InvalidProjectNameError as error:
        raise LockInvalidError(where, error.what) from None


def hashes_of(text: str) -> dict[str, str]:
    """``sha256:abc`` as a table; empty for what is none."""
    algorithm, separator, value = text.partition(":")
    return {algorithm: value} if separator else {}


def release(
    name: NormalizedName, version: str, files: Iterable[Mapping[str, Any]], index: str = ""
) -> dict[str, Any]:
    """The entry of a release that has files: wheels, and at most one source distribution."""
    entry: dict[str, Any] = {"name": name, "version": version}
    if index:
        entry["index"] = index if index.endswith("/") else f"{index}/"
    for file in files:
        if str(file["name"]).endswith(".whl"):
            entry.setdefault("wheels", []).append(file)
        elif "sdist" not in entry and str(file["name"]).endswith((".tar.gz", ".zip", ".tgz", ".tar.bz2")):
            entry["sdist"] = file
    return entry
