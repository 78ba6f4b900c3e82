"""Who requires whom, as a value: packages of an environment or a lock, and why each of them is there."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.versions import allowed
from bodega.installer.inputs.typed_table import nearest

#: Origins of what nobody's words account for.
BY_NAME, BY_NOBODY = "asked for by name", "nothing here requires it"


class NotThereError(BodegaError):
    """A project is not in the environment, or not in the lock."""

    code = "E-NOT-THERE"

    def __init__(self, name: str, source: str, known: Iterable[str]) -> None:
        near = nearest(name, known)
        super().__init__(f"{name} is not in {source}", why=f"the nearest is {near!r}" if near else None)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version of a project; ``key`` names it in the graph, ``marker`` says where a lock has it.

    ``size`` is in bytes: of what is installed, or of the file that would be; ``None`` where nobody knows.
    """

    key: str
    name: NormalizedName
    version: str
    marker: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A requirement, and the package that meets it, ``None`` where there is none.

    ``fits`` says whether it admits the version of that. ``text`` is as written; ``origin`` says where it
    stands, of what a user asked for.
    """

    name: NormalizedName
    text: str
    to: str | None
    fits: bool = True
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """From what was asked for to a package: a root's need, then one of each package on the way."""

    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Packages by key, what each needs, and what was asked for; everything is in the order of names."""

    packages: Mapping[str, Release]
    needs: Mapping[str, tuple[Need, ...]]
    roots: tuple[Need, ...]

    def keys_of(self, name: str) -> list[str]:
        """The packages of a project."""
        wanted = normalize(name)
        return [key for key, package in self.packages.items() if package.name == wanted]

    def needed_by(self) -> dict[str, list[tuple[str, Need]]]:
        """Who needs each package, and by which requirement."""
        found: dict[str, list[tuple[str, Need]]] = {}
        for key, needs in self.needs.items():
            for need in needs:
                if need.to is not None:
                    found.setdefault(need.to, []).append((key, need))
        return found

    def reached(self, roots: Iterable[Need]) -> set[str]:
        """Every package that roots come to."""
        waiting = [need.to for need in roots if need.to is not None]
        seen: set[str] = set()
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                waiting += [need.to for need in self.needs.get(key, ()) if need.to is not None]
        return seen

    def paths_to(self, keys: Iterable[str]) -> list[Path]:
        """A shortest path from each root that comes to one of the packages, the shortest first."""
        wanted = set(keys)
        back = _steps_to(wanted, self.needed_by())
        found = []
        for root in self.roots:
            if root.to not in back:
                continue
            steps = [root]
            while (here := steps[-1].to or "") not in wanted:
                closer = back[here] - 1
                steps.append(next(one for one in self.needs[here] if back.get(one.to or "") == closer))
            found.append(Path(tuple(steps)))
        return sorted(found, key=lambda path: (len(path.needs), path.needs[0].text))


def _steps_to(wanted: set[str], needed_by: Mapping[str, list[tuple[str, Need]]]) -> dict[str, int]:
    """How many steps each package is away from what is wanted; those that never come to it are left out."""
    steps = dict.fromkeys(wanted, 0)
    waiting = deque(sorted(wanted))
    while waiting:
        key = waiting.popleft()
        for above, _ in needed_by.get(key, ()):
            if above not in steps:
                steps[above] = steps[key] + 1
                waiting.append(above)
    return steps


def graph_of(
    packages: Iterable[Release],
    required: Callable[[Release], Iterable[Requirement]],
    asked: Iterable[tuple[Requirement, str]],
) -> Graph:
    """Put a graph together: ``asked`` are the user's requirements, each with its origin.

    What was not asked for, and what nothing that was asked for comes to, becomes a root of its own.
    """
    by_key = {one.key: one for one in sorted(packages, key=lambda one: one.key)}
    by_name: dict[str, list[Release]] = {}
    for one in by_key.values():
        by_name.setdefault(one.name, []).append(one)
    needs = {
        key: tuple(
            sorted(
                dict.fromkeys(
                    need for text in required(one) for need in _met(text, by_name) if need.to != key
                ),
                key=_order,
            )
        )
        for key, one in by_key.items()
    }
    roots = sorted((need for text, origin in asked for need in _met(text, by_name, origin)), key=_order)
    graph = Graph(by_key, needs, tuple(roots))
    return replace(graph, roots=(*graph.roots, *_unasked(graph)))


def _order(need: Need) -> tuple[str, str, str, str]:
    return need.name, need.to or "", need.text, need.origin


def _met(requirement: Requirement, by_name: Mapping[str, list[Release]], origin: str = "") -> Iterator[Need]:
    """A requirement and what meets it; where a lock has several versions, those that fit."""
    there = by_name.get(requirement.name, [])
    fitting = [one for one in there if _fits(requirement, one)]
    for one in fitting or there:
        yield Need(
            name=requirement.name,
            text=requirement.text,
            to=one.key,
            fits=bool(fitting),
            origin=origin,
        )
    if not there:
        yield Need(name=requirement.name, text=requirement.text, to=None, fits=False, origin=origin)


def _fits(requirement: Requirement, package: Release) -> bool:
    if requirement.url is not None or not package.version:
        return True
    return allowed(requirement.specifier, [package.version])[0]


def _unasked(graph: Graph) -> Iterator[Need]:
    seen = graph.reached(graph.roots)
    needed = graph.needed_by()
    # First what nobody needs; then circles that nobody comes to, entered at their first name.
    for is_circle in (False, True):
        for key, package in graph.packages.items():
            if key in seen or (needed.get(key) and not is_circle):
                continue
            root = Need(name=package.name, text=package.name, to=key, origin=BY_NOBODY)
            yield root
            seen |= graph.reached([root])


def read_requirement(text: str) -> Requirement | None:
    """A requirement of somebody's metadata; ``None`` where it cannot be read."""
    try:
        return parse_requirement(text)
    except InvalidRequirementError:
        return None
