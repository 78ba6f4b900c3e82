"""What a policy makes of the files that an index knows: their verdicts, and what a change would hide."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamError
from bodega.index.views.index_view import IndexView
from bodega.index.views.policy import QUARANTINED, Facts, Hidden, Policy, verdict
from bodega.simple_api.pages import ProjectPage

_STATUS = "project status"


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with what policy says of it; ``hidden`` is ``None`` where readers may have it."""

    facts: Facts
    hidden: Hidden | None

    @property
    def is_hidden_by_policy(self) -> bool:
        """Whether a rule hides it, and not its project's status."""
        return self.hidden is not None and self.hidden.rule != _STATUS


def judged(page: ProjectPage, policy: Policy, now: datetime) -> list[Judged]:
    """Every file of a page that no verdict has touched yet."""
    every = [
        Facts(project=page.name, filename=file.filename, available_at=file.available_at)
        for file in page.files
    ]
    status = _status(page)
    return [Judged(facts, status or verdict(policy, facts, now)) for facts in every]


def vanishing(view: IndexView, before: Policy, after: Policy, now: datetime) -> Iterator[Judged]:
    """The files of an index that one policy lets through and another would hide, project by project.

    ``view`` has no layer that judges, and does not ask upstreams for pages that it knows.
    """
    for project in view.listed():
        for one in _judged_project(view, project.name, after, now):
            if one.is_hidden_by_policy and verdict(before, one.facts, now) is None:
                yield one


def _status(page: ProjectPage) -> Hidden | None:
    """What the project's own status hides, whatever the policy (PEP 792)."""
    if page.status != "quarantined":
        return None
    reason = page.status_reason or "no reason given"
    return Hidden(code=QUARANTINED, reason=f"quarantined: {reason}", rule=_STATUS)


def _judged_project(view: IndexView, name: NormalizedName, policy: Policy, now: datetime) -> list[Judged]:
    try:
        found = view.page(name)
    except UpstreamError:
        # It was known a moment ago: whoever reads it gets nothing either.
        return []
    return judged(found[1], policy, now) if found is not None else []
