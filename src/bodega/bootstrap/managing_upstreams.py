"""Operations on what is known of upstreams: from checked values to an order, from its result to an answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bodega.formats.names import NormalizedName, project_name

if TYPE_CHECKING:
    from bodega.bootstrap.refreshing import Refreshed

#: Asks every upstream of an index for a project now.
Refresh = Callable[[NormalizedName, str], Sequence["Refreshed"]]

_FORMAT = 1


def refresh_project(refresh: Refresh, values: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the upstreams of an index for a project now; raises IndexNotFoundError, UpstreamError."""
    name = project_name(values["project"]).normalized
    asked = [
        {"upstream": one.upstream, "known": one.is_known, "files": len(one.files), "new": list(one.new)}
        for one in refresh(name, values["index"])
    ]
    return {"version": _FORMAT, "project": name, "index": values["index"], "upstreams": asked}
