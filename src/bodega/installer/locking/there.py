"""What is installed is a candidate, too, also where no index offers it (any more): as with pip."""

from collections.abc import Sequence

from bodega.formats.version_order import normalized, version_key
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.ports import Prepared
from bodega.simple_api.pages import ProjectFile


def with_installed(candidates: Sequence[Candidate], there: Prepared | None) -> Sequence[Candidate]:
    """Candidates, newest first, and the installed version among them where none of them is that."""
    if there is None:
        return candidates
    key = version_key(there.version)
    if key is None or any(one.key == key for one in candidates):
        return candidates
    file = ProjectFile(filename=f"{there.name}-{there.version}.installed", url=there.url)
    own = Candidate(normalized(there.version) or there.version, key, file, there)
    return sorted((*candidates, own), key=lambda one: one.key, reverse=True)


def unknown_project(places: Sequence[str]) -> str:
    """What to say of a project that is nowhere: which indexes, and other places, were asked."""
    asked = f"asked were {', '.join(places)}" if places else "there is none to ask (--no-index)"
    return f"no index knows a project of this name; {asked}"


def unknown_to_pin(index: str) -> str:
    """What to say of a project that is bound to one index, which does not have it."""
    return f"it comes from {index} alone (a pin), which knows no project of this name"
