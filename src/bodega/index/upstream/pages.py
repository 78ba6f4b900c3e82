"""Project pages read through: single flight, stale while asked again, kept when the upstream is silent."""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from bodega.formats.names import NormalizedName
from bodega.formats.urls import masked
from bodega.index.upstream.errors import UpstreamError, UpstreamUnavailableError, retold
from bodega.index.upstream.first_seen import as_given, changes
from bodega.index.upstream.freshness import Freshness
from bodega.index.upstream.gathered import Gathered
from bodega.index.upstream.just_given import JustGiven
from bodega.index.upstream.known_pages import KnownPage, KnownPages
from bodega.index.upstream.model import SeenPage
from bodega.index.upstream.ports import UpstreamRecords
from bodega.index.upstream.silence import Silence
from bodega.index.upstream.single_flight import SingleFlight
from bodega.index.upstream.source import FetchedPage, UpstreamSource
from bodega.index.upstream.surroundings import Surroundings
from bodega.index.upstream.taking import take
from bodega.simple_api.pages import ListedProject, ProjectPage
from bodega.simple_api.render import RENDERER_VERSION, render_json

#: What is told to processes that waited for the same page.
_SEEN, _ABSENT = "seen", "absent"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageStanding:
    """Which page is current, and for how many more seconds it needs no asking."""

    fingerprint: str
    fresh_for: float


