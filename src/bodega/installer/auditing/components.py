"""What a lock or an environment is composed of, and why each part of it is there."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bodega.formats.names import NormalizedName
from bodega.installer.environments.installed import Installed


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFile:
    """A file that a component can be installed from; ``hashes`` by algorithm. ``url`` is empty for a path."""

    filename: str
    url: str
    hashes: Mapping[str, str]
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One release in a lock or an environment.

    ``version`` is empty where a lock leaves it open (a checkout, a folder). ``needs`` are the projects that
    it requires there. ``requested``: somebody asked for it, it is not there for others alone. ``marker``
    says for which environments a lock means it. ``origin`` is a URL where it comes from no index, without
    credentials. ``installed`` is what was found on the disk.
    """

    name: NormalizedName
    version: str
    needs: tuple[NormalizedName, ...] = ()
    requested: bool = False
    marker: str | None = None
    index: str | None = None
    origin: str | None = None
    files: tuple[ComponentFile, ...] = ()
    installed: Installed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """All components of one lock or environment, sorted by name and version.

    ``place`` is its path as people are told of it. ``asked`` are the requirements that led to it, as
    written; ``None`` where nothing tells.
    """

    place: str
    components: Sequence[Component]
    asked: tuple[str, ...] | None = None
    _paths: dict[NormalizedName, tuple[NormalizedName, ...]] = field(default_factory=dict, compare=False)

    def path_to(self, name: NormalizedName) -> tuple[NormalizedName, ...]:
        """A shortest way from what was asked for to a project, both included; itself where there is none."""
        if not self._paths:
            self._paths.update(shortest_paths(self.components))
        return self._paths.get(name, (name,))


def shortest_paths(components: Iterable[Component]) -> dict[NormalizedName, tuple[NormalizedName, ...]]:
    """For each project the shortest way to it from one that was asked for; the first by name of several."""
    needs: dict[NormalizedName, set[NormalizedName]] = {}
    paths: dict[NormalizedName, tuple[NormalizedName, ...]] = {}
    for one in components:
        needs.setdefault(one.name, set()).update(one.needs)
        if one.requested:
            paths[one.name] = (one.name,)
    waiting = deque(sorted(paths))
    while waiting:
        name = waiting.popleft()
        for needed in sorted(needs.get(name, ())):
            if needed not in paths:
                paths[needed] = (*paths[name], needed)
                waiting.append(needed)
    return paths


def with_roots(components: Sequence[Component]) -> list[Component]:
    """The same, where nobody said what was asked for: what no other requires counts as that."""
    from dataclasses import replace  # noqa: PLC0415 - locks of other tools alone

    if any(one.requested for one in components):
        return list(components)
    required = {name for one in components for name in one.needs if name != one.name}
    return [replace(one, requested=one.name not in required) for one in components]
