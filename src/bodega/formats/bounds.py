"""Specifier sets (PEP 440) as a lower and an upper bound, and the same with one of them moved.

A bound is moved to where a series of versions begins or ends: the first number of a release, and below
version 1 the second, by which projects tell what is compatible.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bodega.formats.version_order import version_key
from bodega.formats.versions import parse_version

_CLAUSE = re.compile(r"\s*(~=|==|!=|<=|>=|<|>)\s*([^\s]+?)(\.\*)?\s*", re.ASCII)
#: Bounds that are tried one after the other; the last is always there.
_MOST = 4

#: A series: its first numbers.
Series = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """One clause and the version in it."""

    clause: str
    version: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """A specifier set; ``others`` are its exceptions, clauses with ``!=``."""

    lower: Bound | None
    upper: Bound | None
    others: tuple[str, ...] = ()

    def text(self) -> str:
        """The specifier set, its lower bound first."""
        clauses = [one.clause for one in (self.lower, self.upper) if one is not None]
        return ",".join([*clauses, *self.others])


def bounds_of(specifier: str) -> Bounds | None:
    """The bounds of a specifier set; ``None`` where it has a form that has none."""
    lower, upper, others = [], [], []
    for clause in filter(None, (one.strip() for one in specifier.split(","))):
        found = _CLAUSE.fullmatch(clause)
        key = version_key(found[2]) if found else None
        if found is None or key is None or key[0]:
            return None
        operator, written, star = found.groups()
        # A local part may stand behind == and != alone.
        version = written.partition("+")[0]
        if operator == "!=":
            others.append(clause.replace(" ", ""))
        if operator in (">=", ">", "==", "~="):
            lower.append(Bound(f">{'=' * (operator != '>')}{version}", version))
        if operator in ("<=", "<") or (operator == "==" and not star):
            upper.append(Bound(f"<{'=' * (operator != '<')}{version}", version))
        if operator == "~=" or star:
            end = _behind(version, drop=operator == "~=")
            if end is None:
                return None
            upper += [Bound(f"<{end}", end)] if operator != "!=" else []
    return Bounds(
        max(lower, key=lambda one: version_key(one.version) or (), default=None),
        min(upper, key=lambda one: version_key(one.version) or (), default=None),
        tuple(others),
    )


def raised(bounds: Bounds, versions: Iterable[str], reached: str) -> Iterator[tuple[str, int]]:
    """Wider specifier sets, the nearest first, the last of which reaches a version above the upper bound.

    Each comes with the number of series that it adds.
    """
    if bounds.upper is None:
        return
    limit, goal = version_key(bounds.upper.version), _series(reached)
    if limit is None or goal is None:
        return
    beyond = {
        series
        for version in versions
        if (key := version_key(version)) is not None and key[:2] >= limit[:2]
        if (series := _series(version)) is not None and series <= goal
    }
    inside = _inside(bounds.upper)
    steps = sorted(beyond | {goal})
    for series in dict.fromkeys((*steps[: _MOST - 1], steps[-1])):
        end = ".".join(map(str, (*series[:-1], series[-1] + 1)))
        wider = Bounds(bounds.lower, Bound(f"<{end}", end), bounds.others)
        yield wider.text(), sum(inside < one <= series for one in steps)


def lowered(bounds: Bounds, reached: str) -> Iterator[tuple[str, int]]:
    """Wider specifier sets that reach a version below the lower bound, the nearest first."""
    found = parse_version(reached)
    if bounds.lower is None or found is None:
        return
    # As many numbers as were written, at least one that is not zero where there are several.
    numbers = min(len(bounds.lower.version.split(".")), 2) if found.release[0] else 2
    short = ".".join(map(str, found.release[:numbers]))
    before, after = _series(bounds.lower.version), _series(reached)
    crossed = 0 if before is None or after is None else abs(before[0] - after[0]) or int(before != after)
    for start in dict.fromkeys((found.public,) if found.is_prerelease else (short, found.public)):
        yield Bounds(Bound(f">={start}", start), bounds.upper, bounds.others).text(), crossed


def _behind(version: str, *, drop: bool) -> str | None:
    """Where ``==VERSION.*`` ends, or ``~=VERSION``, which leaves the last number out."""
    found = parse_version(version)
    release = found.release[: -1 if drop else None] if found is not None else ()
    return ".".join(map(str, (*release[:-1], release[-1] + 1))) if release else None


def _series(version: str) -> Series | None:
    found = parse_version(version)
    if found is None:
        return None
    major, minor = (*found.release, 0)[:2]
    return (major,) if major else (0, minor)


def _inside(upper: Bound) -> Series:
    """The last series that has anything below an upper bound."""
    found = parse_version(upper.version)
    release = found.release if found is not None else (0,)
    series = _series(upper.version) or (0,)
    is_behind = upper.clause.startswith("<=") or any(release[len(series) :])
    return series if is_behind else (*series[:-1], series[-1] - 1)
