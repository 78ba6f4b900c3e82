"""``[tool.bodega]`` of a pyproject.toml: how a project is resolved and locked."""

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bodega.formats.names import InvalidProjectNameError, NormalizedName, normalize, project_name
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.versions import parse_specifier, parse_version
from bodega.installer.inputs.typed_table import TypedTable, nearest

STRATEGIES = ("highest", "lowest", "lowest-direct")
#: The group that is taken where ``default-groups`` says nothing, as uv and poetry have it.
USUAL_GROUP = NormalizedName("dev")

_KEYS = (
    "default-groups",
    "overrides",
    "constraints",
    "exclude-dependencies",
    "resolution",
    "prereleases",
    "uploaded-prior-to",
    "platforms",
    "pythons",
    "conflicts",
    "sources",
    "index",
    "metadata",
    # These two are read where they are used: inputs/audit_settings.py.
    "audit",
    "licenses",
)
_PYTHON = re.compile(r"\d+\.\d+(\.\d+)?", re.ASCII)
_FEWEST_IN_CONFLICT = 2


@dataclass(frozen=True, slots=True)
class NamedIndex:
    """An index with a name; an ``explicit`` one is asked for those projects alone that name it."""

    name: str
    url: str
    explicit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticMetadata:
    """What a project requires, whatever its files say; without a version, for each of its versions.

    ``requires_dist`` are requirements as written (PEP 508), with ``extra ==`` markers where they belong to
    one of ``provides_extra``.
    """

    name: NormalizedName
    version: str | None = None
    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[NormalizedName, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A project that comes from a folder or an archive on this machine, by absolute path."""

    path: str
    editable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings:
    """The settings; each empty where the file says nothing.

    ``conflicts`` are sets of (``extra`` or ``group``, name) of which never two are asked for together.
    ``sources`` maps a project to the name of the one index it comes from, ``local`` to where it lies here.
    ``prereleases`` are the projects whose pre-releases are taken, or whether those of all are.
    ``cutoff`` is a moment as ``--uploaded-prior-to`` takes one.
    """

    default_groups: tuple[NormalizedName, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    excluded: frozenset[NormalizedName] = frozenset()
    resolution: str | None = None
    prereleases: frozenset[NormalizedName] | bool = False
    cutoff: str | None = None
    platforms: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    conflicts: tuple[frozenset[tuple[str, str]], ...] = ()
    sources: Mapping[NormalizedName, str] = field(default_factory=dict)
    local: Mapping[NormalizedName, LocalSource] = field(default_factory=dict)
    indexes: tuple[NamedIndex, ...] = ()
    metadata: tuple[StaticMetadata, ...] = ()


def read_settings(
    table: TypedTable, folder: str, *, extras: Collection[str], groups: Collection[str]
) -> ProjectSettings:
    """Read ``[tool.bodega]``; ``extras`` and ``groups`` are those of the project, normalized.

    Paths are taken from ``folder``. Raises ProjectFileError.
    """
    table.only(_KEYS)
    strategy = table.text("resolution")
    if strategy is not None and strategy not in STRATEGIES:
        raise table.wrong("resolution", f"it is {strategy!r}; known are {', '.join(STRATEGIES)}")
    indexes = _indexes(table)
    return ProjectSettings(
        default_groups=_default_groups(table, groups),
        overrides=table.requirements("overrides"),
        constraints=table.requirements("constraints"),
        excluded=frozenset(table.names("exclude-dependencies")),
        resolution=strategy,
        prereleases=_prereleases(table),
        cutoff=_cutoff(table),
        platforms=table.texts("platforms"),
        pythons=_pythons(table),
        conflicts=_conflicts(table, {"extra": extras, "group": groups}),
        sources=_sources(table, [one.name for one in indexes]),
        local=_local(table, folder),
        indexes=indexes,
        metadata=tuple(_metadata(one) for one in table.tables("metadata")),
    )


def _default_groups(table: TypedTable, groups: Collection[str]) -> tuple[NormalizedName, ...]:
    if "default-groups" not in table:
        return (USUAL_GROUP,) if USUAL_GROUP in groups else ()
    named = table.names("default-groups")
    for name in named:
        if name not in groups:
            raise table.wrong("default-groups", _unknown("group", name, groups))
    return named


def _prereleases(table: TypedTable) -> frozenset[NormalizedName] | bool:
    said = table.value("prereleases")
    if said is None or isinstance(said, bool):
        return bool(said)
    return frozenset(table.names("prereleases"))


def _cutoff(table: TypedTable) -> str | None:
    """A moment, as a text or as one of TOML's own dates."""
    said = table.value("uploaded-prior-to")
    return said.isoformat() if isinstance(said, date) else table.text("uploaded-prior-to")


def _pythons(table: TypedTable) -> tuple[str, ...]:
    pythons = table.texts("pythons")
    for number, text in enumerate(pythons):
        if not _PYTHON.fullmatch(text):
            raise table.wrong(f"pythons[{number}]", f"{text!r} is no version of Python, such as 3.12")
    return pythons


def _conflicts(
    table: TypedTable, known: Mapping[str, Collection[str]]
) -> tuple[frozenset[tuple[str, str]], ...]:
    said = table.value("conflicts") or []
    if not isinstance(said, list):
        raise table.wrong("conflicts", "it is to be an array of arrays")
    found = []
    for number, one in enumerate(said):
        key = f"conflicts[{number}]"
        if not isinstance(one, list) or not all(isinstance(text, str) for text in one):
            raise table.wrong(key, 'it is to be an array such as ["extra:cpu", "extra:gpu"]')
        members = frozenset(_member(table, key, text, known) for text in one)
        if len(members) < _FEWEST_IN_CONFLICT:
            raise table.wrong(key, "it takes two that are never asked for together")
        found.append(members)
    return tuple(found)


def _member(table: TypedTable, key: str, text: str, known: Mapping[str, Collection[str]]) -> tuple[str, str]:
    kind, _, written = text.partition(":")
    name = normalize(written)
    if kind not in known or not name:
        raise table.wrong(key, f"{text!r} is neither extra:NAME nor group:NAME")
    if name not in known[kind]:
        raise table.wrong(key, _unknown(kind, name, known[kind]))
    return kind, name


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    near = nearest(name, known)
    return f"the project has no {kind} {name!r}" + (f"; the nearest is {near!r}" if near else "")


def _sources(table: TypedTable, indexes: Collection[str]) -> dict[NormalizedName, str]:
    sources = table.table("sources")
    found = {}
    for written in sources:
        source = sources.table(written)
        source.only(("index", "path", "editable"))
        if ("index" in source) == ("path" in source):
            raise sources.wrong(written, "it takes either an index or a path")
        if "index" in source:
            if "editable" in source:
                raise source.wrong("editable", "what comes from an index cannot be editable")
            name = source.required_text("index")
            if name not in indexes:
                near = nearest(name, indexes)
                reason = f"no [[tool.bodega.index]] is called {name!r}"
                raise source.wrong("index", reason + (f"; the nearest is {near!r}" if near else ""))
            found[_project(sources, written)] = name
    return found


def _local(table: TypedTable, folder: str) -> dict[NormalizedName, LocalSource]:
    sources = table.table("sources")
    return {
        _project(sources, written): LocalSource(
            os.path.normpath(os.path.join(folder, source.required_text("path"))), source.flag("editable")
        )
        for written in sources
        if "path" in (source := sources.table(written))
    }


def _project(table: TypedTable, written: str) -> NormalizedName:
    try:
        return project_name(written).normalized
    except InvalidProjectNameError as error:
        raise table.wrong(written, f"{error.what}: {error.why}") from None


def _indexes(table: TypedTable) -> tuple[NamedIndex, ...]:
    found: dict[str, NamedIndex] = {}
    for one in table.tables("index"):
        one.only(("name", "url", "explicit"))
        name, url = one.required_text("name"), one.required_text("url")
        if name in found:
            raise one.wrong("name", f"another index is called {name!r}, too")
        if not url.startswith(("https://", "http://", "file://")):
            raise one.wrong("url", "it is to be an https:, http: or file: URL")
        found[name] = NamedIndex(name, url if url.endswith("/") else f"{url}/", one.flag("explicit"))
    return tuple(found.values())


def _metadata(table: TypedTable) -> StaticMetadata:
    table.only(("name", "version", "requires-dist", "requires-python", "provides-extra"))
    name, version = table.required_text("name"), table.text("version")
    python = table.text("requires-python")
    if version is not None and parse_version(version) is None:
        raise table.wrong("version", f"{version!r} is no version (PEP 440)")
    if python is not None and parse_specifier(python) is None:
        raise table.wrong("requires-python", f"{python!r} is no version specifier (PEP 440)")
    for number, text in enumerate(table.texts("requires-dist")):
        try:
            parse_requirement(text)
        except InvalidRequirementError as error:
            raise table.wrong(f"requires-dist[{number}]", f"{error.what}: {error.why}") from None
    return StaticMetadata(
        name=_project(table, name),
        version=version,
        requires_dist=table.texts("requires-dist"),
        requires_python=python,
        provides_extra=table.names("provides-extra"),
    )
