"""What an upstream knows against a release: the ``vulnerabilities`` of its JSON API, kept for a while.

No standard has it. An upstream that has no such document, or gives none now, says nothing: that is told
apart from knowing of nothing.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamError, UpstreamUnavailableError
from bodega.index.upstream.single_flight import SingleFlight
from bodega.index.upstream.source import UpstreamSource

#: Seconds for which an answer holds, and silence.
HOLDS, PAUSE = 3600.0, 60.0
MOST_KEPT = 4096
_MOST = 1000
#: The fields of an entry, as the public index has them.
_FIELDS = ("aliases", "details", "fixed_in", "id", "link", "source", "summary", "withdrawn")
_log = logging.getLogger(__name__)

Advisories = Sequence[Mapping[str, Any]]


class UpstreamAdvisories:
    """Those of one upstream, of at most so many releases. Every method may be called from any thread."""

    def __init__(
        self, source: UpstreamSource, *, clock: Callable[[], float] = time.monotonic, most: int = MOST_KEPT
    ) -> None:
        self._source = source
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[float, Advisories | None]] = OrderedDict()
        self._left_alone_until = 0.0
        self._flights: SingleFlight[tuple[str, str], Advisories | None] = SingleFlight()

    def of(self, name: NormalizedName, version: str) -> Advisories | None:
        """What is known against a release; ``None`` where the upstream does not say."""
        key = (name, version)
        with self._lock:
            until, known = self._kept.get(key, (0.0, None))
        now = self._clock()
        if now < until:
            return known
        if now < self._left_alone_until:
            return None
        return self._flights.do(key, lambda: self._ask(name, version))

    def _ask(self, name: NormalizedName, version: str) -> Advisories | None:
        try:
            given = self._source.advisories(name, version)
            found, holds = None if given is None else _sound(given), HOLDS
        except UpstreamError as error:
            _log.warning(
                "what is known against %s %s is not told: %s", name, version, error.why or error.what
            )
            found, holds = None, PAUSE
            if isinstance(error, UpstreamUnavailableError):
                # Whoever waits for a document does not wait for this, project by project.
                self._left_alone_until = self._clock() + PAUSE
        with self._lock:
            self._kept[name, version] = (self._clock() + holds, found)
            self._kept.move_to_end((name, version))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


def _sound(given: Sequence[Any]) -> Advisories | None:
    """The entries, with the fields that are known; ``None`` where they are none."""
    if len(given) > _MOST or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in given
    ):
        return None
    return [{name: one.get(name) for name in _FIELDS} for one in given]
