"""Requests made to do harm, written byte by byte to a real index: refused, or answered as if nothing were."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import basic, new_token, upload
from support.server import Bodega

SURFACE = "request"


class Site:
    """A served index with one project, and raw connections to it."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none", **variables)
        self.token = new_token(folder)["token"]
        content = wheel_bytes("sample", "1.0")
        status, _, body = upload(self.bodega, self.token, content, wheel_filename("sample", "1.0"))
        assert status == 200, body
        url = json.loads(self.bodega.json("/simple/sample/").body)["files"][0]["url"]
        self.file: str = url.removeprefix("../..")
        self.content = content

    def raw(self, sent: bytes) -> bytes:
        """Send bytes, and give everything that comes until the server ends the connection."""
        with socket.create_connection((self.bodega.host, self.bodega.port), timeout=10) as connection:
            connection.sendall(sent)
            return received(connection)

    def ask(self, path: str, *headers: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        """One request; status, headers and body of its answer."""
        lines = (f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "Connection: close", "", "")
        head, _, body = self.raw("\r\n".join(lines).encode("latin-1")).partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        named = dict(field.split(": ", 1) for field in fields)
        named.pop("date", None), named.pop("x-request-id", None)
        return int(status.split(" ")[1]), named, body


def received(connection: socket.socket) -> bytes:
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


def statuses(answers: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", answers)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("index"))
    yield made
    assert made.bodega.end() == 0
    assert not any("Traceback" in line for line in made.bodega.lines)


def hostile(number: int, what: str, expected: str) -> pytest.MarkDecorator:
    return pytest.mark.hostile(case=number, surface=SURFACE, what=what, expected=expected)


HOST = b"Host: localhost\r\n"
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(
            b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            marks=hostile(92, "length and chunks", "400"),
        ),
        pytest.param(
            b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            marks=hostile(92, "chunks and length", "400"),
        ),
        pytest.param(b"Content-Length: 4\r\nContent-Length: 5\r\n", marks=hostile(92, "two lengths", "400")),
        pytest.param(b"Content-Length: 4, 5\r\n", marks=hostile(92, "a list of lengths", "400")),
        pytest.param(b"Content-Length: -4\r\n", marks=hostile(91, "a negative length", "400")),
        pytest.param(b"Content-Length: +4\r\n", marks=hostile(91, "a length with a sign", "400")),
        pytest.param(
            b"Content-Length: 99999999999999999999999\r\n",
            marks=hostile(91, "a length beyond numbers", "400"),
        ),
        pytest.param(
            b"Transfer-Encoding: chunked, identity\r\n", marks=hostile(92, "chunks not last", "400")
        ),
        pytest.param(
            b"Transfer-Encoding: xchunked\r\n", marks=hostile(92, "an unknown transfer coding", "400")
        ),
        pytest.param(
            b"Transfer-Encoding : chunked\r\n", marks=hostile(92, "a space before the colon", "400")
        ),
        pytest.param(
            b"X: a\r\n Transfer-Encoding: chunked\r\n",
            marks=hostile(92, "a folded header", "400 or one answer"),
        ),
        pytest.param(b"X: a\nContent-Length: 4\r\n", marks=hostile(92, "a bare line feed", "400")),
        pytest.param(b"X: a\x00b\r\n", marks=hostile(92, "NUL in a header", "400")),
        pytest.param(b"\x00: a\r\n", marks=hostile(92, "NUL in a header's name", "400")),
    ],
)
def test_requests_with_two_meanings(site: Site, headers: bytes) -> None:
    sent = b"POST /legacy/ HTTP/1.1\r\n" + HOST + headers + b"\r\n" + b"0\r\n\r\n" + SMUGGLED
    answers = site.raw(sent)
    assert b"\r\n\r\nok\n" not in answers, "what stood in the body was answered"
    assert statuses(answers)[:1] in ([400], [401])
    if b"X: a\r\n " not in headers:
        assert statuses(answers) == [400]
        assert b"[E-REQUEST-MALFORMED]" in answers


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(b"GARBAGE\r\n\r\n", 400, marks=hostile(92, "no request at all", "400")),
        pytest.param(
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            400,
            marks=hostile(92, "TLS to a plain port", "400"),
        ),
        pytest.param(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, marks=hostile(92, "HTTP/2 to HTTP/1.1", "400")
        ),
        pytest.param(
            b"GET / HTTP/9.9\r\nHost: h\r\n\r\n", 400, marks=hostile(92, "an unknown version", "400")
        ),
        pytest.param(b"GET /\r\n\r\n", 400, marks=hostile(92, "HTTP/0.9", "400")),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, marks=hostile(100, "no host", "400")),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, marks=hostile(100, "two hosts", "400")
        ),
        pytest.param(
            b"CONNECT 192.0.2.1:25 HTTP/1.1\r\nHost: h\r\n\r\n", 400, marks=hostile(101, "CONNECT", "400")
        ),
        pytest.param(
            b"GET /%s HTTP/1.1\r\nHost: h\r\n\r\n" % (b"a" * 70_000),
            414,
            marks=hostile(91, "a URL of 70 kB", "414"),
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n" % (b"a" * 300_000),
            431,
            marks=hostile(91, "a header of 300 kB", "431"),
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: h\r\n%s\r\n" % (b"X: a\r\n" * 5000),
            431,
            marks=hostile(91, "5,000 headers", "431"),
        ),
    ],
)
def test_what_is_no_request_or_too_much(site: Site, sent: bytes, expected: int) -> None:
    # A head that goes on and on may be refused by size of URL or of head, whichever is seen first.
    found = statuses(site.raw(sent))
    assert found in ([expected], [431] if expected == 414 else [expected])
    assert site.bodega.get("/livez").status == 200


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/simple/../livez", marks=hostile(102, "dots in the path", "404")),
        pytest.param("/simple/%2e%2e/livez", marks=hostile(102, "encoded dots", "404")),
        pytest.param("/simple/..%2flivez", marks=hostile(102, "an encoded slash", "404")),
        pytest.param("/simple%2Fsample%2F", marks=hostile(102, "encoded slashes alone", "404")),
        pytest.param("/simple/..%5clivez", marks=hostile(102, "an encoded backslash", "404")),
        pytest.param("/simple/sample%00/", marks=hostile(102, "an encoded NUL", "404")),
        pytest.param("//simple/sample/", marks=hostile(102, "an empty first part", "404")),
        pytest.param("/simple/sample//", marks=hostile(102, "an empty last part", "404")),
        pytest.param("/simple/sample/;/", marks=hostile(102, "a path parameter", "404")),
        pytest.param("/simple/%ff%fe/", marks=hostile(102, "a path that is not text", "404")),
        pytest.param("/index/../simple/sample/", marks=hostile(102, "dots for an index", "404")),
        pytest.param("/files/../../../../etc/passwd", marks=hostile(102, "dots for a file", "404")),
        pytest.param("/files/%2e%2e/etc/passwd", marks=hostile(102, "encoded dots for a file", "404")),
        pytest.param("/static/..%2f..%2fproblems.py", marks=hostile(102, "dots for an asset", "404")),
        pytest.param("/static/../application.py", marks=hostile(102, "an asset above its folder", "404")),
    ],
)
def test_paths_mean_what_they_say(site: Site, path: str) -> None:
    status, _, body = site.ask(path)
    assert status == 404
    assert b"root:" not in body
    assert body != b"ok\n"


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
@hostile(101, "method override headers", "ignored")
def test_methods_are_those_of_the_request_line(site: Site, name: str) -> None:
    plain = site.ask("/simple/sample/", "Accept: text/html")
    assert site.ask("/simple/sample/", "Accept: text/html", f"{name}: DELETE") == plain
    assert site.ask("/simple/sample/?_method=DELETE", "Accept: text/html") == plain
    assert site.ask("/simple/sample/", f"{name}: GET", method="DELETE")[0] == 405
    assert site.ask("/simple/sample/", method="BREW")[0] in (400, 405)


