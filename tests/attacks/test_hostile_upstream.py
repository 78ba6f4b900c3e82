"""An upstream that means harm: nothing of it reaches a reader, the disk outside the store, or the memory."""

import gzip
import hashlib
import http.client
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.transport import HttpTransport
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamUnavailableError
from bodega.index.upstream.source import UpstreamSource
from support.distributions import wheel_bytes, wheel_filename
from support.server import Answered, Bodega
from support.upstream import JSON, Handler, Upstream, always, cut_once, until

WHEEL, NAME = wheel_bytes("good"), wheel_filename("good")
SECRET = "Basic dXNlcjpzZWNyZXQ="


def case(number: int, what: str, expected: str) -> pytest.MarkDecorator:
    """A case of the page of hostile cases."""
    return pytest.mark.hostile(case=number, surface="upstream", what=what, expected=expected)


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
    upstream.extra.clear()
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


@case(126, "a file whose URL is file:", "it is left out of the page")
@case(137, "a file name that leaves its folder", "it is left out of the page")
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


@case(128, "a redirect to file:", "502 E-UPSTREAM-ANSWER")
@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_cannot_leave_the_web(bodega: Bodega, upstream: Upstream, target: str) -> None:
    def redirect(handler: Handler) -> bool:
        handler.answer(302, b"", "text/plain", Location=target)
        return True

    upstream.fault = redirect
    answer = bodega.json("/simple/redirected/")
    assert answer.status in (502, 503)


@case(127, "a redirect loop", "502 E-UPSTREAM-ANSWER after eleven requests")
def test_a_redirect_loop_ends(bodega: Bodega, upstream: Upstream) -> None:
    def loop(handler: Handler) -> bool:
        handler.answer(302, b"", "text/plain", Location=handler.path)
        return True

    upstream.fault = loop
    asked = len(upstream.asked)
    refused(bodega.json("/simple/looping/"), "E-UPSTREAM")
    assert len(upstream.asked) - asked < 50


@case(132, "a page of API version 2.0", "502 E-UPSTREAM-ANSWER")
@case(133, "the page of another project", "502 E-UPSTREAM-ANSWER")
@case(135, "200,000 levels of JSON", "502 E-UPSTREAM-ANSWER")
@case(136, "HTML said to be JSON", "502 E-UPSTREAM-ANSWER")
@case(141, "200 and a login page", "502 E-UPSTREAM-ANSWER")
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


@case(134, "a page of 300 MB in 300 KB of gzip", "502 E-UPSTREAM-ANSWER, less than 96 MiB of memory")
def test_a_page_that_inflates_without_end_costs_little(
    bodega: Bodega, upstream: Upstream, record_property: Callable[[str, object], None]
) -> None:
    packed = gzip.compress(b" " * (300 << 20), 9)

    def bomb(handler: Handler) -> bool:
        handler.begin(200, JSON, len(packed), **{"Content-Encoding": "gzip"})
        handler.wfile.write(packed)
        return True

    bodega.json("/simple/warm/")
    before = memory(bodega)
    upstream.fault = bomb
    refused(bodega.json("/simple/bomb/"), "E-UPSTREAM-ANSWER")
    grown = memory(bodega) - before
    assert grown < 96 << 20
    record_property("got", f"502 E-UPSTREAM-ANSWER, {grown >> 20} MiB of memory")


def test_a_page_that_never_ends_is_given_up(bodega: Bodega, upstream: Upstream) -> None:
    def endless(handler: Handler) -> bool:
        handler.begin(200, JSON, None)
        for _ in range(100):
            handler.wfile.write(b" " * (1 << 20))
        return True

    upstream.fault = endless
    refused(bodega.json("/simple/endless/"), "E-UPSTREAM-ANSWER")
    assert memory(bodega) < 300 << 20


@case(147, "a page of a million versions", "502 E-UPSTREAM-ANSWER")
def test_a_million_claims_are_bounded(bodega: Bodega, upstream: Upstream) -> None:
    upstream.pages["many"] = [{}] * 250_000
    refused(bodega.json("/simple/many/"), "E-UPSTREAM-ANSWER")
    versions = json.dumps([str(number) for number in range(5_000_000)])
    page = f'{{"meta": {{"api-version": "1.1"}}, "name": "many", "files": [], "versions": {versions}}}'
    before = time.monotonic()
    upstream.fault = always(200, page.encode(), JSON)
    refused(bodega.json("/simple/many/"), "E-UPSTREAM-ANSWER")
    assert time.monotonic() - before < 10


@case(124, "bytes of another sha256", "the connection is broken or 502, nothing is kept")
@case(125, "a size that is not the file's", "the connection is broken or 502, nothing is kept")
@case(139, "a body too short, its length honest", "the connection is broken or 502, nothing is kept")
def test_bytes_that_are_not_those_promised_are_never_handed_out(bodega: Bodega, upstream: Upstream) -> None:
    upstream.add("good", NAME, WHEEL)
    url = json.loads(bodega.json("/simple/good/").body)["files"][0]["url"].removeprefix("../..")
    for wrong in (WHEEL[:-1] + b"!", WHEEL[:-1], WHEEL + b"!", b""):
        upstream.files[NAME] = wrong
        assert given(bodega, url) != WHEEL
    upstream.files[NAME] = WHEEL
    assert bodega.get(url).body == WHEEL


