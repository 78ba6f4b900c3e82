"""The index over HTTP as a plain ASGI application: what is asked for, and who answers (ASGI 3)."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bodega.bootstrap.served_index import Served, ServedIndex
from bodega.formats.errors import BodegaError
from bodega.index.views.errors import IndexNotFoundError
from bodega.index.views.model import MAIN
from bodega.web.admission import Authenticate, admit
from bodega.web.api_routes import API, ApiRoutes
from bodega.web.coalescing import Coalescing
from bodega.web.cross_origin import SHARED, is_shared, send_preflight
from bodega.web.file_routes import FileRoutes
from bodega.web.health import HealthRoutes
from bodega.web.home import HomeRoutes
from bodega.web.internal_places import InternalPlaces
from bodega.web.json_routes import JsonRoutes
from bodega.web.ledger import Ledger
from bodega.web.page_routes import PageRoutes
from bodega.web.problems import (
    InternalError,
    MethodNotAllowedError,
    PathNotFoundError,
    send_problem,
)
from bodega.web.provenance_routes import SUFFIX as PROVENANCE
from bodega.web.provenance_routes import ProvenanceRoutes
from bodega.web.reader_url import TrustedProxies
from bodega.web.request import BrokenOffError, Receive, Reply, Request, Scope, Send
from bodega.web.request_ids import request_ids
from bodega.web.upload import UploadEndpoint

_log = logging.getLogger(__name__)
_READS = ("GET", "HEAD")
_NAMED_BASE = "/index/"
_PACKAGES = "/packages/"
#: Slashes, backslashes and NUL that are not seen before a path is decoded.
_HIDDEN = re.compile(rb"%(?:2[fF]|5[cC]|00)")
#: What everybody may read, also of a private index.
_OPEN = frozenset({"livez", "readyz", "metrics", "static", "favicon.ico"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the application needs beside the indexes: who a token is, ledger, uploads, the API, its URL.

    ``is_shared``: pages of other sites may read what needs no token. ``places``: see ``FileRoutes``.
    """

    authenticate: Authenticate
    ledger: Ledger
    upload: UploadEndpoint | None = None
    api: ApiRoutes | None = None
    public_url: str | None = None
    trusted_proxies: str = ""
    is_shared: bool = False
    places: InternalPlaces | None = None
    new_id: Callable[[], str] = field(default_factory=request_ids)


