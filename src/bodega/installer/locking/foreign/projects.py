"""The project that a foreign lock is of, by the pyproject.toml beside it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from bodega.formats.names import normalize
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.installer.locking.foreign.values import ForeignLock, Table


def own_project(lock: ForeignLock, *, package_mode: bool) -> Iterable[Mapping[str, Any]]:
    """The project itself, in place, where its tool would install it."""
    project = Table(lock.project, "pyproject.toml")
    name = project.table("project").text("name") or project.table("tool").table("poetry").text("name")
    if name and package_mode and lock.choice.project and "build-system" in project:
        yield {"name": normalize(name), "directory": {"path": ".", "editable": True}}


def required_names(project: Table) -> frozenset[str]:
    """What ``[project]`` asks for by name."""
    names = set()
    for text in project.table("project").texts("dependencies"):
        with suppress(InvalidRequirementError):
            names.add(str(parse_requirement(text).name))
    return frozenset(names)
