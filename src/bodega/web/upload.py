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
from bodega.index.accounts.model import Token
from bodega.index.accounts.views import require
from bodega.index.catalog.accept import Acceptance, Accepted
from bodega.index.catalog.errors import FormFault, UploadRefusedError
from bodega.index.catalog.upload_form import Upload, refuse_gone_actions
from bodega.index.views.errors import IndexReadOnlyError
from bodega.web.credentials import token_text
from bodega.web.multipart import FormReader, boundary_of
from bodega.web.problems import MethodNotAllowedError
from bodega.web.request import Reply, Request
from bodega.web.upload_body import UploadBody, UploadEncodingError


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDesk:
    """What the endpoint needs: who it is, where bytes go, who accepts for an index.

    ``limit`` is in bytes, ``patience`` in seconds: see ``UploadBody``. ``expect_open`` raises where policy
    keeps readers of that index from that project.
    """

    authenticate: Callable[[str | None], Token]
    blobs: BlobStore
    acceptance: Callable[[str], Acceptance]
    expect_open: Callable[[str, str], None]
    limit: int = 2 << 30
    patience: int = 60


class UploadEndpoint:
    """Answers the upload route."""

    def __init__(self, desk: UploadDesk) -> None:
        self._desk = desk
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="upload")

    async def answer(self, request: Request, reply: Reply, index: str, *, takes: bool = True) -> None:
        """Take an upload to the index; raises BodegaError for one that is refused, or if it takes none."""
        if request.method != "POST":
            raise MethodNotAllowedError(request.method, "POST")
        body = UploadBody(request.receive, self._desk.limit, float(self._desk.patience))
        try:
            if not takes:
                raise IndexReadOnlyError(index)
            result = await self._accepted(request, body, index)
        finally:
            # A client that asks first whether to send the body is told by the answer alone.
            if body.begun or "expect" not in request.headers:
                await body.drain()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        await reply.whole(200, headers, told(result).encode())

    async def _accepted(self, request: Request, body: UploadBody, index: str) -> Accepted:
        headers = request.headers
        token = await self._in_thread(self._desk.authenticate, token_text(request.scope["headers"]))
        require(token, "upload", index=index)
        encoding = headers.get("content-encoding", "identity")
        if encoding.lower() != "identity":
            raise UploadEncodingError(encoding)
        body.expect(headers.get("content-length", ""))
        return await self._take(boundary_of(headers.get("content-type", "")), body, token, index)

    async def _take(self, boundary: bytes, body: UploadBody, token: Token, index: str) -> Accepted:
        with self._desk.blobs.writer() as writer:
            intake = _Intake(boundary, writer)
            async for data in body:
                await self._in_thread(intake.take, data)
            intake.finish()
            accept = functools.partial(
                self._desk.acceptance(index).accept_upload,
                by=token.name,
                may=functools.partial(self._permit, token, index),
            )
            result: Accepted = await self._in_thread(accept, intake.upload(), writer)
            return result

    def _permit(self, token: Token, index: str, project: str) -> None:
        require(token, "upload", index=index, project=project)
        self._desk.expect_open(index, project)

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


def told(result: Accepted) -> str:
    """What was done, and what is worth knowing about the file, a line each."""
    done = "published" if result.is_new else "is there already, with the same bytes"
    notes = [f"warning: {note}" for note in result.published.notes]
    return "".join(f"{line}\n" for line in (f"{result.filename} {done}", *notes))


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
        refuse_gone_actions(next(iter(self._form.fields.get(":action", ())), ""))
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
