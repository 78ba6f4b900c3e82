"""Orders to a server that is none, or means harm: one request, no redirect followed, the token shown to nobody else."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.management import HttpManagement, ServerAnswerError, ServerRefusedError
from bodega.formats.errors import BodegaError
from bodega.simple_api.transport import IndexUnreachableError, TruncatedDownloadError

TOKEN = "bodega-secret"


class Stage:
    """A server on loopback that gives one answer, and notes what it is asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b"{}"
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        stage = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                stage.asked.append((self.command, self.path, headers, self.rfile.read(length)))
                self.send_response(stage.status)
                for name, value in {"content-length": str(len(stage.body)), **stage.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(stage.body)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/base/"

    def management(self) -> HttpManagement:
        return HttpManagement(self.url, TOKEN, HttpConfiguration(user_agent="test", timeout=5))

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()


def refused(stage: Stage) -> BodegaError:
    with pytest.raises(BodegaError) as caught:
        stage.management().run("list_tokens", {})
    assert TOKEN not in f"{caught.value.what} {caught.value.why}"
    assert len(stage.asked) == 1
    return caught.value


def test_an_order_is_one_request_with_the_token_and_its_values(stage: Stage) -> None:
    stage.body = b'{"files": []}'
    values = {"index": "main", "project": "a", "version": "1.0", "reason": "x"}
    assert stage.management().run("yank_release", values) == {"files": []}
    ((method, path, headers, body),) = stage.asked
    assert (method, path) == ("POST", "/base/api/v1/indexes/main/projects/a/releases/1.0/yank")
    assert (headers["authorization"], headers["content-type"]) == (f"Bearer {TOKEN}", "application/json")
    assert json.loads(body) == {"reason": "x"}


def test_a_refusal_is_told_with_the_servers_code(stage: Stage) -> None:
    stage.status = 404
    stage.body = b'{"code": "E-TOKEN-NOT-FOUND", "detail": "there is none", "why": "so"}'
    error = refused(stage)
    assert isinstance(error, ServerRefusedError)
    assert (error.server_code, error.what, error.why) == ("E-TOKEN-NOT-FOUND", "there is none", "so")


@pytest.mark.parametrize("code", ['"x"', "7", "null", '["E-A"]'])
def test_a_code_that_is_none_is_not_taken_for_one(stage: Stage, code: str) -> None:
    stage.status, stage.body = 400, f'{{"code": {code}}}'.encode()
    error = refused(stage)
    assert isinstance(error, ServerRefusedError)
    assert error.server_code is None
    assert "400" in error.what


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>welcome</html>"),
        (200, b"[]"),
        (200, b""),
        (200, b"[" * 200_000),
        (502, b"<html>bad gateway</html>"),
        (404, b'{"message": "not here"}'),
        (200, b"\xff\xfe"),
    ],
)
def test_another_program_is_told_apart(stage: Stage, status: int, body: bytes) -> None:
    stage.status, stage.body = status, body
    assert isinstance(refused(stage), ServerAnswerError)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(stage: Stage, status: int) -> None:
    stage.status, stage.body = status, b""
    stage.headers["location"] = "/elsewhere"
    error = refused(stage)
    assert isinstance(error, ServerAnswerError)
    assert str(status) in (error.why or "")


def test_an_answer_that_is_cut_off_is_a_failure(stage: Stage) -> None:
    stage.body = b'{"tokens": []}'
    stage.headers["content-length"] = "100"
    assert isinstance(refused(stage), TruncatedDownloadError)


def test_nobody_there() -> None:
    management = HttpManagement("http://127.0.0.1:1", TOKEN, HttpConfiguration(user_agent="test"))
    with pytest.raises(IndexUnreachableError):
        management.run("list_tokens", {})