class Application:
    """Serves the index main under ``/``, and each index under ``/index/NAME/``."""

    def __init__(self, served: Served, doors: Doors) -> None:
        self._indexes = served.indexes
        self._authenticate = doors.authenticate
        self._ledger = doors.ledger
        self._upload = doors.upload
        self._api = doors.api
        work = Coalescing(served.lookups)
        self._pages = PageRoutes(served.instance, work)
        self._files = FileRoutes(served, work, doors.places)
        self._provenance = ProvenanceRoutes(served, work)
        self._health = HealthRoutes(served, doors.ledger.metrics)
        proxies = TrustedProxies(doors.trusted_proxies)
        self._home = HomeRoutes(doors.public_url, proxies)
        self._json = JsonRoutes(work, doors.public_url, proxies)
        self._shared = SHARED if doors.is_shared else []
        self._new_id = doors.new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request = Request(scope, receive, self._new_id())
        reply = Reply(send, request)
        try:
            await self._dispatch(request, reply)
        except BrokenOffError:
            # Returning without the last piece makes the server break the connection.
            _log.warning("answer broken off: %s", request.path)
        except BodegaError as error:
            await self._say(request, reply, error)
        except Exception:  # noqa: BLE001 - the edge: every failure is an answer
            _log.exception("request %s failed", request.id)
            await self._say(request, reply, InternalError(request.id))
        finally:
            self._ledger.note(request, reply, time.perf_counter() - started)

    async def _say(self, request: Request, reply: Reply, error: BodegaError) -> None:
        if reply.status == 0:
            await send_problem(reply, request, error)
        else:
            _log.error("answer broken off: %s: %s", request.path, error.what)

    async def _dispatch(self, request: Request, reply: Reply) -> None:
        if self._api is not None and request.path.startswith(API):
            await self._api.answer(request, reply)
            return
        name, parts = _addressed(request)
        index = self._indexes.find(name)
        if index is None:
            raise IndexNotFoundError(name)
        if not index.is_private:
            request.shared = self._shared
        if parts[0] == "legacy":
            await self._take_upload(request, reply, index, parts)
            return
        if request.method == "OPTIONS" and request.shared and is_shared(parts):
            await send_preflight(request, reply)
            return
        if request.method not in _READS:
            raise MethodNotAllowedError(request.method, "GET, HEAD")
        if parts[0] not in _OPEN:
            admit(request, index, self._authenticate)
        await self._read(request, reply, index, parts)

    async def _read(self, request: Request, reply: Reply, index: ServedIndex, parts: list[str]) -> None:
        match parts:
            case ["simple", name, ""] if name:
                await self._pages.project(request, reply, index, name)
            case ["files", key, filename] if filename.endswith(PROVENANCE):
                await self._provenance.beside(request, reply, index, (key, filename))
            case ["files", key, filename] if filename:
                await self._files.answer(request, reply, index, (key, filename))
            case ["simple", ""]:
                await self._pages.projects(request, reply, index)
            case ["simple"]:
                await self._pages.projects_slashless(request, reply)
            case ["simple", name]:
                await self._pages.slashless(request, reply, name)
            case _:
                await self._read_other(request, reply, index, parts)

    async def _read_other(self, request: Request, reply: Reply, index: ServedIndex, parts: list[str]) -> None:
        match parts:
            case ["pypi", name, "json"] | ["pypi", name, "json", ""]:
                await self._json.document(request, reply, index, (name, None))
            case ["pypi", name, version, "json"] | ["pypi", name, version, "json", ""]:
                await self._json.document(request, reply, index, (name, version))
            case ["integrity", name, version, filename, "provenance"]:
                await self._provenance.of_release(request, reply, index, (name, version, filename))
            case ["livez" | "readyz" | "metrics" as what] if request.base == "/":
                await self._health.answer(request, reply, what)
            case ["", ""]:
                await reply.whole(301, [(b"location", f"{index.name}/".encode())], b"")
            case [""] | ["static", _] | ["favicon.ico"]:
                await self._home.answer(request, reply, index, parts)
            case _:
                raise PathNotFoundError(request.path)

    async def _take_upload(
        self, request: Request, reply: Reply, index: ServedIndex, parts: list[str]
    ) -> None:
        request.route = "upload"
        if parts == ["legacy"]:
            await reply.whole(308, [(b"location", b"legacy/")], b"")
            return
        if self._upload is None or parts != ["legacy", ""]:
            raise PathNotFoundError(request.path)
        await self._upload.answer(request, reply, index.name, takes=index.takes_uploads)


def _addressed(request: Request) -> tuple[str, list[str]]:
    """The index that a path names, and the path inside it; notes the base in the request."""
    path = request.path
    if _HIDDEN.search(request.scope.get("raw_path") or b""):
        # What a proxy before us takes for one part of a path must not be two to us.
        raise PathNotFoundError(path)
    if path.startswith(_PACKAGES):
        # bandersnatch mirrors files from nowhere else; the JSON API names them so.
        rest = path[len(_PACKAGES) - 1 :]
        *base, key, filename = rest.split("/")
        path = "/".join((*base, "files", key, filename))
    if not path.startswith(_NAMED_BASE):
        return MAIN, path[1:].split("/")
    name, slash, rest = path[len(_NAMED_BASE) :].partition("/")
    request.base = f"{_NAMED_BASE}{name}/"
    return name, rest.split("/") if slash else ["", ""]


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
