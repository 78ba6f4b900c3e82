"""Files that a lock takes from outside its own folder: allowed for a lock on this machine, and told.

The standard lets a ``path`` lead anywhere from a lock that is a file here (PEP 751); locks by URL, which
might not, are not read at all.
"""

import os
from collections.abc import Collection, Iterable

from bodega.installer.indexes.places import local_path
from bodega.installer.locking.selection import Selected

_MOST_TOLD = 3


def told_from_outside(lock: str, selected: Iterable[Selected], installed: Collection[str]) -> tuple[str, ...]:
    """One remark on those of ``installed`` whose path is outside the folder of the lock."""
    folder = os.path.dirname(os.path.abspath(lock))
    found = []
    for one in selected:
        place = one.url if one.reference is None else one.reference.url
        if place.startswith("git+"):
            place = place.removeprefix("git+").rpartition("@")[0]
        path = local_path(place) if place.startswith("file:") else None
        if path is not None and one.name in installed and os.path.commonpath((folder, path)) != folder:
            # What a lock says may hold what terminals obey; its URL has that in percent signs.
            found.append(f"{one.name} from {path if path.isprintable() else place}")
    if not found:
        return ()
    more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    return (f"from outside the folder of {os.path.basename(lock)}: {', '.join(found[:_MOST_TOLD])}{more}",)
