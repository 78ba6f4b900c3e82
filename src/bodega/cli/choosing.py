"""How files are chosen, by the options that install, download and wheel share."""

from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.formats.names import NormalizedName
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
        overrides=request.overrides,
        excluded=excluded(options),
        strategy=options.resolution or "highest",
        releases=release_control(options.releases, pre=options.pre or "pre" in request.flags),
        any_python=options.ignore_requires_python,
        dependencies=not options.no_deps,
        only_dependencies=options.only_deps,
        formats=format_control(options.formats, prefer_binary=options.prefer_binary),
        hashes=request.hashes,
    )


def excluded(options: Namespace) -> "frozenset[NormalizedName]":
    """The projects that count as if nothing required them; raises InvalidProjectNameError."""
    if not options.exclude_dependency:
        return frozenset()
    from bodega.formats.names import project_name

    return frozenset(project_name(name).normalized for name in options.exclude_dependency)
