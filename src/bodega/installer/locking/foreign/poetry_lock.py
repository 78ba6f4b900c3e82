"""``poetry.lock`` of poetry 1.x and 2.x.

Since lock-version 2.1 each package says for which groups and environments it is there. Older locks leave that
to a walk from the pyproject.toml beside them.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bodega.formats.names import NormalizedName, normalize
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.foreign.poetry_constraints import satisfies
from bodega.installer.locking.foreign.projects import own_project, required_names
from bodega.installer.locking.foreign.reaching import Step, reached
from bodega.installer.locking.foreign.values import Chosen, ForeignLock, Table, hashes_of, release

_MAIN = "main"


def read_poetry(lock: ForeignLock) -> Chosen:
    """Choose from a lock; raises LockInvalidError, LockUnfitError."""
    top = Table(lock.document, lock.path)
    version = top.table("metadata").text("lock-version")
    if version.partition(".")[0] not in ("1", "2"):
        raise LockInvalidError("metadata.lock-version", f"it is {version[:40]!r}; known are 1.x and 2.x")
    python = top.table("metadata").text("python-versions")
    if python and not satisfies(lock.target.python, python):
        raise LockUnfitError(
            f"the lock is for Python {python}", why=f"this environment has {lock.target.python}"
        )
    packages = list(top.tables("package"))
    project = Table(lock.project, "pyproject.toml")
    poetry = project.table("tool").table("poetry")
    if all("groups" in package for package in packages):
        chosen = [number for number, one in enumerate(packages) if _is_wanted(one, lock, poetry)]
    else:
        chosen = _Walk(lock, packages, project).chosen()
    entries = [_entry(packages[number], top) for number in chosen]
    own = own_project(lock, package_mode=poetry.values.get("package-mode") is not False)
    return Chosen((*entries, *own), required_names(project) | _poetry_names(poetry))


# --- locks that say it themselves


def _is_wanted(package: Table, lock: ForeignLock, poetry: Table) -> bool:
    groups = [group for group in package.texts("groups") if _wants(group, lock, poetry)]
    markers = package.values.get("markers", "")
    if isinstance(markers, str):
        return bool(groups) and lock.holds(markers, lock.choice.extras)
    by_group = package.table("markers")
    return any(lock.holds(by_group.text(group), lock.choice.extras) for group in groups)


def _wants(group: str, lock: ForeignLock, poetry: Table) -> bool:
    if group == _MAIN:
        return True
    if lock.choice.groups is None:
        return not poetry.table("group").table(group).flag("optional")
    return normalize(group) in lock.choice.groups


# --- locks that leave it to a walk


class _Walk:
    """The packages, and who requires whom by the project's own file."""

    def __init__(self, lock: ForeignLock, packages: list[Table], project: Table) -> None:
        self._lock = lock
        self._packages = packages
        self._poetry = project.table("tool").table("poetry")
        if not lock.project:
            raise LockInvalidError(lock.path, "it needs the pyproject.toml beside it, which is not there")
        self._by_name: dict[NormalizedName, list[int]] = {}
        for number, package in enumerate(packages):
            self._by_name.setdefault(package.name(), []).append(number)

    def chosen(self) -> list[int]:
        return reached(self._roots(), self._following)

    def _roots(self) -> Iterable[Step]:
        yield from self._required(self._poetry.table("dependencies"), self._asked_by_extras())
        for name, group in self._groups():
            if _wants(name, self._lock, self._poetry):
                yield from self._required(group)

    def _groups(self) -> Iterable[tuple[str, Table]]:
        yield "dev", self._poetry.table("dev-dependencies")
        groups = self._poetry.table("group")
        for name in groups.values:
            yield name, groups.table(name).table("dependencies")

    def _asked_by_extras(self) -> frozenset[str]:
        extras = self._poetry.table("extras")
        return frozenset(
            normalize(name)
            for extra in extras.values
            if normalize(extra) in self._lock.choice.extras
            for name in extras.texts(extra)
        )

    def _following(self, step: Step) -> Iterable[Step]:
        package = self._packages[step.number]
        wanted: frozenset[str] = frozenset()
        if step.extra is not None:
            extras = package.table("extras")
            wanted = frozenset(
                normalize(text.partition(" ")[0].partition("[")[0].partition("(")[0])
                for extra in extras.values
                if normalize(extra) == step.extra
                for text in extras.texts(extra)
            )
        return self._required(package.table("dependencies"), wanted, extra=step.extra)

    def _required(
        self, table: Table, optional: frozenset[str] = frozenset(), *, extra: str | None = None
    ) -> Iterable[Step]:
        """What a table of dependencies comes to here; of what is optional only what is wanted."""
        for name in table.values:
            if name.lower() == "python":
                continue
            for one in _alternatives(table, name):
                is_left_out = one.flag("optional") and normalize(name) not in optional
                if not is_left_out and self._applies(one, extra):
                    yield from self._steps(normalize(name), one)

    def _applies(self, one: Table, extra: str | None) -> bool:
        python = one.text("python")
        if python and not satisfies(self._lock.target.python, python):
            return False
        return self._lock.holds(one.text("markers"), frozenset({extra} if extra else ()))

    def _steps(self, name: NormalizedName, one: Table) -> Iterable[Step]:
        numbers = self._by_name.get(name, ())
        found = [number for number in numbers if self._fits(number, one.text("version"))]
        if len(found) != 1:
            # What the lock has once is what is meant, whatever the constraint says.
            found = list(numbers) if len(numbers) == 1 else found[:1]
        if not found:
            raise LockInvalidError(one.where, f"{name} is not in the lock; it is older than the project")
        yield Step(found[0])
        for extra in one.texts("extras"):
            yield Step(found[0], normalize(extra))

    def _fits(self, number: int, constraint: str) -> bool:
        package = self._packages[number]
        python = package.text("python-versions")
        is_meant = satisfies(package.text("version"), constraint)
        return is_meant and satisfies(self._lock.target.python, python)