@case(130, "metadata of another hash than declared", "502 E-UPSTREAM-FILE-CHANGED")
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


def url_of(bodega: Bodega, name: str) -> str:
    (file,) = json.loads(bodega.json(f"/simple/{name}/").body)["files"]
    url: str = file["url"].removeprefix("../..")
    return url


@pytest.mark.parametrize(
    "hashes",
    [
        pytest.param(
            {}, marks=case(122, "a file without a hash", "served, and its hash is fixed from then on")
        ),
        pytest.param(
            {"md5": "d41d8cd98f00b204e9800998ecf8427e"},
            marks=case(123, "a file with an md5 alone", "as without a hash"),
        ),
    ],
    ids=["none", "md5"],
)
def test_a_file_that_nothing_vouches_for_is_fixed_when_it_is_first_fetched(
    bodega: Bodega, upstream: Upstream, hashes: dict[str, str]
) -> None:
    name = f"bare{len(hashes)}"
    filename = wheel_filename(name)
    content = wheel_bytes(name)
    upstream.add(name, filename, content, hashes=hashes)
    url = url_of(bodega, name)
    assert bodega.get(url).body == content
    upstream.files[filename] = b"other bytes by now"
    assert bodega.get(url).body == content
    page = json.loads(bodega.json(f"/simple/{name}/").body)
    assert page["files"][0]["hashes"] == {"sha256": hashlib.sha256(content).hexdigest()}


@case(129, "metadata that hides a dependency", "the wheel's own takes its place as soon as the wheel is here")
def test_metadata_that_is_not_the_wheels_own_is_replaced(bodega: Bodega, upstream: Upstream) -> None:
    name = wheel_filename("hiding")
    upstream.add("hiding", name, wheel_bytes("hiding", metadata="Requires-Dist: other\n"))
    upstream.documents[f"{name}.metadata"] = b"Metadata-Version: 2.4\nName: hiding\nVersion: 1.0\n"
    url = url_of(bodega, "hiding")
    assert b"Requires-Dist" not in bodega.get(f"{url}.metadata").body
    assert bodega.get(url).status == 200
    assert b"Requires-Dist: other" in bodega.get(f"{url}.metadata").body


@case(131, "a project in quarantine", "its page offers no files and says why")
def test_a_quarantined_project_offers_no_files(bodega: Bodega, upstream: Upstream) -> None:
    upstream.add("bad", wheel_filename("bad"), wheel_bytes("bad"))
    upstream.extra["project-status"] = {"status": "quarantined", "reason": "malware"}
    page = json.loads(bodega.json("/simple/bad/").body)
    assert page["files"] == []
    assert page["project-status"] == {"status": "quarantined", "reason": "malware"}


@case(138, "a body that is cut", "a page: 503 E-UPSTREAM-UNAVAILABLE; a file: gone on with")
def test_a_page_that_is_cut_is_no_page(bodega: Bodega, upstream: Upstream) -> None:
    def cut(handler: Handler) -> bool:
        handler.begin(200, JSON, 1000)
        handler.wfile.write(b'{"meta": {"api-version": "1.0"}, "name": "cut", "files": []}')
        handler.close_connection = True
        return True

    upstream.fault = cut
    refused(bodega.json("/simple/cut/"), "E-UPSTREAM")
    upstream.fault = None
    name = wheel_filename("cut-file")
    upstream.add("cut-file", name, wheel_bytes("cut-file", files={"noise": os.urandom(900_000)}))
    url = url_of(bodega, "cut-file")
    upstream.fault = cut_once(f"/files/{name}", 500_000)
    assert bodega.get(url).body == upstream.files[name]
    assert [headers.get("range") for path, headers in upstream.asked if path == f"/files/{name}"] == [
        None,
        "bytes=500000-",
    ]


@case(140, "errors of the server", "503 E-UPSTREAM-UNAVAILABLE, never 404")
@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_an_upstream_that_fails_is_never_one_without_the_project(
    bodega: Bodega, upstream: Upstream, status: int
) -> None:
    upstream.fault = always(status)
    answer = bodega.json("/simple/failing/")
    assert (answer.status, b"E-UPSTREAM-UNAVAILABLE" in answer.body) == (503, True)


@case(142, "a byte a second", "given up after 30 seconds below 1 KiB a second")
def test_a_drip_is_given_up(upstream: Upstream, record_property: Callable[[str, object], None]) -> None:
    ended = threading.Event()

    def drip(handler: Handler) -> bool:
        handler.begin(200, JSON, 10_000)
        while not ended.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
        return True

    upstream.fault = drip
    patient = HttpConfiguration(user_agent="test", retries=0, rate_window=0.4, home=upstream.root)
    assert HttpConfiguration(user_agent="test").rate_window == 30.0
    transport = HttpTransport(patient)
    began = time.monotonic()
    with pytest.raises(UpstreamUnavailableError):
        UpstreamSource(upstream.root, transport, "id").page(NormalizedName("drip"), None)
    ended.set()
    assert time.monotonic() - began < 5
    record_property("got", "given up after one window below 1 KiB a second")
    transport.close()


