"""A project's lock: for which environments, with which extras and groups, changing little of an earlier one."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bodega.cli.project_options import project_choosing
from bodega.cli.universal import everywhere, is_universal, with_parts

if TYPE_CHECKING:
    from bodega.installer.commands.lock import Locked
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.locked_versions import LockedVersion
    from bodega.installer.locking.resolve_request import ResolveRequest


def locked_project(
    options: Namespace,
    project: "Pyproject",
    parts: "Parts",
    workshop: "Workshop",
    kept: "Sequence[LockedVersion]",
) -> "Locked":
    """The lock, which will lie beside the project's file; ``kept`` stays where it can.

    Raises NoSuchPartError, and what resolving raises.
    """
    from bodega.installer.commands.project_request import Parts, with_dynamic

    whole = with_dynamic(project, lambda: workshop.builder)
    # What is chosen from when the lock is installed is no part of what is always needed.
    base = Parts(default_groups=False, itself=parts.itself) if parts.dependencies else parts
    choosing = project_choosing(options, whole, base, workshop)
    return locked(options, choosing, workshop, kept, folder=project.folder, of=(whole, parts))


def locked(
    options: Namespace,
    choosing: "ResolveRequest",
    workshop: "Workshop",
    kept: "Sequence[LockedVersion]",
    *,
    folder: str,
    of: "tuple[Pyproject, Parts] | None" = None,
) -> "Locked":
    """The lock of what is asked for; ``of`` is the project, and those of its parts that are in it."""
    from bodega.installer.commands.lock import lock
    from bodega.installer.locking.locked_versions import only_versions

    project, parts = of or (None, None)
    choosing = replace(choosing, kept=only_versions(kept))
    target = workshop.interpreter().target
    asked = with_parts(everywhere(options, choosing, target, project), project, parts)
    written = parts.written() if parts is not None else ()
    if not (asked.parts or is_universal(options, project)):
        return lock(choosing, workshop, target, folder=folder, parts=written)
    from bodega.installer.commands.lock_everywhere import lock_everywhere

    taken = project.settings.default_groups if project and parts and parts.default_groups else ()
    return lock_everywhere(
        replace(asked, earlier=kept, default_groups=taken), workshop, folder=folder, parts=written
    )