def _alternatives(table: Table, name: str) -> Iterable[Table]:
    """A dependency is a constraint, a table, or several tables for several environments."""
    value = table.values[name]
    where = f"{table.where}.{name}"
    for one in value if isinstance(value, list) else [value]:
        yield Table({"version": one} if isinstance(one, str) else one, where)


def _poetry_names(poetry: Table) -> frozenset[str]:
    names = {normalize(name) for name in poetry.table("dependencies").values}
    return frozenset(names - {"python"})


# --- entries


def _entry(package: Table, top: Table) -> Mapping[str, Any]:
    name, version, source = package.name(), package.text("version"), package.table("source")
    kind, url = source.text("type"), source.text("url")
    inside = {"subdirectory": source.text("subdirectory")} if "subdirectory" in source else {}
    if kind == "git":
        commit, asked = source.text("resolved_reference"), source.text("reference")
        revision = {"requested-revision": asked} if asked and asked != commit else {}
        return {"name": name, "vcs": {"type": "git", "url": url, "commit-id": commit, **revision, **inside}}
    if kind == "directory":
        editable = {"editable": True} if package.flag("develop") else {}
        return {"name": name, "directory": {"path": url, **editable, **inside}}
    files = list(_files(package, top))
    if kind in ("file", "url"):
        hashes = files[0]["hashes"] if files else {}
        place = {"path" if kind == "file" else "url": url}
        return {"name": name, "version": version, "archive": {**place, "hashes": hashes, **inside}}
    if not files:
        raise LockUnfitError(f"the lock has no files of {name} {version}", why="nothing could be installed")
    return release(name, version, files, url if kind == "legacy" and urlsplit(url).scheme else "")


def _files(package: Table, top: Table) -> Iterable[dict[str, Any]]:
    """The files: below the package, or as in poetry 1.0 and 1.1 all together in the metadata."""
    files: Iterable[Table] = package.tables("files")
    if "files" not in package:
        every = top.table("metadata").table("files")
        key = next((key for key in every.values if normalize(key) == package.name()), None)
        files = every.tables(key) if key is not None else ()
    for file in files:
        yield {"name": file.text("file"), "url": "", "hashes": hashes_of(file.text("hash"))}
