"""Operations on projects and releases: from checked values to an order, from its result to an answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bodega.bootstrap.catalog import CatalogHalf
from bodega.formats.names import NormalizedName, project_name
from bodega.index.catalog.act_errors import ProjectNotOursError
from bodega.index.catalog.commands import (
    DeleteRelease,
    GrantUpstream,
    PromoteRelease,
    SetProjectStatus,
    UnyankRelease,
    YankRelease,
)
from bodega.index.catalog.model import ReleaseChange
from bodega.index.catalog.views import ProjectFacts
from bodega.index.views.errors import IndexNotFoundError
from bodega.simple_api.pages import ProjectFile

Values = Mapping[str, Any]
Document = dict[str, Any]


def show_project(catalog: CatalogHalf, values: Values, _by: str) -> Document:
    """Show a project; raises ProjectNotOursError."""
    return _shown(catalog, _index(catalog, values["index"]), _project(values))


def set_project_status(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Set its status."""
    order = SetProjectStatus(
        index=_index(catalog, values["index"]),
        project=_project(values),
        status=values["status"],
        reason=values.get("reason"),
        by=by,
    )
    catalog.releases.set_status(order)
    return _shown(catalog, order.index, order.project)


def grant_upstream(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Grant the upstream's namesake a place beside it."""
    order = GrantUpstream(index=_index(catalog, values["index"]), project=_project(values), by=by)
    catalog.releases.grant_upstream(order)
    return _shown(catalog, order.index, order.project)


def yank_release(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Yank a release."""
    named = _release(catalog, values, by)
    order = YankRelease(**named, reason=values.get("reason") or "", filename=values.get("file"))
    return _changed(catalog.releases.yank(order))


def unyank_release(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Take a yank back."""
    order = UnyankRelease(**_release(catalog, values, by), filename=values.get("file"))
    return _changed(catalog.releases.unyank(order))


def delete_release(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Delete a release."""
    named = _release(catalog, values, by)
    order = DeleteRelease(**named, reason=values.get("reason") or "", filename=values.get("file"))
    return _changed(catalog.releases.delete(order))


def promote_release(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Publish a release in another index too."""
    order = PromoteRelease(**_release(catalog, values, by), to=_index(catalog, values["to"]))
    return _changed(catalog.releases.promote(order))


def _release(catalog: CatalogHalf, values: Values, by: str) -> dict[str, Any]:
    return {
        "index": _index(catalog, values["index"]),
        "project": _project(values),
        "version": values["version"],
        "by": by,
    }


def _index(catalog: CatalogHalf, name: str) -> str:
    if name not in catalog.index_definitions():
        raise IndexNotFoundError(name)
    return name


def _project(values: Values) -> NormalizedName:
    return project_name(values["project"]).normalized


def _changed(change: ReleaseChange) -> Document:
    return {
        "index": change.index,
        "project": change.project,
        "version": change.version,
        "files": list(change.files),
        "serial": change.serial,
    }


def _shown(catalog: CatalogHalf, index: str, name: NormalizedName) -> Document:
    facts = catalog.views(index).facts(name)
    if facts is None:
        raise ProjectNotOursError(name, index)
    return {
        "name": facts.name,
        "display_name": facts.typed_name,
        "index": index,
        "status": facts.status,
        "reason": facts.status_reason,
        "mixes_upstream": facts.mixes_upstream,
        "serial": facts.serial,
        "created": _time(facts.created_at),
        "created_by": facts.created_by,
        "releases": _releases(facts),
    }


def _releases(facts: ProjectFacts) -> list[Document]:
    versions = dict.fromkeys(version for version, _ in facts.files)
    return [
        {
            "version": version,
            "yanked": all(file.yanked is not None for of, file in facts.files if of == version),
            "files": [_file(file) for of, file in facts.files if of == version],
        }
        for version in versions
    ]


def _file(file: ProjectFile) -> Document:
    return {
        "filename": file.filename,
        "sha256": file.hashes["sha256"],
        "size": file.size,
        "uploaded": _time(file.upload_time) if file.upload_time else None,
        "yanked": file.yanked is not None,
        "reason": file.yanked or None,
    }


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()
