"""``uv.lock``: a graph of packages; what comes is what is reached from the project for this environment."""

import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bodega.formats.names import NormalizedName, normalize
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.foreign.reaching import Step, reached
from bodega.installer.locking.foreign.values import Chosen, ForeignLock, Table, hashes_of, release

_KNOWN_VERSION = 1
#: Sources of what lies on this machine; what is virtual is not installed, only what it requires.
_FOLDERS = ("editable", "directory", "virtual")


def read_uv(lock: ForeignLock) -> Chosen:
    """Choose from a lock; raises LockInvalidError, LockUnfitError."""
    top = Table(lock.document, lock.path)
    if top.values.get("version") != _KNOWN_VERSION:
        raise LockInvalidError("version", f"it is {str(top.values.get('version'))[:40]}; known is 1")
    return _Graph(lock, top).chosen()


class _Graph:
    """The packages of a lock, and the edges between them."""

    def __init__(self, lock: ForeignLock, top: Table) -> None:
        self._lock = lock
        self._top = top
        self._packages = list(top.tables("package"))
        self._by_name: dict[NormalizedName, list[int]] = {}
        for number, package in enumerate(self._packages):
            self._by_name.setdefault(package.name(), []).append(number)
        self._roots = self._find_roots()
        self._active = frozenset(self._conflict_names())

    def chosen(self) -> Chosen:
        first = [step for number in self._roots for step in self._first_steps(number)]
        first += self._groups_without_project()
        numbers = reached([*map(Step, self._roots), *first], self._following)
        entries = (self._entry(number) for number in numbers)
        names = frozenset(str(self._packages[step.number].name()) for step in first)
        return Chosen(tuple(one for one in entries if one is not None), names)

    # --- where the walk begins

    def _find_roots(self) -> list[int]:
        """The project at the lock's place; without one there all members of the workspace."""
        here = [number for number in range(len(self._packages)) if self._folder(number) == "."]
        if here:
            return here
        members = self._top.table("manifest").texts("members")
        return [number for name in members for number in self._by_name.get(normalize(name), ())]

    def _folder(self, number: int) -> str | None:
        source = self._packages[number].table("source")
        return next((source.text(kind) for kind in _FOLDERS if kind in source), None)

    def _first_steps(self, number: int) -> Iterable[Step]:
        package, choice = self._packages[number], self._lock.choice
        yield from self._steps(package, "dependencies")
        extras = package.table("optional-dependencies")
        for extra in extras.values:
            if normalize(extra) in choice.extras:
                yield from self._steps(extras, extra)
        groups = package.table("dev-dependencies")
        for group in groups.values:
            if self._wants(group):
                yield from self._steps(groups, group)

    def _groups_without_project(self) -> Iterable[Step]:
        """The groups of a workspace whose root is no project: they stand in the manifest, by name."""
        groups = self._top.table("manifest").table("dependency-groups")
        for group in groups.values:
            if self._wants(group):
                for one in groups.tables(group):
                    if self._lock.holds(one.text("marker"), self._active):
                        yield from self._named(one)

    def _wants(self, group: str) -> bool:
        wanted = self._lock.choice.groups
        if wanted is None:
            default = (
                Table(self._lock.project.get("tool", {}), "tool").table("uv").values.get("default-groups")
            )
            if default == "all":
                return True
            names = default if isinstance(default, list) else ["dev"]
            return normalize(group) in {normalize(str(name)) for name in names}
        return normalize(group) in wanted

    def _conflict_names(self) -> Iterable[str]:
        """How markers of a lock with conflicting extras and groups call those that are asked for."""
        for number in self._roots:
            package = self._packages[number]
            name = package.name()
            for extra in self._lock.choice.extras:
                yield f"extra-{len(name)}-{name}-{extra}"
            for group in package.table("dev-dependencies").values:
                if self._wants(group):
                    yield f"group-{len(name)}-{name}-{normalize(group)}"

    # --- edges

    def _following(self, step: Step) -> Iterable[Step]:
        package = self._packages[step.number]
        if step.extra is None:
            return self._steps(package, "dependencies")
        extras = package.table("optional-dependencies")
        key = next((key for key in extras.values if normalize(key) == step.extra), None)
        return self._steps(extras, key) if key is not None else ()

    def _steps(self, table: Table, key: str) -> Iterable[Step]:
        for edge in table.tables(key):
            if self._lock.holds(edge.text("marker"), self._active):
                yield from self._named(edge)

    def _named(self, edge: Table) -> Iterable[Step]:
        number = self._target(edge)
        yield Step(number)
        for extra in (*edge.texts("extra"), *edge.texts("extras")):
            yield Step(number, normalize(extra))

    def _target(self, edge: Table) -> int:
        """The package that an edge leads to; where there are several of the name, it says which."""
        name, version, source = edge.name(), edge.text("version"), edge.values.get("source")
        found = [
            number
            for number in self._by_name.get(name, ())
            if version in ("", self._packages[number].text("version"))
            and source in (None, self._packages[number].values.get("source"))
        ]
        if len(found) > 1:
            found = [number for number in found if self._is_for_here(number)]
        if len(found) != 1:
            raise LockInvalidError(edge.where, f"{name} {version} is there {len(found)} times")
        return found[0]

    def _is_for_here(self, number: int) -> bool:
        markers = self._packages[number].texts("resolution-markers")
        return not markers or any(self._lock.holds(marker, self._active) for marker in markers)

    # --- entries

    def _entry(self, number: int) -> Mapping[str, Any] | None:
        package = self._packages[number]
        if number in self._roots and not self._lock.choice.project:
            return None
        name, version, source = package.name(), package.text("version"), package.table("source")
        if "virtual" in source:
            return None
        inside = {"subdirectory": source.text("subdirectory")} if "subdirectory" in source else {}
        for kind in ("editable", "directory"):
            if kind in source:
                editable = {"editable": True} if kind == "editable" else {}
                return {"name": name, "directory": {"path": source.text(kind), **editable, **inside}}
        if "git" in source:
            return {"name": name, "vcs": _checkout(source.text("git"), package.where)}
        if "url" in source or "path" in source:
            key = "url" if "url" in source else "path"
            hashes: Mapping[str, str] = next((file["hashes"] for file in _files(package)), {})
            return {
                "name": name,
                "version": version,
                "archive": {key: source.text(key), "hashes": hashes, **inside},
            }
        files = list(_files(package, self._registry_folder(source)))
        if not files:
            raise LockUnfitError(
                f"the lock has no files of {name} {version}", why="nothing could be installed"
            )
        registry = source.text("registry")
        return release(name, version, files, registry if "://" in registry else "")

    def _registry_folder(self, source: Table) -> str:
        registry = source.text("registry")
        return registry if registry and "://" not in registry else ""


