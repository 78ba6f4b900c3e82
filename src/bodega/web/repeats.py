"""Answers given before, ready to be given again while nothing has changed.

An answer is kept by the bytes of its URL and of the headers that choose among answers, together with the
version of the database that was current before it was made. Any commit, of any connection and process,
makes another version, and with it everything kept is forgotten: what is given again is what would be made.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bodega.web.request import FileBody, Headers

MEMORY_BYTES = 64 << 20
_OVERHEAD = 1500

#: Bytes of ``Accept``, ``Accept-Encoding`` and ``Authorization``: a private index speaks to one token.
Variant = tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An answer: its head after the status line up to the request's id, for 200 and for 304, and its body."""

    route: str
    path: str
    etag: bytes
    head: bytes
    unmodified_head: bytes
    body: bytes | FileBody
    expires: float


class Repeats:
    """The answers of one process; used from one thread."""

    def __init__(
        self,
        version: Callable[[], int] | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        """``version`` says in which state the database is; where it is ``None``, nothing is repeated.

        It may raise; nothing is repeated then, either.
        """
        self._read_version = version
        self._clock = clock
        self._budget = memory_bytes
        self._used = 0
        self._version = -1
        self._kept: dict[bytes, dict[Variant, Repeat]] = {}

    def find(self, url: bytes, variant: Variant) -> Repeat | None:
        """The answer, if it would be made the same now."""
        forms = self._kept.get(url)
        if forms is None:
            return None
        found = forms.get(variant)
        version = self._version
        if found is None or self.current_version() != version or found.expires <= self._clock():
            return None
        return found

    def recorder(self, url: bytes, variant: Variant) -> "Recorder":
        """Where the answer that is made now may be kept."""
        return Recorder(self, url, variant, self.current_version())

    def current_version(self) -> int | None:
        """The state of the database; forgets all answers of another. ``None``: it does not say."""
        if self._read_version is None:
            return None
        try:
            version = self._read_version()
        except Exception:  # noqa: BLE001 - whatever is wrong with the database, the ordinary way will say so
            return None
        if version != self._version:
            self._forget()
            self._version = version
        return version

    def keep(self, url: bytes, variant: Variant, repeat: Repeat, version: int | None) -> None:
        """Keep an answer that was made of that version or of a later one."""
        size = _size(repeat)
        if version is None or version != self._version or size > self._budget // 4:
            return
        forms = self._kept.setdefault(url, {})
        before = forms.pop(variant, None)
        self._used += size - (_size(before) if before is not None else 0)
        forms[variant] = repeat
        while self._used > self._budget:
            oldest = next(iter(self._kept))
            self._used -= sum(map(_size, self._kept.pop(oldest).values()))

    def seconds_from_now(self, seconds: float) -> float:
        """When that many seconds have passed."""
        return self._clock() + seconds

    def _forget(self) -> None:
        self._kept.clear()
        self._used = 0


@dataclass(frozen=True, slots=True)
class Recorder:
    """Keeps the answer of one request."""

    repeats: Repeats
    url: bytes
    variant: Variant
    version: int | None

    def keep(
        self, route: str, path: str, headers: Headers, *, body: bytes | FileBody, seconds: float
    ) -> None:
        """Keep it for ``seconds``: its headers but length and id, and its body."""
        shared = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        length = b"content-length: %d\r\n" % (len(body) if isinstance(body, bytes) else body.size)
        repeat = Repeat(
            route=route,
            path=path,
            etag=next((value for name, value in headers if name == b"etag"), b""),
            head=b"%b%bx-request-id: " % (shared, length),
            unmodified_head=b"%bx-request-id: " % shared,
            body=body,
            expires=self.repeats.seconds_from_now(seconds),
        )
        self.repeats.keep(self.url, self.variant, repeat, self.version)


def _size(repeat: Repeat) -> int:
    return _OVERHEAD + (len(repeat.body) if isinstance(repeat.body, bytes) else 0)