@pytest.mark.parametrize(
    "headers",
    [
        ("X-Forwarded-Host: evil.example",),
        ("X-Forwarded-Proto: https", "X-Forwarded-Port: 444"),
        ("X-Forwarded-For: 10.0.0.1",),
        ("Forwarded: host=evil.example;proto=https",),
        ("X-Original-URL: /metrics", "X-Rewrite-URL: /metrics"),
        ("X-Forwarded-Prefix: /evil",),
    ],
)
@hostile(100, "forwarding headers of nobody we trust", "ignored")
def test_forwarding_headers_change_nothing(site: Site, headers: tuple[str, ...]) -> None:
    for path in ("/", "/simple/", "/simple/sample/", "/pypi/sample/json", site.file, "/simple/Sample/"):
        for _ in range(2):
            assert site.ask(path, *headers) == site.ask(path)


@hostile(100, "a forged host", "pages and files are the same")
def test_the_host_changes_no_page_or_file(site: Site) -> None:
    def answer(path: str, host: str) -> bytes:
        sent = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        return re.sub(rb"(?m)^(date|x-request-id): .*\r\n", b"", site.raw(sent))

    for path in ("/simple/", "/simple/sample/", "/simple/Sample", site.file):
        for host in ("evil.example", "evil.example:99999", "<script>", "a" * 2000):
            assert answer(path, host) == answer(path, "localhost")