def _files(package: Table, folder: str = "") -> Iterable[dict[str, Any]]:
    sdist = [package.table("sdist")] if "sdist" in package else []
    for file in (*package.tables("wheels"), *sdist):
        url, path = file.text("url"), file.text("path")
        name = file.text("filename") or unquote(urlsplit(url).path if url else path).rpartition("/")[2]
        place = {"url": url} if url else {"path": os.path.join(folder, path)} if path else {"url": ""}
        size = {"size": file.values["size"]} if isinstance(file.values.get("size"), int) else {}
        yield {"name": name, **place, **size, "hashes": hashes_of(file.text("hash"))}


def _checkout(text: str, where: str) -> dict[str, Any]:
    """``https://host/x?rev=main&subdirectory=y#COMMIT`` as the entry of a checkout."""
    parts = urlsplit(text)
    said = parse_qs(parts.query)
    asked = next((said[key][0] for key in ("rev", "tag", "branch") if key in said), None)
    if not parts.fragment:
        raise LockInvalidError(where, "its checkout names no commit")
    return {
        "type": "git",
        "url": parts._replace(query="", fragment="").geturl(),
        "commit-id": parts.fragment,
        **({"requested-revision": asked} if asked else {}),
        **({"subdirectory": said["subdirectory"][0]} if "subdirectory" in said else {}),
    }
