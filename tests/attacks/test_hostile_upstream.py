"""An upstream that means harm: nothing of it reaches a reader, the disk outside the store, or the memory."""

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.server import Answered, Bodega
from support.upstream import JSON, Handler, Upstream, always

WHEEL, NAME = wheel_bytes("good"), wheel_filename("good")


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def bodega(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bodega]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret").write_text("a secret of this machine")
    with Bodega(folder, "--upstream", upstream.root) as bodega:
        yield bodega


@pytest.fixture(autouse=True)
def calm(upstream: Upstream) -> Iterator[None]:
    yield
    upstream.fault = None
    upstream.says_length = True
    upstream.pages.clear()


def memory(bodega: Bodega) -> int:
    status = Path(f"/proc/{bodega.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    assert found is not None
    return int(found.group(1)) << 10


def listed(bodega: Bodega, name: str) -> list[str]:
    answer = bodega.json(f"/simple/{name}/")
    assert answer.status == 200, answer
    return [file["filename"] for file in json.loads(answer.body)["files"]]


def given(bodega: Bodega, path: str) -> bytes:
    """What a reader gets of a file, however it ends."""
    try:
        answer = bodega.get(path)
    except http.client.IncompleteRead as cut:
        return cut.partial
    assert answer.status in (200, 502)
    return answer.body if answer.status == 200 else b""


def refused(answer: Answered, code: str) -> None:
    assert answer.status in (502, 503), answer
    assert code in answer.body.decode()
    assert "Traceback" not in answer.body.decode()


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        *enumerate(
            [
                {"filename": "../../../evil-1.0.tar.gz"},
                {"filename": "/etc/passwd"},
                {"filename": "..\\evil-1.0.zip"},
                {"filename": "evil-1.0.tar.gz\x00.whl"},
                {"filename": "evil\u202egnp.whl"},
                {"filename": "evil-1.0.tar.gz\r\nSet-Cookie: a=b"},
                {"url": "file:///etc/passwd"},
                {"url": "FILE:///etc/passwd"},
                {"url": "gopher://127.0.0.1/"},
                {"url": "javascript:alert(1)"},
                {"hashes": {"sha256": "../../../../etc/passwd"}},
                {"hashes": {"sha256": "A" * 63}},
            ]
        ),
    ],
)
def test_a_file_that_means_harm_is_left_out(
    bodega: Bodega, upstream: Upstream, number: int, changes: object
) -> None:
    name = f"harm{number}"
    upstream.add(name, NAME.replace("good", name), WHEEL)
    upstream.pages[name].append({**upstream.pages[name][0], "filename": "other-2.0.tar.gz", **changes})  # type: ignore[dict-item]
    assert listed(bodega, name) == [NAME.replace("good", name)]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_cannot_leave_the_web(bodega: Bodega, upstream: Upstream, target: str) -> None:
    def redirect(handler: Handler) -> bool:
        handler.answer(302, b"", "text/plain", Location=target)
        return True

    upstream.fault = redirect
    answer = bodega.json("/simple/redirected/")
    assert answer.status in (502, 503)


def test_a_redirect_loop_ends(bodega: Bodega, upstream: Upstream) -> None:
    def loop(handler: Handler) -> bool:
        handler.answer(302, b"", "text/plain", Location=handler.path)
        return True

    upstream.fault = loop
    asked = len(upstream.asked)
    refused(bodega.json("/simple/looping/"), "E-UPSTREAM")
    assert len(upstream.asked) - asked < 50


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"meta": {"api-version": "2.0"}, "name": "x", "files": []}', JSON),
        (b'{"meta": {"api-version": "1.0"}, "name": "another", "files": []}', JSON),
        (b"[" * 200_000, JSON),
        (b"<html><body>Please log in</body></html>", "text/html"),
        (b"<html></html>", JSON),
        (b"\xff\xfe\x00", JSON),
        (b"", JSON),
        (b'{"meta": {"api-version": "1.0"}, "name": "x", "files": {"a": 1}}', JSON),
    ],
)
def test_what_is_not_the_page_is_refused(bodega: Bodega, upstream: Upstream, body: bytes, kind: str) -> None:
    upstream.fault = always(200, body, kind)
    refused(bodega.json("/simple/x/"), "E-UPSTREAM-ANSWER")


