"""How files are chosen, by the options that install, download and wheel share."""

from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.installer.commands.request import Request
    from bodega.installer.locking.resolve import ResolveRequest


def resolve_request(options: Namespace, request: "Request") -> "ResolveRequest":
    """What is to be resolved as if nothing were installed."""
    from bodega.installer.locking.format_control import format_control
    from bodega.installer.locking.release_control import release_control
    from bodega.installer.locking.resolve import ResolveRequest

    return ResolveRequest(
        requirements=request.requirements,
        references=request.references,
        constraints=request.constraints,
        strategy=options.resolution,
        releases=release_control(options.releases, pre=options.pre or "pre" in request.flags),
        any_python=options.ignore_requires_python,
        dependencies=not options.no_deps,
        only_dependencies=options.only_deps,
        formats=format_control(options.formats, prefer_binary=options.prefer_binary),
        hashes=request.hashes,
    )
