"""Management of an index: the operations of ``protocol.operations``, done on the catalogue at hand."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bodega.bootstrap import (
    managing_audit,
    managing_indexes,
    managing_policy,
    managing_projects,
    managing_tokens,
)
from bodega.bootstrap.catalog import CatalogHalf
from bodega.bootstrap.managing_policy import OpenDesk
from bodega.bootstrap.managing_upstreams import refresh_project
from bodega.bootstrap.outside import Outside

#: Does one operation, from checked values and the name of who orders it; the answer is as documented.
Run = Callable[[CatalogHalf, Mapping[str, Any], str], dict[str, Any]]
#: The same, for what judges files.
RunAtDesk = Callable[[OpenDesk, Mapping[str, Any], str], dict[str, Any]]

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
    "show_policy": managing_policy.show_policy,
    "set_cooldown": managing_policy.set_cooldown,
    "set_index_cooldown": managing_policy.set_cooldown,
    "unset_cooldown": managing_policy.unset_cooldown,
    "unset_index_cooldown": managing_policy.unset_cooldown,
    "add_policy_rule": managing_policy.add_policy_rule,
    "add_index_policy_rule": managing_policy.add_policy_rule,
    "take_back_policy_rule": managing_policy.take_back_policy_rule,
    "take_back_index_policy_rule": managing_policy.take_back_policy_rule,
}
RUNS_AT_DESK: Mapping[str, RunAtDesk] = {
    "show_index_policy": managing_policy.show_index_policy,
    "check_policy": managing_policy.check_policy,
    "preview_cooldown": managing_policy.preview_cooldown,
    "preview_index_cooldown": managing_policy.preview_cooldown,
    "preview_policy_rule": managing_policy.preview_policy_rule,
    "preview_index_policy_rule": managing_policy.preview_policy_rule,
}
#: The operation that asks upstreams.
REFRESH = "refresh_project"


class Management(Protocol):
    """Where operations are done: here, or at a server. Values and answers are the same either way."""

    def run(self, operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Do the operation; raises what its order raises."""


class LocalManagement:
    """Implements Management on a catalogue, in the name of ``by``."""

    def __init__(self, catalog: CatalogHalf, outside: Outside, by: str) -> None:
        self._catalog = catalog
        self._outside = outside
        self._by = by

    def run(self, operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Do the operation."""
        at_desk = RUNS_AT_DESK.get(operation)
        if at_desk is not None:
            return at_desk(self._outside.desk, values, self._by)
        if operation == REFRESH:
            return refresh_project(self._outside.refresh, values)
        return RUNS[operation](self._catalog, values, self._by)