@pytest.mark.parametrize(
    ("ranges", "status"),
    [
        pytest.param("bytes=0-,-1" + ",0-0" * 1000, 416, marks=hostile(99, "a thousand ranges", "416")),
        pytest.param("bytes=99999999-", 416, marks=hostile(99, "a range behind the end", "416")),
        pytest.param("bytes=-0", 416, marks=hostile(99, "the last no bytes", "416")),
        pytest.param("bytes=5-2", 200, marks=hostile(99, "a range backwards", "200, all of it")),
        pytest.param("bytes=0-0,1-1", 200, marks=hostile(99, "two ranges", "200, all of it")),
        pytest.param(
            "bytes=" + "9" * 5000 + "-", 200, marks=hostile(99, "a number of 5,000 digits", "200, all of it")
        ),
        pytest.param("bytes=\xb2-", 200, marks=hostile(99, "digits that are not ASCII", "200, all of it")),
        pytest.param("lines=1-2", 200, marks=hostile(99, "another unit", "200, all of it")),
    ],
)
def test_ranges(site: Site, ranges: str, status: int) -> None:
    for _ in range(2):
        found, headers, body = site.ask(site.file, f"Range: {ranges}")
        assert found == status
        if status == 416:
            assert headers["content-range"] == f"bytes */{len(site.content)}"
        else:
            assert body == site.content


@hostile(103, "HTML and JSON under one URL", "told apart by Vary and ETag")
def test_forms_and_codings_never_mix(site: Site) -> None:
    seen: dict[str, bytes] = {}
    for accept in ("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.v1+html", "text/html"):
        for coding in ("identity", "gzip", "zstd"):
            for _ in range(2):
                status, headers, body = site.ask(
                    "/simple/sample/", f"Accept: {accept}", f"Accept-Encoding: {coding}"
                )
                assert status == 200
                assert headers["content-type"].startswith(accept)
                assert headers.get("content-encoding", "identity") == coding
                assert {"Accept", "Accept-Encoding"} <= set(headers["vary"].split(", "))
                assert seen.setdefault(headers["etag"], body) == body
    assert len(seen) >= 6


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip"])
@hostile(104, "a compressed body", "415 E-UPLOAD-ENCODING")
def test_compressed_bodies_are_not_unpacked(site: Site, coding: str) -> None:
    sent = (
        b"POST /legacy/ HTTP/1.1\r\n"
        + HOST
        + f"Authorization: {basic(site.token)}\r\n".encode()
        + f"Content-Encoding: {coding}\r\nContent-Length: 3\r\nConnection: close\r\n\r\n".encode()
        + b"\x1f\x8b\x08"
    )
    answer = site.raw(sent)
    assert statuses(answer) == [415]
    assert b"E-UPLOAD-ENCODING" in answer


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, BODEGA_REQUEST_TIMEOUT="1")
    try:
        yield made
    finally:
        assert made.bodega.end() == 0
    assert not any("Traceback" in line for line in made.bodega.lines)


@hostile(93, "many slow connections", "others are served; each is ended in time")
def test_slow_requests_are_ended(hasty: Site) -> None:
    def connections(count: int, sent: bytes) -> list[socket.socket]:
        made = [
            socket.create_connection((hasty.bodega.host, hasty.bodega.port), timeout=10) for _ in range(count)
        ]
        for connection in made:
            connection.sendall(sent)
        return made

    started = time.monotonic()
    form = (
        b"POST /legacy/ HTTP/1.1\r\n"
        + HOST
        + f"Authorization: {basic(hasty.token)}\r\n".encode()
        + b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\n"
    )
    heads, bodies, silent = (
        connections(40, b"GET /simple/ HTTP/1.1\r\nX-"),
        connections(5, form),
        connections(5, b""),
    )
    assert hasty.bodega.get("/livez").status == 200
    assert {tuple(statuses(received(connection))) for connection in heads} == {(408,)}
    assert {received(connection) for connection in (*bodies, *silent)} == {b""}
    assert time.monotonic() - started < 8
    for connection in (*heads, *bodies, *silent):
        connection.close()
    incoming = hasty.folder / "data" / "blobs" / "incoming"
    while any(incoming.iterdir()):
        assert time.monotonic() - started < 15
        time.sleep(0.02)


@hostile(91, "refusals before a request", "logged and counted")
def test_refusals_are_logged_and_counted(site: Site) -> None:
    site.raw(b"GARBAGE\r\n\r\n")
    counted = site.bodega.get("/metrics").body.decode()
    assert re.search(r'total\{method="other",route="refused",status="400"\} [1-9]', counted)
