"""Versions in their order (PEP 440) as plain tuples, and specifiers as ranges of that order.

A page is sorted once and its keys are kept; a specifier then costs two binary searches for each clause. All
that is not plain goes to ``packaging``, the authority.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bodega.formats.versions import allowed, parse_version

#: Epoch, release without trailing zeros, phase (dev -2, a 0, b 1, rc 2, final 3) and its number, post, dev,
#: local. Of plain values only, so that it can be stored.
VersionKey = tuple[Any, ...]
#: From and to (exclusive), in keys that may be shorter than a version's.
Range = tuple[VersionKey, VersionKey]

_VERSION = re.compile(
    r"\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?"
    r"(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*",
    re.IGNORECASE | re.ASCII,
)
_NORMAL = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*(?:(?:a|b|rc)(?:0|[1-9]\d*))?", re.ASCII)
_CLAUSE = re.compile(r"(~=|==|!=|<=|>=|<|>)(?:(\d+)!)?(\d+(?:\.\d+)*)(\.\*)?", re.ASCII)
_PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_DEV, _FINAL = -2, 3
_BELOW, _ABOVE = -3, 4
_NEVER = float("inf")
_LOWEST: VersionKey = (-1,)
_HIGHEST: VersionKey = (_NEVER,)


def version_key(text: str) -> VersionKey | None:
    """The sort key of a version; ``None`` for text that is none."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    epoch, release, phase, number, implicit, post, post_number, dev, dev_number, local = found.groups()
    return (
        int(epoch or 0),
        _release(release),
        *_phase(phase, number, is_dev_only=bool(dev) and not (phase or post or implicit)),
        int(implicit or post_number or 0) if implicit or post else -1,
        int(dev_number or 0) if dev else _NEVER,
        _local(local),
    )


@lru_cache(maxsize=65536)
def normalized(text: str) -> str | None:
    """The normalized text of a version, zeros of its release kept; ``None`` for text that is none."""
    if _NORMAL.fullmatch(text):
        return text
    parsed = parse_version(text)
    return str(parsed) if parsed is not None else None


def is_prerelease(key: VersionKey) -> bool:
    """Whether a version is a pre-release or a development release."""
    return bool(key[2] != _FINAL or key[5] != _NEVER)


def _phase(phase: str | None, number: str | None, *, is_dev_only: bool) -> tuple[int, int]:
    if phase:
        return _PHASES[phase.lower()], int(number or 0)
    return (_DEV if is_dev_only else _FINAL), 0


def _local(text: str | None) -> tuple[tuple[int, int, str], ...]:
    if not text:
        return ()
    parts = re.split(r"[-_.]", text.lower())
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


def _release(text: str) -> tuple[int, ...]:
    return _stripped(tuple(map(int, text.split("."))))


def _stripped(release: tuple[int, ...]) -> tuple[int, ...]:
    end = len(release)
    while end > 1 and release[end - 1] == 0:
        end -= 1
    return release[:end]


class OrderedVersions:
    """Versions in descending order with their keys; sets of them are bits, bit ``i`` for version ``i``."""

    def __init__(self, versions: Sequence[str], keys: Sequence[VersionKey]) -> None:
        self._versions = versions
        self._keys = keys
        self.every = (1 << len(versions)) - 1

    def admitted(self, specifier: str) -> int:
        """The versions that a specifier set admits, pre-releases by their number alone."""
        if not specifier:
            return self.every
        ranges = _ranges(specifier)
        if ranges is None:
            return sum(1 << at for at, is_in in enumerate(allowed(specifier, self._versions)) if is_in)
        bits = self.every
        for (low, high), is_kept in ranges:
            inside = self._between(low, high)
            bits &= inside if is_kept else ~inside
        return bits

    def _between(self, low: VersionKey, high: VersionKey) -> int:
        count = len(self._keys)
        start, end = self._position(low), self._position(high)
        # Position p of the ascending list is bit count - 1 - p.
        return ((1 << (end - start)) - 1) << (count - end) if end > start else 0

    def _position(self, key: VersionKey) -> int:
        """How many versions lie below a key."""
        last = len(self._keys) - 1
        return bisect_left(range(last + 1), key, key=lambda at: self._keys[last - at])


def admits(specifier: str, version: str) -> bool | None:
    """Whether a specifier set admits a version, as ``allowed`` says; ``None`` where either is not plain."""
    if not specifier:
        return True
    ranges, key = _ranges(specifier), version_key(version)
    if ranges is None or key is None:
        return None
    return all((low <= key < high) == is_kept for (low, high), is_kept in ranges)


@lru_cache(maxsize=8192)
def _ranges(specifier: str) -> tuple[tuple[Range, bool], ...] | None:
    """Ranges to be kept (or left out, with ``False``); ``None`` where a clause is not plain."""
    found: list[tuple[Range, bool]] = []
    for clause in specifier.split(","):
        match = _CLAUSE.fullmatch("".join(clause.split()))
        if match is None:
            return None
        operator, epoch, release, star = match.groups()
        numbers = tuple(map(int, release.split(".")))
        if (star and operator not in ("==", "!=")) or (operator == "~=" and len(numbers) < 2):  # noqa: PLR2004
            return None
        found += _of_clause(operator, int(epoch or 0), numbers, is_prefix=bool(star))
    return tuple(found)


def _of_clause(
    operator: str, epoch: int, numbers: tuple[int, ...], *, is_prefix: bool
) -> list[tuple[Range, bool]]:
    release = _stripped(numbers)
    exact: VersionKey = (epoch, release, _FINAL, 0, -1, _NEVER)
    # A local part makes a longer key, which sorts behind; this is behind all of them.
    behind: VersionKey = (*exact, ((2,),))
    if is_prefix:
        return [(_prefix(epoch, numbers), operator == "==")]
    if operator == "~=":
        return [((exact, _HIGHEST), True), (_prefix(epoch, numbers[:-1]), True)]
    ranges: dict[str, tuple[Range, bool]] = {
        "==": ((exact, behind), True),
        "!=": ((exact, behind), False),
        ">=": ((exact, _HIGHEST), True),
        "<=": ((_LOWEST, behind), True),
        ">": (((epoch, release, _ABOVE), _HIGHEST), True),
        "<": ((_LOWEST, (epoch, release, _BELOW)), True),
    }
    return [ranges[operator]]


def _prefix(epoch: int, numbers: tuple[int, ...]) -> Range:
    after = (*numbers[:-1], numbers[-1] + 1)
    # Zeros at the end of a prefix count: 1.0.* begins where 1 does and ends where 1.1 does.
    return (epoch, _stripped(numbers), _BELOW), (epoch, _stripped(after), _BELOW)
