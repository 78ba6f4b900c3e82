"""Which extras and dependency groups there are, by a foreign lock and the project beside it.

Without this a misspelt one would be taken as nothing, and a ``sync`` would remove what it was to install.
"""

from bodega.formats.names import normalize
from bodega.installer.locking.errors import LockPartError
from bodega.installer.locking.foreign.values import ForeignLock, Table

#: What pdm and poetry call the project's own dependencies.
_OWN = frozenset({"default", "main"})
#: How uv's locks say that a package is the project itself, or one beside it.
_IN_PLACE = ("editable", "virtual", "directory")


def check_parts(lock: ForeignLock) -> None:
    """Raise LockPartError where an extra or a group is asked for that nothing knows, LockInvalidError."""
    choice = lock.choice
    if not (choice.extras or choice.groups):
        return
    shared = _pdm_groups(lock)
    for kind, asked, known in (
        ("extra", choice.extras, _extras(lock) | shared),
        ("dependency group", choice.groups or frozenset(), _groups(lock) | shared),
    ):
        for name in sorted(asked - known - _OWN):
            raise LockPartError(kind, name, sorted(known))


def _extras(lock: ForeignLock) -> frozenset[str]:
    top, beside = _documents(lock)
    named = [*top.table("extras").values, *beside.table("project").table("optional-dependencies").values]
    named += beside.table("tool").table("poetry").table("extras").values
    for package in _packages(top):
        if _is_in_place(package):
            named += package.table("optional-dependencies").values
            named += package.table("metadata").texts("provides-extras")
    return frozenset(map(normalize, named))


def _groups(lock: ForeignLock) -> frozenset[str]:
    top, beside = _documents(lock)
    tool = beside.table("tool")
    older = (tool.table("poetry"), tool.table("pdm"), tool.table("uv"))
    named = [*beside.table("dependency-groups").values, *older[0].table("group").values]
    named += older[1].table("dev-dependencies").values
    named += ["dev"] if any("dev-dependencies" in one for one in (older[0], older[2])) else []
    named += top.table("manifest").table("dependency-groups").values
    for package in _packages(top):
        if _is_in_place(package):
            named += package.table("dev-dependencies").values
            named += package.table("metadata").table("requires-dev").values
        named += package.texts("groups")
    return frozenset(map(normalize, named))


def _pdm_groups(lock: ForeignLock) -> frozenset[str]:
    """What pdm's locks list: extras and groups alike."""
    return frozenset(map(normalize, _documents(lock)[0].table("metadata").texts("groups")))


def _documents(lock: ForeignLock) -> tuple[Table, Table]:
    return Table(lock.document, lock.path), Table(lock.project, "pyproject.toml")


def _packages(top: Table) -> list[Table]:
    return list(top.tables("package"))


def _is_in_place(package: Table) -> bool:
    """Whether a package is no release of an index, whose extras are not the project's."""
    source = package.values.get("source")
    return isinstance(source, dict) and any(kind in source for kind in _IN_PLACE)
