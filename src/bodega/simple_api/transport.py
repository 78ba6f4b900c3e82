"""The port through which an index is asked, and the failures that may come out of it.

Both halves ask indexes: the installer, and our own index its upstream. The adapter is ``adapters/http``.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from bodega.formats.errors import BodegaError

NO_HEADERS: Mapping[str, str] = {}


class IndexUnreachableError(BodegaError):
    """No answer: refused, timed out, name unknown, TLS failed, or cut before the headers."""

    code = "E-INDEX-UNREACHABLE"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"cannot reach {url}", why=reason)
        self.url = url
        self.reason = reason


class OutOfReachError(BodegaError):
    """What an index says leads into this machine or the network around it, where it has no business."""

    code = "E-INDEX-OUT-OF-REACH"

    def __init__(self, place: str, addresses: str = "") -> None:
        super().__init__(
            f"{place} is out of reach for the index that names it",
            why=f"it resolves to {addresses}"
            if addresses
            else "it is on a private network, and the index is not",
        )
        self.place = place


class BadRedirectError(BodegaError):
    """The index redirects without end, out of the web, or from https to http."""

    code = "E-INDEX-REDIRECT"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} redirects where nothing can be asked", why=reason)
        self.url = url
        self.reason = reason


class IndexStatusError(BodegaError):
    """The index answered, but not with what was asked for."""

    code = "E-INDEX-STATUS"

    def __init__(self, url: str, status: int, *, detail: str = "") -> None:
        super().__init__(f"{url} answered {status}", why=detail or None)
        self.url = url
        self.status = status
        self.detail = detail


class TruncatedDownloadError(BodegaError):
    """The connection ended before the announced length."""

    code = "E-DOWNLOAD-TRUNCATED"

    def __init__(self, url: str, *, got: int, expected: int) -> None:
        super().__init__(f"{url} was cut off", why=f"{got} of {expected} bytes arrived")
        self.url = url
        self.got = got
        self.expected = expected


class AnswerTooLargeError(BodegaError):
    """The answer is larger than what is accepted for its kind."""

    code = "E-INDEX-ANSWER-TOO-LARGE"

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(f"{url} answered with more than {limit} bytes")
        self.url = url
        self.limit = limit


class Answer(Protocol):
    """An answer whose headers have arrived. Header names are lower case."""

    @property
    def status(self) -> int:
        """The HTTP status, after redirects."""

    @property
    def url(self) -> str:
        """The URL that answered, after redirects."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields by lower-case name; repeated ones joined by ``, ``."""

    def read(self, limit: int) -> bytes:
        """The whole body, content-decoded.

        Raises AnswerTooLargeError, TruncatedDownloadError, IndexUnreachableError.
        """

    def pieces(self, size: int = 65536) -> Iterator[bytes]:
        """The body as it arrives, not content-decoded.

        Raises TruncatedDownloadError, IndexUnreachableError.
        """


class Transport(Protocol):
    """Asks for URLs; may be called from any thread. Connections are kept and reused."""

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> AbstractContextManager[Answer]:
        """GET, following at most ten redirects, never sending credentials to another host.

        Any status is an Answer, so that callers decide; raises IndexUnreachableError when there is none
        after the configured retries (connection failures, 429, 502, 503, 504), OutOfReachError when the
        URL or a redirect leads where the index that names it has no business, BadRedirectError.
        """

    def close(self) -> None:
        """Close kept connections."""
