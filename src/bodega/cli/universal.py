"""The options of locks for many environments, and which environments they come down to."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.formats.targets import Target
    from bodega.installer.locking.cells import Cell
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


def is_universal(options: Namespace) -> bool:
    """Whether a lock is to be for named environments."""
    return bool(options.universal or options.platforms or options.pythons)


def everywhere(
    options: Namespace,
    base: "ResolveRequest",
    here: "Target",
    *,
    requires_python: str | None = None,
    settings: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> "EverywhereRequest":
    """What is to be resolved for which environments; ``settings`` are a project's platforms and Pythons.

    Raises UnknownPlatformError, UnknownPythonError.
    """
    from bodega.installer.locking.everywhere import EverywhereRequest

    platforms, pythons = settings
    cells = cells_for(options.platforms or platforms, options.pythons or pythons, here, requires_python)
    return EverywhereRequest(base=base, cells=cells, fewest=options.fork_strategy == "fewest")


def cells_for(
    platforms: Sequence[str], pythons: Sequence[str], here: "Target", requires_python: str | None
) -> "tuple[Cell, ...]":
    """The environments; where nothing is said, the usual platforms and every Python that a project admits."""
    from bodega.installer.locking.asked_cells import asked_cells, known_pythons

    return asked_cells(platforms, pythons or known_pythons(here.python, requires_python))
