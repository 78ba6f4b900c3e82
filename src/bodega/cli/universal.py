"""The options of locks for many environments, and which environments they come down to."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.formats.targets import Target
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.everywhere import EverywhereRequest
    from bodega.installer.locking.resolve_request import ResolveRequest


def add_universal(parser: ArgumentParser) -> None:
    """Options on which environments a lock is for."""
    group = parser.add_argument_group("for which environments")
    group.add_argument(
        "--universal", action="store_true", help="for several platforms and Pythons, not for the one at hand"
    )
    group.add_argument(
        "--platform",
        action="append",
        dest="platforms",
        default=[],
        metavar="PLATFORM",
        help="such as linux-x86_64, macos-arm64, windows-x86_64 (these three if none is named), or a tag"
        " such as manylinux_2_28_x86_64; repeatable, and implies --universal",
    )
    group.add_argument(
        "--python-version",
        action="append",
        dest="pythons",
        default=[],
        metavar="VERSION",
        help="such as 3.12; repeatable, and implies --universal",
    )
    group.add_argument(
        "--fork-strategy",
        choices=("newest", "fewest"),
        default="newest",
        help="the newest version for each Python, or as few versions of one project as can be",
    )


def is_universal(options: Namespace, project: "Pyproject | None" = None) -> bool:
    """Whether a lock is to be for named environments: options say so, or the project's settings."""
    said = ("universal", "platforms", "pythons")
    named = project is not None and (project.settings.platforms or project.settings.pythons)
    return any(getattr(options, name, None) for name in said) or bool(named)


def everywhere(
    options: Namespace, base: "ResolveRequest", here: "Target", project: "Pyproject | None" = None
) -> "EverywhereRequest":
    """What is to be resolved for which environments; a project's settings stand behind the options.

    Raises UnknownPlatformError, UnknownPythonError.
    """
    from bodega.installer.locking.asked_cells import asked_cells, cell_of, known_pythons
    from bodega.installer.locking.everywhere import EverywhereRequest

    if not is_universal(options, project):
        return EverywhereRequest(base=base, cells=(cell_of(here),))
    settings = project.settings if project is not None else None
    pythons = options.pythons or (settings.pythons if settings is not None else ())
    cells = asked_cells(
        options.platforms or (settings.platforms if settings is not None else ()),
        pythons or known_pythons(here.python, project.requires_python if project is not None else None),
    )
    return EverywhereRequest(base=base, cells=cells, fewest=options.fork_strategy == "fewest")


def with_parts(
    asked: "EverywhereRequest", project: "Pyproject | None", parts: "Parts | None"
) -> "EverywhereRequest":
    """With the extras and groups of a project, which are chosen from when the lock is installed.

    Raises NoSuchPartError.
    """
    if project is None or parts is None or not parts.dependencies:
        return asked
    from dataclasses import replace

    from bodega.installer.commands.project_parts import conflicts_among, project_parts

    found = project_parts(project, parts)
    return replace(asked, parts=found, conflicts=conflicts_among(project, found))
