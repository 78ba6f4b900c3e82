"""Operations on indexes: from checked values to an order, from its result to an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from bodega.bootstrap.catalog import CatalogHalf
from bodega.bootstrap.upstream_choice import InvalidUpstreamError, upstream_url
from bodega.formats.urls import masked
from bodega.index.views.commands import CreateIndex, DeleteIndex
from bodega.index.views.errors import IndexNotFoundError
from bodega.index.views.model import CLOSED_AFTER_DAYS, IndexDefinition


def list_indexes(catalog: CatalogHalf, _values: Mapping[str, Any], _by: str) -> dict[str, Any]:
    """Every index, main first."""
    return {"indexes": [_facts(one) for one in catalog.index_definitions().values()]}


def show_index(catalog: CatalogHalf, values: Mapping[str, Any], _by: str) -> dict[str, Any]:
    """One index; raises IndexNotFoundError."""
    definition = catalog.index_definitions().get(values["index"])
    if definition is None:
        raise IndexNotFoundError(values["index"])
    return _facts(definition)


def create_index(catalog: CatalogHalf, values: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Make an index."""
    order = CreateIndex(
        name=values["name"],
        bases=tuple(dict.fromkeys(values.get("bases", ()))),
        upstreams=_upstreams(values.get("upstreams")),
        is_private=values.get("private", False),
        closed_after_days=values.get("closed_after_days", CLOSED_AFTER_DAYS),
        by=by,
    )
    return _facts(catalog.create_index(order))


def delete_index(catalog: CatalogHalf, values: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Remove an index."""
    catalog.delete_index(DeleteIndex(name=values["index"], by=by))
    return {"name": values["index"], "deleted": True}


def _upstreams(texts: Sequence[str] | None) -> tuple[str, ...] | None:
    if texts is None:
        return None
    urls = [upstream_url(text) for text in texts]
    if None in urls:
        raise InvalidUpstreamError("none")
    return tuple(url for url in urls if url)


def _facts(definition: IndexDefinition) -> dict[str, Any]:
    upstreams = definition.upstreams
    return {
        "name": definition.name,
        "bases": list(definition.bases),
        "upstreams": None if upstreams is None else [masked(url) for url in upstreams],
        "private": definition.is_private,
        "closed_after_days": definition.closed_after_days,
    }
