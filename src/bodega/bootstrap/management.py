"""Management of an index: the operations of ``protocol.operations``, done on the catalogue at hand."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bodega.bootstrap import managing_audit, managing_indexes, managing_projects, managing_tokens
from bodega.bootstrap.catalog import CatalogHalf

#: Does one operation, from checked values and the name of who orders it; the answer is as documented.
Run = Callable[[CatalogHalf, Mapping[str, Any], str], dict[str, Any]]

RUNS: Mapping[str, Run] = {
    "show_project": managing_projects.show_project,
    "set_project_status": managing_projects.set_project_status,
    "grant_upstream": managing_projects.grant_upstream,
    "yank_release": managing_projects.yank_release,
    "unyank_release": managing_projects.unyank_release,
    "promote_release": managing_projects.promote_release,
    "delete_release": managing_projects.delete_release,
    "list_tokens": managing_tokens.list_tokens,
    "create_token": managing_tokens.create_token,
    "revoke_token": managing_tokens.revoke_token,
    "list_indexes": managing_indexes.list_indexes,
    "create_index": managing_indexes.create_index,
    "show_index": managing_indexes.show_index,
    "delete_index": managing_indexes.delete_index,
    "list_audit": managing_audit.list_audit,
}


class Management(Protocol):
    """Where operations are done: here, or at a server. Values and answers are the same either way."""

    def run(self, operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Do the operation; raises what its order raises."""


class LocalManagement:
    """Implements Management on a catalogue, in the name of ``by``."""

    def __init__(self, catalog: CatalogHalf, by: str) -> None:
        self._catalog = catalog
        self._by = by

    def run(self, operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Do the operation."""
        return RUNS[operation](self._catalog, values, self._by)
