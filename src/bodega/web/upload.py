"""POST ``{base}legacy/``: uploads in the form that twine, uv, poetry, flit, pdm and hatch send.

The body is streamed to the blob store while it is hashed, so memory does not grow with the file. Nothing
is visible, and no file stays, unless the catalogue accepts it.
"""

import asyncio
import functools
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bodega.content.blob_store import BlobStore, BlobWriter
from bodega.formats.errors import BodegaError
from bodega.index.accounts.model import Token
from bodega.index.accounts.views import require
from bodega.index.catalog.accept import Acceptance, Accepted
from bodega.index.catalog.errors import FormFault, UploadRefusedError
from bodega.index.catalog.upload_form import Upload
from bodega.web.credentials import token_text
from bodega.web.multipart import FormReader, boundary_of
from bodega.web.upload_answers import Answer, accepted, method_not_allowed, refused

#: Bytes gathered before they are hashed and written in a thread.
_GATHER = 1 << 20
#: What is read and thrown away of a refused upload: many clients read an answer only after sending all.
_DRAIN = 64 << 20


class UploadTooLargeError(BodegaError):
    """The upload is larger than the index takes."""

    code = "E-UPLOAD-TOO-LARGE"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the upload is larger than {limit} bytes", why="that is the limit of this index")
        self.limit = limit


class UploadCutError(BodegaError):
    """The client went away in the middle."""

    code = "E-UPLOAD-CUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDesk:
    """What the endpoint needs: who it is, where bytes go, who accepts for an index. ``limit`` is in bytes."""

    authenticate: Callable[[str | None], Token]
    blobs: BlobStore
    acceptance: Callable[[str], Acceptance]
    limit: int = 2 << 30


class UploadEndpoint:
    """The ASGI application of the upload route."""

    def __init__(self, desk: UploadDesk) -> None:
        self._desk = desk
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="upload")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; the scope's ``bodega.index`` names the index."""
        if scope["method"] != "POST":
            await method_not_allowed("POST").send(scope, send)
            return
        body = _Body(receive, self._desk.limit)
        answer = await self._answer(scope, body)
        # A client that asks first whether to send the body is told by the answer alone.
        if body.begun or not _header(scope["headers"], b"expect"):
            await body.drain()
        await answer.send(scope, send)

    async def _answer(self, scope: Any, body: "_Body") -> Answer:
        headers = scope["headers"]
        try:
            token = await self._in_thread(self._desk.authenticate, token_text(headers))
            index: str = scope["bodega.index"]
            require(token, "upload", index=index)
            body.expect(_header(headers, b"content-length"))
            boundary = boundary_of(_header(headers, b"content-type"))
            return accepted(await self._take(boundary, body, token, index))
        except BodegaError as error:
            return refused(error, _header(headers, b"accept"))

    async def _take(self, boundary: bytes, body: "_Body", token: Token, index: str) -> Accepted:
        with self._desk.blobs.writer() as writer:
            intake = _Intake(boundary, writer)
            async for data in body:
                await self._in_thread(intake.take, data)
            intake.finish()
            accept = functools.partial(
                self._desk.acceptance(index).accept_upload,
                by=token.name,
                may=functools.partial(_permit, token, index),
            )
            result: Accepted = await self._in_thread(accept, intake.upload(), writer)
            return result

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


def _permit(token: Token, index: str, project: str) -> None:
    require(token, "upload", index=index, project=project)


class _Intake:
    """A form on its way in: its file goes to the writer and through every digest that a form may give."""

    def __init__(self, boundary: bytes, writer: BlobWriter) -> None:
        self._writer = writer
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._blake2 = hashlib.blake2b(digest_size=32)
        self._form = FormReader(boundary, self._content)
        self.take = self._form.write

    def finish(self) -> None:
        """The body is over."""
        self._form.finish()
        if self._form.filename is None:
            fault = FormFault("the form has no part named content with the file")
            raise UploadRefusedError("(no file)", [fault])

    def upload(self) -> Upload:
        """What came."""
        return Upload(
            filename=self._form.filename or "",
            fields={name: tuple(values) for name, values in self._form.fields.items()},
            path=self._writer.path(),
            size=self._writer.size,
            digests={
                "md5": self._md5.hexdigest(),
                "sha256": self._writer.digest().value,
                "blake2_256": self._blake2.hexdigest(),
            },
        )

    def _content(self, data: bytes) -> None:
        self._writer.write(data)
        self._md5.update(data)
        self._blake2.update(data)


class _Body:
    """The body of a request, in gathered pieces, never more of it than the limit."""

    def __init__(self, receive: Any, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._more = True
        self._taken = 0
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether any of it was asked for."""
        return self._begun

    def expect(self, content_length: str) -> None:
        """Refuse by the announced length, before anything is read."""
        if content_length.isdecimal() and int(content_length) > self._limit:
            raise UploadTooLargeError(self._limit)

    async def __aiter__(self) -> Any:
        gathered = bytearray()
        while self._more:
            gathered += await self._next()
            if len(gathered) >= _GATHER or not self._more:
                yield bytes(gathered)
                gathered.clear()

    async def drain(self) -> None:
        """Read on to the end, up to a bound, so that the client comes to read the answer."""
        drained = 0
        try:
            while self._more and drained < _DRAIN:
                drained += len(await self._next(bounded=False))
        except UploadCutError:
            self._more = False

    async def _next(self, *, bounded: bool = True) -> bytes:
        self._begun = True
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._more = False
            raise UploadCutError("the client went away in the middle of the upload")
        data: bytes = message.get("body", b"")
        self._more = message.get("more_body", False)
        self._taken += len(data)
        if bounded and self._taken > self._limit:
            raise UploadTooLargeError(self._limit)
        return data


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key == name), "")
