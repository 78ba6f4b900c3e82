"""What is taken of a page that an upstream gave: files that are within reach and contradict nothing."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bodega.index.upstream.first_seen import compare
from bodega.index.upstream.model import Refusal
from bodega.index.upstream.ports import UpstreamRecords
from bodega.simple_api.pages import ProjectPage
from bodega.simple_api.parse import ParsedPage
from bodega.simple_api.reach import out_of_reach

_log = logging.getLogger(__name__)


def take(
    parsed: ParsedPage, root: str, records: UpstreamRecords, now: datetime
) -> tuple[ProjectPage, int | None]:
    """The page without what is refused; its files are remembered, with the serial of what is new.

    ``root`` is the upstream's. What is refused is recorded, and told in the log.
    """
    page = parsed.page
    unreachable = {file.filename for file in page.files if out_of_reach(file.url, root)}
    if unreachable:
        page = replace(page, files=tuple(f for f in page.files if f.filename not in unreachable))
    comparison = compare(page, records.files(page.name), now, records.page(page.name))
    refusals = [*_at_once(parsed, unreachable, now), *comparison.refusals]
    for refusal in refusals:
        _log.warning("refused from upstream: %s of %s: %s", refusal.filename, page.name, refusal.reason)
    if refusals:
        records.refuse(refusals)
    return page, records.learn(comparison.files, comparison.changes)


def _at_once(parsed: ParsedPage, unreachable: set[str], now: datetime) -> Iterator[Refusal]:
    """What is refused whatever was seen before."""
    name = parsed.page.name
    for dropped in parsed.dropped:
        yield Refusal(project=name, filename=dropped.filename, reason=dropped.reason, at=now)
    for filename in sorted(unreachable):
        yield Refusal(project=name, filename=filename, reason="its URL is on a private network", at=now)
