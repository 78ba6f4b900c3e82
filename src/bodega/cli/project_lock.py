"""What a lock is made of: requirements or a project, for which environments, with which extras and groups."""

import os
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bodega.cli.project_options import project_choosing
from bodega.cli.universal import everywhere, is_universal, with_parts

if TYPE_CHECKING:
    from bodega.formats.targets import Target
    from bodega.installer.commands.lock import Locked
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.everywhere import EverywhereRequest
    from bodega.installer.locking.locked_versions import LockedVersion
    from bodega.installer.locking.resolve_request import ResolveRequest


@dataclass(frozen=True, slots=True)
class LockPlan:
    """A lock that is to be made: what is asked for and which environments it is for.

    ``is_wide`` says that it is for more than one, or holds parts to choose from; ``written`` names the parts
    of a project that are in it. The lock will lie in ``folder``.
    """

    asked: "EverywhereRequest"
    target: "Target"
    folder: str
    is_wide: bool
    written: tuple[str, ...] = ()

    @property
    def inputs(self) -> object:
        """All that decides what the lock will be, beside the indexes."""
        return self.asked if self.is_wide else (self.asked.base, self.target)

    @property
    def has_references(self) -> bool:
        """Whether something comes from a URL or path."""
        return any(wish.references for wish in (self.asked.own, *self.asked.parts.values()))

    def make(self, workshop: "Workshop") -> "Locked":
        """The lock; raises what resolving raises."""
        if not self.is_wide:
            from bodega.installer.commands.lock import lock

            base, written = self.asked.base, self.written
            return lock(base, workshop, self.target, folder=self.folder, parts=written)
        from bodega.installer.commands.lock_everywhere import lock_everywhere

        return lock_everywhere(self.asked, workshop, folder=self.folder, parts=self.written)


def plan_of_project(
    options: Namespace,
    project: "Pyproject",
    parts: "Parts",
    workshop: "Workshop",
    *,
    kept: "Sequence[LockedVersion]",
) -> LockPlan:
    """The plan for a lock beside the project's file; ``kept`` stays where it can.

    Raises NoSuchPartError, and what builds raise.
    """
    from bodega.installer.commands.project_request import Parts, with_dynamic

    whole = with_dynamic(project, lambda: workshop.builder)
    # What is chosen from when the lock is installed is no part of what is always needed.
    base = Parts(default_groups=False, itself=parts.itself) if parts.dependencies else parts
    choosing = project_choosing(options, whole, base, workshop)
    plan = plan_of(options, choosing, workshop, kept=kept, project=whole)
    asked = with_parts(plan.asked, whole, parts)
    taken = whole.settings.default_groups if parts.default_groups else ()
    return replace(
        plan,
        asked=replace(asked, default_groups=taken),
        is_wide=plan.is_wide or bool(asked.parts),
        written=parts.written(),
    )


def plan_of(
    options: Namespace,
    choosing: "ResolveRequest",
    workshop: "Workshop",
    *,
    kept: "Sequence[LockedVersion]",
    project: "Pyproject | None" = None,
) -> LockPlan:
    """The plan for a lock of what is asked for, in whichever environments the options or a project name."""
    from bodega.installer.locking.locked_versions import only_versions

    target = workshop.interpreter().target
    asked = everywhere(options, replace(choosing, kept=only_versions(kept)), target, project)
    output = getattr(options, "output", None)
    folder = project.folder if project else os.path.dirname(os.path.abspath(output or "."))
    return LockPlan(
        replace(asked, earlier=tuple(kept)), target, folder, is_wide=is_universal(options, project)
    )
