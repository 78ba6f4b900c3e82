"""The index over HTTP as a plain ASGI application: what is asked for, and who answers (ASGI 3)."""

import logging
import os
import time
from itertools import count

from bodega.bootstrap.served_index import ServedIndex
from bodega.formats.errors import BodegaError
from bodega.web.coalescing import Coalescing
from bodega.web.cross_origin import is_shared, send_preflight
from bodega.web.file_routes import FileRoutes
from bodega.web.health import HealthRoutes
from bodega.web.home import HomeRoutes
from bodega.web.json_routes import JsonRoutes
from bodega.web.ledger import Ledger
from bodega.web.page_routes import PageRoutes
from bodega.web.problems import (
    IndexNotFoundError,
    InternalError,
    MethodNotAllowedError,
    PathNotFoundError,
    send_problem,
)
from bodega.web.reader_url import TrustedProxies
from bodega.web.request import AsgiApplication, BrokenOffError, Receive, Reply, Request, Scope, Send

_log = logging.getLogger(__name__)
_READS = ("GET", "HEAD")
_NAMED_BASE = "/index/"


class Application:
    """Serves one index under ``/`` and under ``/index/NAME/``."""

    def __init__(
        self,
        index: ServedIndex,
        *,
        ledger: Ledger,
        upload: AsgiApplication | None = None,
        public_url: str | None = None,
        trusted_proxies: str = "",
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._upload = upload
        work = Coalescing(index.lookups)
        self._pages = PageRoutes(index, work)
        self._files = FileRoutes(index, work)
        self._health = HealthRoutes(index, ledger.metrics)
        proxies = TrustedProxies(trusted_proxies)
        self._home = HomeRoutes(index, public_url, proxies)
        self._json = JsonRoutes(index, work, public_url, proxies)
        self._ids = count(1)
        self._id_start = os.urandom(6).hex()

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
        request = Request(scope, receive, f"{self._id_start}{next(self._ids):08x}")
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
        path = request.path
        if path.startswith(_NAMED_BASE):
            name, slash, rest = path[len(_NAMED_BASE) :].partition("/")
            if name != self._index.name:
                raise IndexNotFoundError(name)
            request.base = f"{_NAMED_BASE}{name}/"
            parts = rest.split("/") if slash else ["", ""]
        else:
            parts = path[1:].split("/")
        if parts[0] == "legacy":
            await self._take_upload(request, reply, parts)
            return
        if request.method == "OPTIONS" and is_shared(parts):
            await send_preflight(request, reply)
            return
        if request.method not in _READS:
            raise MethodNotAllowedError(request.method, "GET, HEAD")
        await self._read(request, reply, parts)

    async def _read(self, request: Request, reply: Reply, parts: list[str]) -> None:
        match parts:
            case ["simple", name, ""] if name:
                await self._pages.project(request, reply, name)
            case ["files", key, filename] if filename:
                await self._files.file(request, reply, key, filename)
            case ["simple", ""]:
                await self._pages.projects(request, reply)
            case ["simple"]:
                await self._pages.projects_slashless(request, reply)
            case ["simple", name]:
                await self._pages.slashless(request, reply, name)
            case _:
                await self._read_other(request, reply, parts)

    async def _read_other(self, request: Request, reply: Reply, parts: list[str]) -> None:
        match parts:
            case ["pypi", name, "json"] | ["pypi", name, "json", ""]:
                await self._json.document(request, reply, name)
            case ["pypi", name, version, "json"] | ["pypi", name, version, "json", ""]:
                await self._json.document(request, reply, name, version)
            case ["livez" | "readyz" | "metrics" as what] if request.base == "/":
                await self._health.answer(request, reply, what)
            case [""] | ["static", _] | ["favicon.ico"]:
                await self._home.answer(request, reply, parts)
            case _:
                raise PathNotFoundError(request.path)

    async def _take_upload(self, request: Request, reply: Reply, parts: list[str]) -> None:
        request.route = "upload"
        if parts == ["legacy"]:
            await reply.whole(308, [(b"location", b"legacy/")], b"")
            return
        if self._upload is None or parts != ["legacy", ""]:
            raise PathNotFoundError(request.path)
        scope = {**request.scope, "bodega.index": self._index.name, "bodega.request_id": request.id}
        await self._upload(scope, request.receive, reply.forward)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