def test_a_page_that_inflates_without_end_costs_little(bodega: Bodega, upstream: Upstream) -> None:
    packed = gzip.compress(b" " * (120 << 20), 9)

    def bomb(handler: Handler) -> bool:
        handler.begin(200, JSON, len(packed), **{"Content-Encoding": "gzip"})
        handler.wfile.write(packed)
        return True

    upstream.fault = bomb
    refused(bodega.json("/simple/bomb/"), "E-UPSTREAM-ANSWER")
    assert memory(bodega) < 300 << 20


def test_a_page_that_never_ends_is_given_up(bodega: Bodega, upstream: Upstream) -> None:
    def endless(handler: Handler) -> bool:
        handler.begin(200, JSON, None)
        for _ in range(100):
            handler.wfile.write(b" " * (1 << 20))
        return True

    upstream.fault = endless
    refused(bodega.json("/simple/endless/"), "E-UPSTREAM-ANSWER")
    assert memory(bodega) < 300 << 20


def test_a_million_claims_are_bounded(bodega: Bodega, upstream: Upstream) -> None:
    upstream.pages["many"] = [{}] * 250_000
    refused(bodega.json("/simple/many/"), "E-UPSTREAM-ANSWER")


def test_bytes_that_are_not_those_promised_are_never_handed_out(bodega: Bodega, upstream: Upstream) -> None:
    upstream.add("good", NAME, WHEEL)
    url = json.loads(bodega.json("/simple/good/").body)["files"][0]["url"].removeprefix("../..")
    for wrong in (WHEEL[:-1] + b"!", WHEEL[:-1], WHEEL + b"!", b""):
        upstream.files[NAME] = wrong
        assert given(bodega, url) != WHEEL
    upstream.files[NAME] = WHEEL
    assert bodega.get(url).body == WHEEL


def test_metadata_that_is_not_the_declared_one_is_refused(bodega: Bodega, upstream: Upstream) -> None:
    name = wheel_filename("declared")
    upstream.add("declared", name, wheel_bytes("declared"), **{"core-metadata": {"sha256": "0" * 64}})
    upstream.documents[f"{name}.metadata"] = b"Metadata-Version: 2.4\nName: declared\nVersion: 1.0\n"
    url = json.loads(bodega.json("/simple/declared/").body)["files"][0]["url"].removeprefix("../..")
    refused(bodega.get(f"{url}.metadata"), "E-UPSTREAM-FILE-CHANGED")


def test_a_wheel_without_readable_metadata_is_a_clear_answer(bodega: Bodega, upstream: Upstream) -> None:
    name = wheel_filename("broken")
    upstream.add("broken", name, b"this is no zip archive")
    url = json.loads(bodega.json("/simple/broken/").body)["files"][0]["url"].removeprefix("../..")
    refused(bodega.get(f"{url}.metadata"), "E-WHEEL")


def test_paths_lead_nowhere(bodega: Bodega) -> None:
    for path in (
        "/files/../secret",
        "/files/%2e%2e/secret",
        "/static/../../secret",
        "/static/%2e%2e%2fsecret",
        f"/files/{'0' * 64}/..%2f..%2fsecret",
        "/simple/..%2f..%2fsecret/",
        "//etc/passwd",
    ):
        answer = bodega.get(path)
        assert answer.status == 404, path
        assert b"a secret of this machine" not in answer.body


def test_a_host_that_is_spoofed_changes_no_page_of_the_api(bodega: Bodega, upstream: Upstream) -> None:
    upstream.add("good", NAME, WHEEL)
    spoofed = bodega.get("/simple/good/", Host="evil.example.org", X_Forwarded_Host="evil.example.org")
    assert b"evil" not in spoofed.body
    assert b"<script" not in bodega.get("/", Host='"><script>alert(1)</script>').body
    assert "location" in bodega.get("/simple/Good/", Host="evil.example.org").headers
    assert "evil" not in bodega.get("/simple/Good/", Host="evil.example.org").headers["location"]