class UpstreamPages:
    """The pages of one upstream. Every method may be called from any thread."""

    def __init__(
        self,
        source: UpstreamSource,
        records: UpstreamRecords,
        *,
        surroundings: Surroundings,
        freshness: Freshness | None = None,
    ) -> None:
        self._source = source
        self._records = records
        self._background = surroundings.background
        self._clock = surroundings.clock
        self._turns = surroundings.turns
        self._marks = surroundings.marks
        self._observe = surroundings.observe
        self._enrich = surroundings.enrich
        self._freshness = freshness or Freshness()
        self._known = KnownPages(surroundings.marks)
        self._silence = Silence(self._freshness.pause)
        self._flights: SingleFlight[NormalizedName, PageStanding | None] = SingleFlight()
        self._gathered = Gathered(self._freshness.gather)
        self._just_given = JustGiven()
        self._arrival: Callable[[ProjectPage], None] | None = None

    def at_once(self, name: NormalizedName) -> tuple[bool, PageStanding | None]:
        """What can be said without any waiting: ``(True, standing or None for absent)``.

        ``(False, None)`` when ``standing`` must be asked. A page that is somewhat stale is served at once,
        and asked for behind.
        """
        now = time.monotonic()
        if self._gathered.is_due(name):
            # For the reader who comes next: this one does not wait.
            self._background(lambda: self.renew(name))
        known = self._known.page(name)
        if known is None:
            return self._known.is_absent(name, now), None
        left = known.fresh_until - now
        if left > 0:
            return True, PageStanding(known.fingerprint, left)
        if -left > self._freshness.stale and not self._silence:
            return False, None
        self._ask_behind(name)
        return True, PageStanding(known.fingerprint, 0.0)

    def standing(self, name: NormalizedName) -> PageStanding | None:
        """Which page is current, asking the upstream where that is needed; ``None``: no such project.

        Raises UpstreamError when the upstream gives no page and none was ever seen.
        """
        sure, standing = self.at_once(name)
        if sure:
            return standing
        mark = self._marks.of(name)
        before = self._records.seen(name)
        if before is None:
            return self._ask(name)
        age = self._age(before)
        if 0 <= age < self._freshness.revalidate:
            return self._remember(before, self._freshness.revalidate - age, mark)
        if age > self._freshness.revalidate + self._freshness.stale and not self._silence:
            return self._ask_or_keep(name, before)
        standing = self._remember(before, 0.0, mark)
        self._ask_behind(name)
        return standing

    def page(self, name: NormalizedName) -> tuple[PageStanding, ProjectPage] | None:
        """The page as we give it, and its standing; ``None``: no such project."""
        known = self._known.page(name)
        # Whoever reads a page has just asked how it stands: no second asking for one reader.
        standing = _standing(known) if known is not None else self.standing(name)
        if standing is None:
            return None
        page = self._just_given.take(name, standing.fingerprint)
        if page is not None:
            return standing, page
        page = self._given(name)
        if page is None:
            return None
        state = fingerprint(page)
        if state != standing.fingerprint:
            # More was learned since the page was last made: every reader has to ask for this state of it.
            renewed = self._flights.do(name, lambda: self._renewed(name)) or standing
            page = self._just_given.take(name, renewed.fingerprint) or page
            state = fingerprint(page)
        return replace(standing, fingerprint=state), page

    def refresh(self, name: NormalizedName) -> tuple[ProjectPage | None, ProjectPage | None]:
        """Ask the upstream now, however fresh the page is; it before and after. Raises UpstreamError."""
        before = self._given(name)
        standing = self._flights.do(name, lambda: self._asked(name, self._records.seen(name)))
        return before, self._given(name) if standing is not None else None

    def when_arrived(self, arrival: Callable[[ProjectPage], None]) -> None:
        """Tell this one of each page that came new or changed, as the upstream gave it."""
        self._arrival = arrival

    def note_changed(self, name: NormalizedName) -> None:
        """More was learned of the project's files: the page says so some seconds later."""
        # Not at once: a resolution that reads fifty documents would make fifty pages of one project.
        self._gathered.add(name)

    def renew(self, name: NormalizedName) -> None:
        """So much was learned of the project's files that the page must say it at once."""
        self._flights.do(name, lambda: self._renewed(name))

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects whose page was seen, by name, with our serial of the last change."""
        return self._records.listed(low, below)

    def list_mark(self) -> int:
        """Counts what changes ``listed``; quick."""
        return self._records.list_mark()

    def listed_since(self, mark: int, most: int) -> Collection[NormalizedName]:
        """Projects for which ``listed`` changed after the mark."""
        return self._records.listed_since(mark, most)

    def _ask_behind(self, name: NormalizedName) -> None:
        if not self._silence and not self._flights.is_under_way(name):
            self._background(lambda: self._ask_quietly(name))

    def _ask_quietly(self, name: NormalizedName) -> None:
        try:
            self._ask(name)
        except UpstreamError as error:
            _log.warning("page of %s not refreshed: %s (%s)", name, error.what, error.why)

    def _ask_or_keep(self, name: NormalizedName, before: SeenPage) -> PageStanding | None:
        """Ask first, but not for long: the kept page is better than none."""
        asked = threading.Event()

        def work() -> None:
            try:
                self._ask_quietly(name)
            finally:
                asked.set()

        self._background(work)
        asked.wait(self._freshness.patience)
        sure, standing = self.at_once(name)
        return standing if sure else self._remember(before, 0.0, self._marks.of(name))

    def _ask(self, name: NormalizedName) -> PageStanding | None:
        return self._flights.do(name, lambda: self._in_turn(name))

    def _in_turn(self, name: NormalizedName) -> PageStanding | None:
        """Ask, or learn what another process was told that asked at the same time or a moment ago."""
        with self._turns.take(f"page {self._source.url} {name}") as turn:
            mark = self._marks.of(name)
            before = self._records.seen(name)
            if turn.told is not None:
                return self._as_told(name, before, turn.told, mark)
            if before is not None and 0 <= self._age(before) < self._freshness.revalidate:
                if self._gathered.has(name):
                    return self._renewed(name)
                return self._remember(before, self._freshness.revalidate - self._age(before), mark)
            try:
                standing = self._asked(name, before)
            except UpstreamError as error:
                turn.tell(json.dumps([error.code, error.what, error.why or ""]))
                raise
            turn.tell(_SEEN if standing is not None else _ABSENT)
            return standing

    def _as_told(
        self, name: NormalizedName, before: SeenPage | None, told: str, mark: int
    ) -> PageStanding | None:
        if told == _ABSENT:
            self._put_absent(name)
            return None
        if told != _SEEN:
            raise retold(*json.loads(told))
        return None if before is None else self._remember(before, self._freshness.revalidate, mark)

    def _asked(self, name: NormalizedName, before: SeenPage | None) -> PageStanding | None:
        left = self._silence.left()
        if left:
            self._observe("left-alone")
            reason = (
                f"it did not answer {self._silence.failures} times in a row, and is left alone for a while"
            )
            raise UpstreamUnavailableError(name, reason, retry_after=left)
        try:
            fetched = self._source.page(name, before)
        except UpstreamUnavailableError as error:
            self._observe("failed")
            if self._silence.note(name, error.retry_after):
                _log.warning(
                    "the upstream %s does not answer, and is left alone for a while", masked(self._source.url)
                )
            raise
        except UpstreamError:
            self._observe("refused")
            raise
        self._observe("answered" if fetched is not None else "absent")
        if self._silence.end():
            _log.warning("the upstream %s answers again", masked(self._source.url))
        if fetched is None:
            if before is not None:
                self._gone(name)
            self._put_absent(name)
            return None
        return self._arrived(name, before, fetched)

    def _put_absent(self, name: NormalizedName) -> None:
        self._known.put_absent(name, time.monotonic() + self._freshness.absent, self._marks.of(name))

    def _age(self, seen: SeenPage) -> float:
        return (self._clock() - seen.checked_at).total_seconds()

    def _gone(self, name: NormalizedName) -> None:
        """The upstream has no such project any more: none of its files is listed."""
        nothing = ProjectPage(name=name, files=())
        known = self._records.files(name)
        self._records.learn([], list(changes(nothing, known, self._clock(), self._records.page(name))))
        self._records.forget(name)
        self._marks.move(name)

    def _arrived(self, name: NormalizedName, before: SeenPage | None, fetched: FetchedPage) -> PageStanding:
        seen = SeenPage(
            name=name,
            fingerprint=before.fingerprint if before is not None else "",
            seal=fetched.seal,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            checked_at=self._clock(),
            serial=before.serial if before is not None else None,
        )
        if fetched.parsed is None and not self._gathered.has(name):
            mark = self._marks.of(name)
            self._records.keep(seen)
            return self._remember(seen, self._freshness.revalidate, mark)
        self._gathered.settle(name)
        page: ProjectPage | None
        if fetched.parsed is not None:
            page, serial = take(fetched.parsed, self._source.url, self._records, self._clock())
            seen = replace(seen, serial=serial or seen.serial)
        else:
            page = self._records.page(name)
        if page is not None:
            seen = replace(seen, fingerprint=self._given_now(page, seen.serial))
        self._records.keep(seen, page)
        if fetched.parsed is not None and page is not None and self._arrival is not None:
            self._arrival(page)
        has_changed = before is None or before.fingerprint != seen.fingerprint
        mark = self._marks.move(name) if has_changed else self._marks.of(name)
        return self._remember(seen, self._freshness.revalidate, mark)

    def _renewed(self, name: NormalizedName) -> PageStanding | None:
        self._gathered.settle(name)
        seen, page = self._records.seen(name), self._records.page(name)
        if seen is None or page is None:
            return None
        seen = replace(seen, fingerprint=self._given_now(page, seen.serial))
        self._records.keep(seen)
        # The upstream was not asked: the page is as fresh as it was.
        left = max(0.0, self._freshness.revalidate - self._age(seen))
        return self._remember(seen, left, self._marks.move(name))

    def _given(self, name: NormalizedName) -> ProjectPage | None:
        page = self._records.page(name)
        seen = self._records.seen(name)
        return self._given_from(page, seen.serial if seen else None) if page is not None else None

    def _given_now(self, page: ProjectPage, serial: int | None) -> str:
        """The fingerprint of the page as we give it, which is held for the reader who will want it next."""
        given = self._given_from(page, serial)
        state = fingerprint(given)
        self._just_given.put(given, state)
        return state

    def _given_from(self, page: ProjectPage, serial: int | None) -> ProjectPage:
        return self._enrich(as_given(page, self._records.files(page.name), serial))

    def _remember(self, seen: SeenPage, fresh_for: float, mark: int) -> PageStanding:
        """``mark``: the project's, looked at before what is remembered was read."""
        now = time.monotonic()
        self._known.put(seen.name, KnownPage(seen.fingerprint, now + fresh_for, mark))
        return PageStanding(seen.fingerprint, fresh_for)


def _standing(known: KnownPage) -> PageStanding:
    return PageStanding(known.fingerprint, max(0.0, known.fresh_until - time.monotonic()))


def fingerprint(page: ProjectPage) -> str:
    """Changes with the page, and with the way we render pages."""
    seal = hashlib.sha256(render_json(page), usedforsecurity=False)
    return f"{RENDERER_VERSION}-{seal.hexdigest()[:40]}"
