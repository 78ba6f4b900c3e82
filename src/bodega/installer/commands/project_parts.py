"""A project's extras and dependency groups as parts of a lock, to be chosen from when it is installed."""

from collections.abc import Iterable

from bodega.formats.names import NormalizedName
from bodega.installer.commands.project_request import Parts, project_request
from bodega.installer.inputs.project_file import Pyproject
from bodega.installer.locking.everywhere import PartAsked


def project_parts(project: Pyproject, asked: Parts) -> dict[str, PartAsked]:
    """What each extra and group asks for, by ``extra:NAME`` and ``group:NAME``; raises NoSuchPartError."""
    extras = set(asked.extras) | (set(project.extras) if asked.all_extras else set())
    groups = set(asked.groups) | (set(project.groups) if asked.all_groups else set())
    if asked.default_groups:
        groups |= set(project.settings.default_groups)
    return {
        **{f"extra:{name}": _part(project, extras=(name,)) for name in sorted(extras)},
        **{f"group:{name}": _part(project, groups=(name,)) for name in sorted(groups)},
    }


def conflicts_among(project: Pyproject, parts: Iterable[str]) -> tuple[frozenset[str], ...]:
    """The project's conflicts, as far as they are between these parts."""
    known = set(parts)
    found = (frozenset(f"{kind}:{name}" for kind, name in one) & known for one in project.settings.conflicts)
    return tuple(one for one in found if len(one) > 1)


def _part(
    project: Pyproject, extras: Iterable[NormalizedName] = (), groups: Iterable[NormalizedName] = ()
) -> PartAsked:
    alone = Parts(
        extras=frozenset(extras), groups=frozenset(groups), default_groups=False, dependencies=False
    )
    request = project_request(project, alone)
    return PartAsked(request.requirements, request.references)
