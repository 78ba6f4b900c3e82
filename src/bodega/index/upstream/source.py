"""The upstream, asked: pages, files and metadata documents, with its failures in our words."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import (
    UpstreamAnswerError,
    UpstreamError,
    UpstreamFileGoneError,
    UpstreamLoopError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.model import SeenFile, SeenPage
from bodega.simple_api.parse import ParsedPage, read_page
from bodega.simple_api.retry_after import retry_after
from bodega.simple_api.transport import (
    Answer,
    AnswerTooLargeError,
    BadRedirectError,
    IndexUnreachableError,
    OutOfReachError,
    Transport,
)

#: Every bodega that a request went through, so that one finds itself again.
VIA = "X-Bodega-Via"
#: JSON first, since it says most; HTML stays acceptable for the indexes that know nothing else (PEP 691).
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
MOST_PAGE_BYTES = 64 << 20
MOST_METADATA_BYTES = 16 << 20
_OK, _PARTIAL, _NOT_MODIFIED, _NO_SUCH_RANGE = 200, 206, 304, 416
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_GONE = frozenset({404, 410})
_LOOP = 508
_FAILING = 500


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page that arrived: ``parsed`` is ``None`` when it is as it was."""

    parsed: ParsedPage | None
    seal: str
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class FileSpan:
    """A part of a file that arrived: where it begins, its bytes, and the length of the whole."""

    start: int
    content: bytes
    size: int
    validator: str


