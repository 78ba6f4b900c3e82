"""Conflicts that people met, recorded: what was asked for, and what the projects that mattered require.

A record has versions, and what each requires on CPython 3.11 on Linux; every version counts as a pure wheel.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.installer.building.never import NeverBuilds
from bodega.installer.locking.advising import advise
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError
from support.memory_index import TARGET, MemoryCache, MemoryReferences, asked, index, versions

FOLDER = Path(__file__).resolve().parents[1] / "conflicts"

#: Project to version to what that requires.
Projects = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Story:
    """One conflict."""

    name: str
    asked: tuple[str, ...]
    projects: Projects

    def resolver(self) -> Resolver:
        """Resolves by the record alone."""
        read = index(self.projects)
        materials = Materials(
            reader=MemoryIndexReader(read.pages, read.documents, is_warm=True),
            computed=MemoryCache(),
            builder=NeverBuilds(),
            references=MemoryReferences({}),
        )
        return Resolver(materials, TARGET)

    def resolve(self, texts: Sequence[str]) -> dict[str, str]:
        """The chosen versions; raises NoSolutionError."""
        return versions(self.resolver().resolve(ResolveRequest(requirements=asked(*texts))))

    def failure(self) -> NoSolutionError:
        """The conflict, with relaxations."""
        request, resolver = ResolveRequest(requirements=asked(*self.asked)), self.resolver()
        try:
            resolver.resolve(request)
        except NoSolutionError as failure:
            # With a clock that stands still: how much is tried does not depend on the machine.
            advise(failure, request, resolver, clock=lambda: 0.0)
            return failure
        raise AssertionError(f"{self.name} is no conflict any more")


def told_stories() -> dict[str, tuple[str, ...]]:
    """What was asked for in each story."""
    document = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))
    return {name: tuple(texts) for name, texts in document["stories"].items()}


def recorded(name: str) -> Story:
    """A story with its record."""
    projects = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return Story(name, told_stories()[name], projects)


def record(name: str, projects: Projects) -> None:
    """Write a record, a version a line."""
    parts = []
    for project in sorted(projects):
        rows = [f"  {json.dumps(v)}: {json.dumps(list(needs))}" for v, needs in projects[project].items()]
        parts.append(f"{json.dumps(project)}: {{\n" + ",\n".join(rows) + "\n}")
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
