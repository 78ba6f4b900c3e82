"""Files and their core metadata: immutable, by ranges, and while they are still arriving (PEP 658, 714)."""

from bodega.bootstrap.served_index import Served, ServedIndex
from bodega.formats.digests import Digest
from bodega.index.upstream.errors import UpstreamLoopError
from bodega.index.upstream.model import UNHASHED
from bodega.index.upstream.source import VIA
from bodega.index.views.errors import FileNotFoundHereError
from bodega.index.views.index_view import ViewedFile
from bodega.simple_api.parse_file import is_plain_filename
from bodega.web.admission import admit_to
from bodega.web.blob_replies import Content, content_headers, send_blob
from bodega.web.coalescing import Coalescing
from bodega.web.following import send_flight
from bodega.web.internal_places import InternalPlaces
from bodega.web.request import Reply, Request

_METADATA = ".metadata"
_TEXT = b"text/plain; charset=utf-8"
_BINARY = b"application/octet-stream"
_VIA = VIA.lower()


class FileRoutes:
    """Answers ``files/KEY/FILENAME`` and ``files/KEY/FILENAME.metadata`` of one index."""

    def __init__(self, served: Served, work: Coalescing, places: InternalPlaces | None = None) -> None:
        """``places``: where a proxy before us finds kept files, if it is to send them."""
        self._served = served
        self._work = work
        self._places = places

    async def answer(
        self, request: Request, reply: Reply, index: ServedIndex, place: tuple[str, str]
    ) -> None:
        """A file or, under its name plus ``.metadata``, its core metadata; ``place`` is key and name."""
        key, filename = place
        is_metadata = filename.endswith(_METADATA)
        request.route = "metadata" if is_metadata else "file"
        file = _find(index, key, filename.removesuffix(_METADATA) if is_metadata else filename)
        admit_to(request, index, file.project)
        await (self._metadata if is_metadata else self._file)(request, reply, file, key)

    async def _file(self, request: Request, reply: Reply, file: ViewedFile, key: str) -> None:
        digest = file.kept()
        is_fixed = not key.startswith(UNHASHED)
        if digest is not None:
            await self._send(request, reply, digest, kind=_BINARY, is_fixed=is_fixed)
            return
        if request.method == "HEAD" and file.size is not None and is_fixed:
            await reply.begin(200, content_headers(request, key, _BINARY, file.size, is_fixed=True))
            await reply.write(b"", more=False)
            return
        self._refuse_loop(request)
        flight = file.fetch()
        digest = await send_flight(request, reply, flight, key=key, kind=_BINARY)
        if digest is not None:
            await self._send(request, reply, digest, kind=_BINARY, is_fixed=is_fixed)

    async def _metadata(self, request: Request, reply: Reply, file: ViewedFile, key: str) -> None:
        digest = file.metadata_kept()
        if digest is None:
            self._refuse_loop(request)
            digest = await self._work.run(("metadata", key, file.filename), file.metadata)
        await self._send(request, reply, digest, kind=_TEXT, is_fixed=False)

    async def _send(
        self, request: Request, reply: Reply, digest: Digest, *, kind: bytes, is_fixed: bool
    ) -> None:
        await send_blob(request, reply, Content(self._served.blobs, digest, kind, is_fixed, self._places))

    def _refuse_loop(self, request: Request) -> None:
        if self._served.instance in request.headers.get(_VIA, ""):
            raise UpstreamLoopError


def _find(index: ServedIndex, key: str, filename: str) -> ViewedFile:
    file = index.view.file(key, filename) if is_plain_filename(filename) else None
    if file is None:
        raise FileNotFoundHereError(filename[:200])
    return file
