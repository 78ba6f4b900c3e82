"""Lists of several indexes as one."""

from collections.abc import Sequence

from bodega.formats.names import normalize
from bodega.simple_api.pages import ProjectList


def merged_list(lists: Sequence[ProjectList]) -> ProjectList:
    """The projects of all, each once, as the first that has it writes its name, by normalized name."""
    if len(lists) == 1:
        return lists[0]
    names: dict[str, str] = {}
    serials: dict[str, int] = {}
    for projects in lists:
        for name in projects.names:
            normalized = normalize(name)
            if normalized not in names:
                names[normalized] = name
                if name in projects.serials:
                    serials[name] = projects.serials[name]
    ordered = tuple(names[key] for key in sorted(names))
    return ProjectList(ordered, max((one.serial or 0 for one in lists), default=0) or None, serials)
