import asyncio
import json

import pytest

from bodega.web.request import Reply, Request
from bodega.web.request_log import RequestLog


def logged(form, path, **scope):
    async def story():
        written = []
        log = RequestLog(form, written.append)
        whole = {
            "method": "GET",
            "path": path,
            "headers": [],
            "query_string": b"token=secret",
            "client": ("192.0.2.1", 9),
        }
        request = Request({**whole, **scope}, None, "the-id")

        async def send(message):
            pass

        reply = Reply(send, request)
        await reply.whole(200, [], b"12345")
        log.note(request, reply, 0.0123)
        log.note(request, reply, 0.0123)
        assert written == []
        await asyncio.sleep(0.15)
        assert len(written) == 1
        return written[0].splitlines()

    return asyncio.run(story())


def test_text():
    line = logged("text", "/simple/a/")[0]
    assert "192.0.2.1 GET /simple/a/ 200 5B 12.3ms the-id" in line
    assert "secret" not in line


def test_json():
    entry = json.loads(logged("json", "/simple/a/")[0])
    assert {key: entry[key] for key in ("level", "method", "path", "status", "request_id", "size_bytes")} == {
        "level": "info",
        "method": "GET",
        "path": "/simple/a/",
        "status": 200,
        "request_id": "the-id",
        "size_bytes": 5,
    }
    assert entry["time"].endswith("Z")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_path_cannot_forge_lines(form):
    assert len(logged(form, "/a\nGET /forged 200\x1b[31m")) == 2


def test_a_client_without_an_address():
    assert " - GET " in logged("text", "/", client=None)[0]
