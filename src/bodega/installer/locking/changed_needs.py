"""What a user lays over requirements: overrides in their place, and exclusions."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from bodega.formats.markers import Markers
from bodega.installer.locking.kept_needs import wants
from bodega.installer.locking.ports import Asked
from bodega.resolution.ports import Wanted, base_of


class ChangedNeeds:
    """Requirements after overrides and exclusions.

    An override stands in the place of every requirement on its project that counts for the target; the extras
    asked for there are kept, its own come along. Of several the ones count whose markers hold; where none
    does, the requirement is gone. What is excluded is required by nobody. A project's requirements on its own
    extras are left alone.
    """

    def __init__(self, overrides: Sequence[Asked], excluded: Collection[str], markers: Markers) -> None:
        self._excluded = excluded
        self._overrides: dict[str, list[Asked]] = {}
        for one in overrides:
            counting = self._overrides.setdefault(one.requirement.name, [])
            if markers.holds(one.requirement.marker):
                counting.append(one)

    @property
    def overrides(self) -> Iterable[Asked]:
        """The overrides that count for the target."""
        return (one for several in self._overrides.values() for one in several)

    def leaves(self, name: str) -> bool:
        """Whether requirements on a project stay as they are."""
        return name not in self._overrides and name not in self._excluded

    def requirements(self, asked: Iterable[Asked]) -> Iterator[Asked]:
        """What is asked for, without what is excluded or overridden."""
        return (one for one in asked if self.leaves(one.requirement.name))

    def of(self, needs: tuple[Wanted, ...], by: str = "") -> tuple[Wanted, ...]:
        """What a project requires (``by``), or somebody."""
        if all(self._stays(want, by) for want in needs):
            return needs
        changed = (one for want in needs for one in self._of(want, by))
        return tuple(dict.fromkeys(changed))

    def _stays(self, want: Wanted, by: str) -> bool:
        base = base_of(want.package)
        return base == by or self.leaves(base)

    def _of(self, want: Wanted, by: str) -> Iterator[Wanted]:
        base = base_of(want.package)
        if self._stays(want, by):
            yield want
        elif base not in self._excluded:
            for one in self._overrides[base]:
                yield from _in_place(want, one)


def _in_place(want: Wanted, override: Asked) -> Iterator[Wanted]:
    text = f"{override.requirement.text} (an override: {override.origin})"
    # Where a URL stands, whoever drives the search was told of it before.
    specifier = override.requirement.specifier
    if want.package != override.requirement.name:
        yield Wanted(want.package, specifier, text)
    for one in wants(override.requirement):
        yield Wanted(one.package, specifier, text)