@case(143, "an upload time in the future, or long ago", "a cooldown counts from when it was first seen here")
def test_an_upload_time_makes_no_file_older(upstream: Upstream, tmp_path: Path) -> None:
    for number, claimed in enumerate(("2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z", "soon", None)):
        filename = wheel_filename("young", f"{number}.0")
        content = wheel_bytes("young", f"{number}.0")
        upstream.add("young", filename, content, **{"upload-time": claimed})
    with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_COOLDOWN="7d") as bodega:
        assert "young-0.0-py3-none-any.whl" not in listed(bodega, "young")


@case(144, "other bytes under a known name", "the first hash stays, the others are refused")
def test_the_first_hash_of_a_name_stays(upstream: Upstream, tmp_path: Path) -> None:
    upstream.add("good", NAME, WHEEL)
    with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_REVALIDATE="0") as bodega:
        before = url_of(bodega, "good")
        upstream.pages.clear()
        upstream.add("good", NAME, WHEEL + b"changed")
        until(lambda: upstream.count("/simple/good/") > 1 or bodega.json("/simple/good/") is None)
        assert url_of(bodega, "good") == before
        assert given(bodega, before) != upstream.files[NAME]


@case(145, "a file that is gone", "404 E-UPSTREAM-FILE-GONE, unless it was kept")
def test_a_file_that_is_gone_is_still_here_if_it_was_kept(bodega: Bodega, upstream: Upstream) -> None:
    for name in ("kept", "missed"):
        upstream.add(name, wheel_filename(name), wheel_bytes(name))
    kept, missed = url_of(bodega, "kept"), url_of(bodega, "missed")
    assert bodega.get(kept).status == 200
    upstream.files.clear()
    assert bodega.get(kept).body == wheel_bytes("kept")
    answer = bodega.get(missed)
    assert (answer.status, b"E-UPSTREAM-FILE-GONE" in answer.body) == (404, True)


@case(146, "a yank that comes and goes", "the page says what the upstream says now")
def test_a_yank_shows_and_goes(upstream: Upstream, tmp_path: Path) -> None:
    upstream.add("good", NAME, WHEEL)
    with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_REVALIDATE="0") as bodega:

        def yanked() -> object:
            return json.loads(bodega.json("/simple/good/").body)["files"][0]["yanked"]

        for now in (False, "broken", False):
            upstream.pages["good"][0]["yanked"] = now
            until(lambda now=now: yanked() == now)  # type: ignore[misc]


@case(148, "a redirect to another origin", "credentials stay with the upstream's own")
def test_credentials_never_leave_for_another_origin(upstream: Upstream, tmp_path: Path) -> None:
    with Upstream() as other:
        other.add("good", NAME, WHEEL)
        upstream.fault = lambda handler: (
            bool(handler.answer(302, b"", "text/plain", Location=f"{other.root}good/")) or True
        )
        root = upstream.root.replace("http://", "http://user:secret@")
        with Bodega(tmp_path, "--upstream", root) as bodega:
            url = url_of(bodega, "good")
            assert bodega.get(url).body == WHEEL
            assert upstream.asked[-1][1]["authorization"] == SECRET
            assert all("authorization" not in headers for _, headers in other.asked)
            upstream.fault = None
            upstream.add("own", wheel_filename("own"), wheel_bytes("own"))
            assert bodega.get(url_of(bodega, "own")).status == 200
            assert upstream.asked[-1][1]["authorization"] == SECRET, "the files beside the pages need them"


@case(149, "URLs and redirects into the private network", "left out, or 502 without a connection")
def test_nothing_leads_into_the_private_network(bodega: Bodega, upstream: Upstream) -> None:
    places = ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"]
    upstream.add("good", NAME, WHEEL)
    for number, place in enumerate(places):
        upstream.add("good", f"good-{number}.0.tar.gz", b"x", url=f"http://{place}/latest/")
    assert listed(bodega, "good") == [NAME]
    # A decimal address is a name as far as a URL tells; only the resolver knows that it is 169.254.169.254.
    upstream.add("resolved", wheel_filename("resolved"), b"elsewhere", url="http://2852039166/latest/")
    began = time.monotonic()
    answer = bodega.get(url_of(bodega, "resolved"))
    assert (answer.status, b"out of reach" in answer.body) == (502, True)
    for place in (*places, "2852039166"):
        upstream.fault = lambda handler, place=place: (
            bool(  # type: ignore[misc]
                handler.answer(302, b"", "text/plain", Location=f"http://{place}/latest/")
            )
            or True
        )
        refused(bodega.json("/simple/away/"), "E-UPSTREAM-ANSWER")
    assert time.monotonic() - began < 5, "nobody waited for an address"
