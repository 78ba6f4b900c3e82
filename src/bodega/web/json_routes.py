"""The JSON API of the public index: ``pypi/PROJECT/json`` and ``pypi/PROJECT/VERSION/json``."""

from urllib.parse import quote

from bodega.bootstrap.served_index import ServedIndex
from bodega.formats.names import InvalidProjectNameError, NormalizedName, normalize, project_name
from bodega.index.views.errors import ProjectNotFoundError
from bodega.index.views.project_documents import DocumentBytes, Wanted
from bodega.index.views.project_json import ReaderRoot
from bodega.simple_api.negotiate import Coding, acceptable_coding
from bodega.web.admission import admit_to
from bodega.web.coalescing import Coalescing
from bodega.web.conditions import is_unmodified
from bodega.web.reader_url import TrustedProxies, reader_url
from bodega.web.request import Headers, Reply, Request


class JsonRoutes:
    """Answers ``pypi/...`` of one index."""

    def __init__(self, work: Coalescing, public_url: str | None, proxies: TrustedProxies) -> None:
        self._work = work
        self._public_url = public_url
        self._proxies = proxies

    async def document(
        self, request: Request, reply: Reply, index: ServedIndex, place: tuple[str, str | None]
    ) -> None:
        """The document of a project or, with a version, of one of its releases; ``place`` is both."""
        name, version = place
        request.route = "json"
        normalized = _normalized(name)
        if name != normalized:
            await _redirect(request, reply, normalized, version)
            return
        admit_to(request, index, normalized)
        wanted = Wanted(normalized, version, self._root(request))
        coding = acceptable_coding(request.headers.get("accept-encoding", ""))
        found = await self._work.run(
            ("json", index.name, wanted, coding), lambda: index.documents.document(wanted, coding)
        )
        if found is None:
            raise ProjectNotFoundError(name)
        headers = _headers(request, found, coding)
        if is_unmodified(request.headers.get("if-none-match"), found.etag):
            await reply.empty(304, headers)
        else:
            await reply.whole(200, headers, found.body)

    def _root(self, request: Request) -> ReaderRoot:
        site = reader_url(request, self._public_url, self._proxies)
        return ReaderRoot(site, f"{site.rstrip('/')}{request.base}")


def _normalized(name: str) -> NormalizedName:
    try:
        project_name(name)
    except InvalidProjectNameError:
        raise ProjectNotFoundError(name[:200]) from None
    return normalize(name)


async def _redirect(request: Request, reply: Reply, name: NormalizedName, version: str | None) -> None:
    # Relative, so that it holds behind any proxy and under any prefix.
    slash = request.path.endswith("/")
    up = "../" * (1 + (version is not None) + slash)
    rest = "json" if version is None else f"{quote(version, safe='+!')}/json"
    headers: Headers = [
        (b"location", f"{up}{name}/{rest}".encode("ascii")),
        (b"cache-control", b"max-age=3600"),
        (b"content-type", b"text/plain; charset=utf-8"),
        *request.shared,
    ]
    await reply.whole(301, headers, b"")


def _headers(request: Request, found: DocumentBytes, coding: Coding) -> Headers:
    headers: Headers = [
        (b"content-type", b"application/json"),
        (b"etag", found.etag.encode("ascii")),
        # What it says depends on how we were reached.
        (b"vary", b"Accept-Encoding, Host"),
        (b"cache-control", b"private, max-age=0" if request.is_private else b"max-age=0"),
        (b"x-content-type-options", b"nosniff"),
        *request.shared,
    ]
    if coding != "identity":
        headers.append((b"content-encoding", coding.encode("ascii")))
    if found.serial is not None:
        headers.append((b"x-pypi-last-serial", b"%d" % found.serial))
    return headers