class UpstreamSource:
    """One upstream by its root URL (ending in ``/``); every method may be called from any thread."""

    def __init__(self, url: str, transport: Transport, instance: str) -> None:
        self.url = url
        self._transport = transport
        self._instance = instance

    def page(self, name: NormalizedName, before: SeenPage | None) -> FetchedPage | None:
        """The project's page, or ``None`` when the upstream says that there is no such project.

        Raises UpstreamUnavailableError, UpstreamAnswerError, UpstreamLoopError.
        """
        url = urljoin(self.url, f"{name}/")
        with self._asking(name), self._transport.get(url, self._page_request(before)) as answer:
            if answer.status in _GONE:
                return None
            if answer.status == _NOT_MODIFIED and before is not None:
                etag = answer.headers.get("etag", before.etag)
                return FetchedPage(None, before.seal, etag, before.last_modified)
            self._expect_ok(name, answer)
            return _fetched(name, before, answer)

    def advisories(self, name: NormalizedName, version: str) -> list[Any] | None:
        """The ``vulnerabilities`` of a release in the JSON API beside the Simple API; ``None``: it has none.

        Raises UpstreamError.
        """
        if not self.url.endswith("/simple/"):
            return None
        url = f"{self.url.removesuffix('simple/')}pypi/{name}/{quote(version, safe='+!')}/json"
        headers = {**self._request(), "Accept": "application/json", "Accept-Encoding": "gzip"}
        with self._asking(name), self._transport.get(url, headers) as answer:
            if answer.status in _GONE:
                return None
            self._expect_ok(name, answer)
            try:
                found = json.loads(answer.read(MOST_PAGE_BYTES))["vulnerabilities"]
            except (ValueError, KeyError, TypeError, RecursionError):
                return None
        return found if isinstance(found, list) else None

    def metadata(self, file: SeenFile) -> bytes | None:
        """The document at the file's URL plus ``.metadata``, or ``None`` when there is none.

        Some serve it without saying so, hence it is asked for always (PEP 658).
        """
        with (
            self._asking(file.filename),
            self._transport.get(_metadata_url(file.url), self._request()) as answer,
        ):
            if answer.status != _OK:
                return None
            self._expect_ok(file.filename, answer)
            return answer.read(MOST_METADATA_BYTES)

    @contextmanager
    def file(self, file: SeenFile, *, start: int = 0, validator: str = "") -> Iterator[Answer]:
        """The file's bytes from ``start`` on; an upstream that cannot resume answers 200 and the whole.

        ``validator``: resume only if it is still that state of the file. An answer of 416 is handed on.
        Failures while the bytes are read are those of the transport.
        """
        headers = {**self._request(), "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if validator:
                headers["If-Range"] = validator
        with ExitStack() as stack:
            try:
                answer = stack.enter_context(self._transport.get(file.url, headers))
            except (OutOfReachError, BadRedirectError) as error:
                raise UpstreamAnswerError(file.filename, f"{error.what}: {error.why}") from error
            if answer.status in _GONE:
                raise UpstreamFileGoneError(file.filename, answer.status)
            if answer.status not in (_PARTIAL, _NO_SUCH_RANGE) or not start:
                self._expect_ok(file.filename, answer)
            yield answer

    def span(
        self, file: SeenFile, start: int | None, length: int, *, validator: str = ""
    ) -> "FileSpan | None":
        """A part of the file; ``start`` of ``None``: its last ``length`` bytes.

        ``None`` where the upstream gives no parts, or no longer that state of the file. Raises UpstreamError.
        """
        wanted = f"bytes=-{length}" if start is None else f"bytes={start}-{start + length - 1}"
        headers = {**self._request(), "Accept-Encoding": "identity", "Range": wanted}
        if validator:
            headers["If-Range"] = validator
        with self._asking(file.filename), self._transport.get(file.url, headers) as answer:
            if answer.status in _GONE:
                raise UpstreamFileGoneError(file.filename, answer.status)
            if answer.status in (_OK, _NO_SUCH_RANGE):
                return None
            if answer.status != _PARTIAL:
                self._expect_ok(file.filename, answer)
            return _span(file, start, answer, limit=length)

    def _page_request(self, before: SeenPage | None) -> dict[str, str]:
        headers = {**self._request(), "Accept": ACCEPT, "Accept-Encoding": "gzip"}
        if before is not None and before.etag:
            headers["If-None-Match"] = before.etag
        elif before is not None and before.last_modified:
            headers["If-Modified-Since"] = before.last_modified
        return headers

    def _request(self) -> dict[str, str]:
        return {VIA: self._instance}

    def _expect_ok(self, wanted: str, answer: Answer) -> None:
        if answer.status == _OK:
            return
        if answer.status == _LOOP:
            raise UpstreamLoopError
        reason = f"{answer.url} answered {answer.status}"
        if answer.status >= _FAILING or answer.status == 429:  # noqa: PLR2004 - too many requests
            pause = retry_after(answer.headers, datetime.now(UTC))
            raise UpstreamUnavailableError(wanted, reason, retry_after=pause)
        raise UpstreamAnswerError(wanted, reason)

    @contextmanager
    def _asking(self, wanted: str) -> Iterator[None]:
        try:
            yield
        except UpstreamError:
            raise
        except IndexUnreachableError as error:
            raise UpstreamUnavailableError(wanted, f"{error.what}: {error.reason}") from error
        except AnswerTooLargeError as error:
            raise UpstreamAnswerError(wanted, error.what) from error
        except (OutOfReachError, BadRedirectError) as error:
            raise UpstreamAnswerError(wanted, f"{error.what}: {error.why}") from error
        except BodegaError as error:
            raise UpstreamAnswerError(wanted, error.why or error.what) from error


def _metadata_url(url: str) -> str:
    path, mark, query = url.partition("?")
    return f"{path}.metadata{mark}{query}"


def _fetched(name: NormalizedName, before: SeenPage | None, answer: Answer) -> FetchedPage:
    body = answer.read(MOST_PAGE_BYTES)
    seal = hashlib.sha256(answer.url.encode() + b"\n" + body, usedforsecurity=False).hexdigest()
    kind = answer.headers.get("content-type", "")
    # Many upstreams send neither ETag nor date: the same bytes are then not read again.
    is_same = before is not None and before.seal == seal
    parsed = None if is_same else read_page(body, kind, answer.url, name)
    return FetchedPage(parsed, seal, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))


def _span(file: SeenFile, start: int | None, answer: Answer, *, limit: int) -> FileSpan:
    given = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if given is None:
        raise UpstreamAnswerError(file.filename, "it gave a part without saying which")
    first, last, size = (int(number) for number in given.groups())
    content = answer.read(limit)
    is_asked_for = first == start if start is not None else last == size - 1
    if not is_asked_for or last >= size or len(content) != last - first + 1:
        raise UpstreamAnswerError(file.filename, "it gave another part than was asked for")
    return FileSpan(first, content, size, validator_of(answer))


def validator_of(answer: Answer) -> str:
    """What may stand in ``If-Range`` for this state of a file: a strong tag, else its date (RFC 9110)."""
    etag = answer.headers.get("etag", "")
    if etag and not etag.startswith("W/"):
        return etag
    return answer.headers.get("last-modified", "")
