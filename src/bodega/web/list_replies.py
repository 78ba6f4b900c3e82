"""The project list as an answer: sent chunk by chunk, so that no reader makes the server hold all of it."""

import math

from bodega.index.views.rendered_list import ListBytes
from bodega.web.blob_replies import fairness, gone
from bodega.web.conditions import is_unmodified
from bodega.web.request import Headers, Reply, Request

#: A list of up to so many bytes is sent, and kept for the next readers, as a whole.
_SHORT = 256 << 10


async def send_list(request: Request, reply: Reply, projects: ListBytes, headers: Headers) -> None:
    """Send the list, or 304 to a reader who has it."""
    if is_unmodified(request.headers.get("if-none-match"), projects.etag):
        await reply.empty(304, headers)
        return
    if projects.length <= _SHORT:
        body = b"".join(projects.chunks())
        # What the list is made of stands in the database, so nothing but a change of that changes it.
        request.may_be_repeated(headers, body, seconds=math.inf)
        await reply.whole(200, headers, body)
        return
    await _send_chunks(request, reply, projects, headers)


async def _send_chunks(request: Request, reply: Reply, projects: ListBytes, headers: Headers) -> None:
    left = projects.length
    await reply.begin(200, [*headers, (b"content-length", b"%d" % left)])
    if request.method == "HEAD":
        await reply.write(b"", more=False)
        return
    with gone(request, left) as reader_is_gone:
        for chunk in projects.chunks():
            if reader_is_gone():
                return
            left -= len(chunk)
            await reply.write(chunk, more=left > 0)
            if left > 0:
                await fairness()
