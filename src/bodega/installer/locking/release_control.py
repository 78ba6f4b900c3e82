"""Of which projects pre-releases may be chosen: pip's ``--pre``, ``--all-releases`` and ``--only-final``."""

from collections.abc import Iterable
from dataclasses import dataclass

from bodega.installer.locking.format_control import ALL, named_by


@dataclass(frozen=True, slots=True)
class ReleaseControl:
    """``all_releases`` and ``only_final`` hold normalized names, or ``:all:``."""

    all_releases: frozenset[str] = frozenset()
    only_final: frozenset[str] = frozenset()

    def prereleases(self, name: str) -> bool | None:
        """Whether a project's pre-releases may be chosen; ``None``: by the rules of PEP 440 alone."""
        if name in self.only_final:
            return False
        if name in self.all_releases:
            return True
        if ALL in self.only_final:
            return False
        return True if ALL in self.all_releases else None


def release_control(given: Iterable[tuple[str, str]], *, pre: bool = False) -> ReleaseControl:
    """From options in the order in which they were given, as (``all-releases`` or ``only-final``, value).

    A value is names between commas; ``:all:`` forgets what the other option said, ``:none:`` what this one
    did.
    """
    start = (ALL,) if pre else ()
    return ReleaseControl(*named_by("all-releases", "only-final", given, start))
