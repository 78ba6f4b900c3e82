"""``pdm.lock``: packages with their groups and markers; an extra of a package is an entry of its own."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.versions import allowed, parse_specifier, python_allows
from bodega.installer.inputs.groups import resolved_group
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.foreign.projects import own_project, required_names
from bodega.installer.locking.foreign.reaching import Step, reached
from bodega.installer.locking.foreign.values import Chosen, ForeignLock, Table, hashes_of, release

_DEFAULT = "default"
_INHERITED = "inherit_metadata"


def read_pdm(lock: ForeignLock) -> Chosen:
    """Choose from a lock; raises LockInvalidError, LockUnfitError."""
    top = Table(lock.document, lock.path)
    metadata = top.table("metadata")
    version = metadata.text("lock_version")
    if version.partition(".")[0] != "4":
        raise LockInvalidError("metadata.lock_version", f"it is {version[:40]!r}; known is 4.x")
    _check_targets(metadata, lock)
    project = Table(lock.project, "pyproject.toml")
    packages = list(top.tables("package"))
    groups = _wanted_groups(metadata, project, lock)
    if _INHERITED in metadata.texts("strategy"):
        chosen = [number for number, one in enumerate(packages) if _is_wanted(one, lock, groups)]
    else:
        chosen = _Walk(lock, packages, project, groups).chosen()
    pdm = project.table("tool").table("pdm")
    own = own_project(lock, package_mode=pdm.values.get("distribution") is not False)
    entries = {packages[number].name(): _entry(packages[number]) for number in chosen}
    return Chosen((*entries.values(), *own), required_names(project))


def _check_targets(metadata: Table, lock: ForeignLock) -> None:
    """Raise LockUnfitError where none of the lock's targets is this environment."""
    targets = [one.text("requires_python") for one in metadata.tables("targets")]
    python = lock.target.python
    wanted = [text for text in targets if text]
    if wanted and not any(python_allows(text, python) for text in wanted if parse_specifier(text)):
        raise LockUnfitError(
            f"the lock is for Python {' or '.join(wanted)}", why=f"this environment has {python}"
        )


def _wanted_groups(metadata: Table, project: Table, lock: ForeignLock) -> frozenset[str]:
    """The groups that come: all that are locked, as pdm has it, unless some are named."""
    locked = {normalize(name) for name in metadata.texts("groups")} | {normalize(_DEFAULT)}
    choice = lock.choice
    if choice.groups is None and not choice.extras:
        return frozenset(locked)
    extras = {normalize(name) for name in project.table("project").table("optional-dependencies").values}
    groups = locked - extras if choice.groups is None else choice.groups
    return frozenset({normalize(_DEFAULT), *groups, *(choice.extras & extras)})


def _is_wanted(package: Table, lock: ForeignLock, groups: frozenset[str]) -> bool:
    named = {normalize(name) for name in package.texts("groups")}
    return bool(named & groups) and lock.holds(package.text("marker"))


class _Walk:
    """A lock of before pdm 2.17: who requires whom says what comes."""

    def __init__(
        self, lock: ForeignLock, packages: list[Table], project: Table, groups: frozenset[str]
    ) -> None:
        if not lock.project:
            raise LockInvalidError(lock.path, "it needs the pyproject.toml beside it, which is not there")
        self._lock = lock
        self._packages = packages
        self._project = project
        self._groups = groups
        self._by_name: dict[NormalizedName, list[int]] = {}
        for number, package in enumerate(packages):
            self._by_name.setdefault(package.name(), []).append(number)

    def chosen(self) -> list[int]:
        return reached(self._roots(), self._following)

    def _roots(self) -> Iterable[Step]:
        table = self._project.table("project")
        extras = table.table("optional-dependencies")
        texts = list(table.texts("dependencies"))
        for extra in extras.values:
            texts += extras.texts(extra) if normalize(extra) in self._groups else ()
        groups = self._project.table("dependency-groups")
        for group in groups.values:
            if normalize(group) in self._groups:
                texts += resolved_group(dict(groups.values), group, "pyproject.toml")
        older = self._project.table("tool").table("pdm").table("dev-dependencies")
        for group in older.values:
            texts += older.texts(group) if normalize(group) in self._groups else ()
        for text in texts:
            yield from self._steps(text.removeprefix("-e ").strip(), "pyproject.toml")

    def _following(self, step: Step) -> Iterable[Step]:
        package = self._packages[step.number]
        for text in package.texts("dependencies"):
            yield from self._steps(text, package.where)

    def _steps(self, text: str, where: str) -> Iterable[Step]:
        try:
            requirement = parse_requirement(text)
        except InvalidRequirementError as error:
            raise LockInvalidError(where, error.what) from None
        if not self._lock.holds(requirement.marker):
            return
        wanted = [frozenset[str](), *(frozenset({extra}) for extra in requirement.extras)]
        for extras in wanted:
            found = self._number(requirement, extras)
            if found is not None:
                yield Step(found)
            elif not extras:
                raise LockInvalidError(where, f"{requirement.name} is not in the lock")

    def _number(self, requirement: Requirement, extras: frozenset[str]) -> int | None:
        for number in self._by_name.get(requirement.name, ()):
            package = self._packages[number]
            named = frozenset(normalize(name) for name in package.texts("extras"))
            fits = requirement.url is not None or allowed(requirement.specifier, [package.text("version")])[0]
            if fits and (extras <= named if extras else not named) and self._is_for_here(package):
                return number
        return None

    def _is_for_here(self, package: Table) -> bool:
        python = package.text("requires_python")
        return self._lock.holds(package.text("marker")) and (
            not python or parse_specifier(python) is None or python_allows(python, self._lock.target.python)
        )


def _entry(package: Table) -> Mapping[str, Any]:
    name, version = package.name(), package.text("version")
    inside = {"subdirectory": package.text("subdirectory")} if "subdirectory" in package else {}
    if "git" in package:
        commit, asked = package.text("revision"), package.text("ref")
        checkout = {"type": "git", "url": package.text("git"), "commit-id": commit, **inside}
        return {"name": name, "vcs": {**checkout, **({"requested-revision": asked} if asked else {})}}
    files = list(_files(package))
    if "path" in package and not files:
        editable = {"editable": True} if package.flag("editable") else {}
        return {"name": name, "directory": {"path": package.text("path"), **editable, **inside}}
    for key in ("path", "url"):
        if key in package:
            hashes = files[0]["hashes"] if files else {}
            archive = {key: package.text(key), "hashes": hashes, **inside}
            return {"name": name, "version": version, "archive": archive}
    if not files:
        raise LockUnfitError(f"the lock has no files of {name} {version}", why="nothing could be installed")
    return release(name, version, files)


def _files(package: Table) -> Iterable[dict[str, Any]]:
    for file in package.tables("files"):
        url = file.text("url")
        name = file.text("file") or unquote(urlsplit(url).path).rpartition("/")[2]
        yield {"name": name, "url": url, "hashes": hashes_of(file.text("hash"))}
