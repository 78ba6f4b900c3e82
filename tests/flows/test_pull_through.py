"""Reading through: a real server before a real upstream that fails in every way it can."""

import contextlib
import gzip
import hashlib
import http.client
import json
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bodega.index.upstream.ranged_file import STEP
from bodega.simple_api.codings import decode
from support.distributions import wheel_bytes, wheel_filename
from support.server import Answered, Bodega
from support.upstream import Upstream, always, cut_once, slowly, until

BIG = wheel_bytes("big", files={"big.bin": b"", "noise.bin": hashlib.shake_128(b"noise").digest(3_000_000)})
SMALL = wheel_bytes("small", metadata="Requires-Dist: big\n")
BIG_NAME, SMALL_NAME = wheel_filename("big"), wheel_filename("small")


@contextlib.contextmanager
def an_upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add("big", BIG_NAME, BIG)
        upstream.add("small", SMALL_NAME, SMALL)
        yield upstream


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with an_upstream() as upstream:
        yield upstream


@pytest.fixture
def bodega(upstream: Upstream, tmp_path: Path) -> Iterator[Bodega]:
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        yield bodega


@pytest.fixture(scope="module")
def calm() -> Iterator[Bodega]:
    """A server for tests that only read."""
    with (
        an_upstream() as upstream,
        tempfile.TemporaryDirectory() as folder,
        Bodega(Path(folder), "--upstream", upstream.root) as bodega,
    ):
        yield bodega


def path_of(bodega: Bodega, name: str, number: int = 0) -> str:
    file = json.loads(bodega.json(f"/simple/{name}/").body)["files"][number]
    assert file["url"].startswith("../../files/")
    return file["url"].removeprefix("../..")


def test_the_ready_line_says_what_is_served(bodega: Bodega, upstream: Upstream) -> None:
    assert bodega.words == f"index main, upstream {upstream.root}"


def test_pages_in_every_form_and_coding(calm: Bodega) -> None:
    page = calm.json("/simple/small/")
    document = json.loads(page.body)
    assert page.headers["content-type"] == "application/vnd.pypi.simple.v1+json"
    assert document["files"][0]["core-metadata"] is True
    assert document["files"][0]["hashes"] == {"sha256": hashlib.sha256(SMALL).hexdigest()}
    html = calm.get("/simple/small/", Accept="text/html")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert 'data-dist-info-metadata="true"' in html.body.decode()
    json_type = "application/vnd.pypi.simple.v1+json"
    packed = calm.get("/simple/small/", Accept=json_type, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == page.body
    denser = calm.get("/simple/small/", Accept=json_type, Accept_Encoding="gzip, zstd")
    assert denser.headers["content-encoding"] == "zstd"
    assert decode(denser.body, "zstd") == page.body
    assert len({answer.headers["etag"] for answer in (page, html, packed, denser)}) == 4
    assert calm.get("/simple/small/?format=text/html", Accept=json_type).body == html.body
    assert calm.get("/simple/small/", Accept="image/png").status == 406


def test_a_page_that_the_reader_has_is_not_sent_again(calm: Bodega) -> None:
    page = calm.json("/simple/small/")
    again = calm.get(
        "/simple/small/", Accept=page.headers["content-type"], If_None_Match=page.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == page.headers["etag"]
    assert "accept" in again.headers["vary"].lower()


def test_the_same_index_under_its_name(calm: Bodega) -> None:
    assert calm.json("/index/main/simple/small/").body == calm.json("/simple/small/").body
    assert calm.json("/index/other/simple/small/").status == 404


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/simple/Small", "small/"),
        ("/simple/SMALL/", "../small/"),
        ("/simple/small?format=x", "small/?format=x"),
        ("/simple", "simple/"),
    ],
)
def test_other_spellings_are_one_hop_away(calm: Bodega, path: str, location: str) -> None:
    answer = calm.get(path)
    assert (answer.status, answer.headers["location"]) == (301, location)


def test_unknown_things_are_not_found(bodega: Bodega, upstream: Upstream) -> None:
    for path in (
        "/simple/nothing/",
        "/simple/..%2fsmall/",
        f"/files/{'0' * 64}/{SMALL_NAME}",
        "/simple/%00/",
        "/nowhere",
    ):
        answer = bodega.get(path)
        assert answer.status == 404, path
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    bodega.get("/simple/nothing/")
    assert upstream.count("/simple/nothing/") == 1
    problem = bodega.get("/simple/nothing/", Accept="application/problem+json")
    assert problem.headers["content-type"] == "application/problem+json"
    assert json.loads(problem.body)["code"] == "E-PROJECT-NOT-FOUND"
    assert bodega.get("/simple/small/", method="POST").status == 405


def test_a_file_whole_in_parts_and_not_at_all(bodega: Bodega, upstream: Upstream) -> None:
    path = path_of(bodega, "big")
    head = bodega.get(path, method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(BIG)))
    assert upstream.count(f"/files/{BIG_NAME}") == 0
    whole = bodega.get(path)
    assert whole.body == BIG
    assert "immutable" in whole.headers["cache-control"]
    part = bodega.get(path, Range="bytes=10-19")
    assert (part.status, part.body) == (206, BIG[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(BIG)}"
    assert bodega.get(path, Range="bytes=-5").body == BIG[-5:]
    assert bodega.get(path, Range="bytes=5-", If_Range='"other"').body == BIG
    beyond = bodega.get(path, Range=f"bytes={len(BIG)}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(BIG)}")
    assert bodega.get(path, If_None_Match=whole.headers["etag"]).status == 304
    assert upstream.count(f"/files/{BIG_NAME}") == 1


def test_a_part_can_be_asked_for_first(bodega: Bodega) -> None:
    assert bodega.get(path_of(bodega, "big"), Range="bytes=100-199").body == BIG[100:200]


def test_metadata_is_there_though_nobody_declares_it(bodega: Bodega, upstream: Upstream) -> None:
    path = path_of(bodega, "small")
    document = b"Metadata-Version: 2.4\nName: small\nVersion: 1.0\nRequires-Dist: big\n"
    # The upstream does not serve it: the wheel is fetched once and read.
    assert bodega.get(f"{path}.metadata").body == document
    assert bodega.get(path).body == SMALL
    assert upstream.count(f"/files/{SMALL_NAME}") == 1
    # The upstream serves it, undeclared: the wheel is left alone.
    upstream.documents[f"{BIG_NAME}.metadata"] = b"Metadata-Version: 2.4\nName: big\nVersion: 1.0\n"
    assert bodega.get(f"{path_of(bodega, 'big')}.metadata").body == upstream.documents[f"{BIG_NAME}.metadata"]
    assert upstream.count(f"/files/{BIG_NAME}") == 0


def test_what_was_seen_outlives_the_upstream_and_a_restart(upstream: Upstream, tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        path = path_of(bodega, "small")
        page = bodega.json("/simple/small/")
        assert bodega.get(path).body == SMALL
        assert bodega.get(f"{path}.metadata").status == 200
        upstream.die()
        unknown = bodega.json("/simple/unknown/")
        assert unknown.status == 503
        assert b"E-UPSTREAM-UNAVAILABLE" in unknown.body
        assert bodega.end() == 0
    # Never old enough to be served without asking: the silence of the upstream must not matter.
    with Bodega(tmp_path, BODEGA_REVALIDATE="0") as bodega:
        assert upstream.root in bodega.words
        assert bodega.json("/simple/small/").body == page.body
        assert bodega.json("/simple/small/").headers["etag"] == page.headers["etag"]
        assert bodega.get(path).body == SMALL
        assert bodega.get(f"{path}.metadata").status == 200
        assert b"small" in bodega.get("/simple/").body
        assert bodega.get(f"/files/{hashlib.sha256(BIG).hexdigest()}/{BIG_NAME}").status == 404


def test_many_readers_of_a_new_file_cost_one_request(bodega: Bodega, upstream: Upstream) -> None:
    path, gate = path_of(bodega, "big"), threading.Event()
    upstream.fault = slowly(f"/files/{BIG_NAME}", gate, first=1_000_000)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(bodega.get, path) for _ in range(20)]
        until(lambda: upstream.count(f"/files/{BIG_NAME}"))
        # Pages are answered while all those readers wait.
        assert bodega.json("/simple/small/").status == 200
        gate.set()
        assert all(answer.result().body == BIG for answer in answers)
    assert upstream.count(f"/files/{BIG_NAME}") == 1


def test_readers_follow_a_file_that_is_still_arriving(bodega: Bodega, upstream: Upstream) -> None:
    path, gate = path_of(bodega, "big"), threading.Event()
    upstream.fault = slowly(f"/files/{BIG_NAME}", gate, first=1_000_000)
    connection = http.client.HTTPConnection(bodega.host, bodega.port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.read(500_000) == BIG[:500_000]
    gate.set()
    assert answer.read() == BIG[500_000:]
    connection.close()


@pytest.mark.parametrize("ranges", [True, False])
def test_a_cut_download_goes_on(bodega: Bodega, upstream: Upstream, ranges: bool) -> None:
    path = path_of(bodega, "big")
    upstream.ranges = ranges
    upstream.fault = cut_once(f"/files/{BIG_NAME}", after=1_500_000)
    assert bodega.get(path).body == BIG
    asked = [headers.get("range") for path, headers in upstream.asked if path == f"/files/{BIG_NAME}"]
    assert asked == [None, "bytes=1500000-"]


def test_an_upstream_that_tells_no_size_and_no_hash(bodega: Bodega, upstream: Upstream) -> None:
    upstream.pages["big"].clear()
    upstream.add("big", BIG_NAME, BIG, size=None, hashes={})
    upstream.says_length = False
    path = path_of(bodega, "big")
    assert path == f"/files/unhashed-big/{BIG_NAME}"
    assert bodega.get(path).body == BIG
    again = bodega.get(path)
    assert again.body == BIG
    assert "immutable" not in again.headers["cache-control"]


def test_wrong_bytes_never_look_complete_and_are_not_kept(
    bodega: Bodega, upstream: Upstream, tmp_path: Path
) -> None:
    path = path_of(bodega, "big")
    upstream.files[BIG_NAME] = BIG[:-1] + b"!"
    with pytest.raises(http.client.IncompleteRead) as cut:
        bodega.get(path)
    assert len(cut.value.partial) < len(BIG)
    small = path_of(bodega, "small")
    upstream.files[SMALL_NAME] = b"x" * len(SMALL)
    refused = bodega.get(small)
    assert refused.status == 502
    assert b"E-UPSTREAM-FILE-CHANGED" in refused.body
    assert not [path for path in (tmp_path / "data" / "blobs").rglob("*") if path.is_file()]
    upstream.files[BIG_NAME] = BIG
    assert bodega.get(path).body == BIG


def test_the_first_hash_seen_stays(upstream: Upstream, tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_REVALIDATE="0") as bodega:
        first = path_of(bodega, "small")
        upstream.pages["small"].clear()
        upstream.add("small", SMALL_NAME, b"other bytes altogether")
        asked = upstream.count("/simple/small/")
        until(lambda: bodega.json("/simple/small/") and upstream.count("/simple/small/") > asked + 1)
        assert path_of(bodega, "small") == first
        assert bodega.get(first).status == 502
        assert any("first seen with" in line for line in bodega.lines)


def test_a_page_grows_stale_is_served_and_asked_for_behind(upstream: Upstream, tmp_path: Path) -> None:
    upstream.etags = True
    with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_REVALIDATE="0") as bodega:
        bodega.json("/simple/small/")
        upstream.add("small", wheel_filename("small", "2.0"), b"two")

        def seen() -> bool:
            return len(json.loads(bodega.json("/simple/small/").body)["files"]) == 2

        until(seen)
        asked = [headers for path, headers in upstream.asked if path == "/simple/small/"]
        assert any("if-none-match" in headers for headers in asked)


def test_failing_and_lying_upstreams_are_never_not_found(bodega: Bodega, upstream: Upstream) -> None:
    for fault, status, code in (
        (always(500), 503, b"E-UPSTREAM-UNAVAILABLE"),
        (always(403), 502, b"E-UPSTREAM-ANSWER"),
        (always(200, b"<html>log in</html>", "text/html"), 502, b"E-UPSTREAM-ANSWER"),
        (always(200, upstream.page("small"), "application/json"), 502, b"E-UPSTREAM-ANSWER"),
    ):
        upstream.fault = fault
        answer = bodega.json("/simple/other/")
        assert (answer.status, code in answer.body) == (status, True), answer


def test_without_an_upstream_nothing_is_known(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        assert bodega.words == "index main, upstream none"
        assert bodega.json("/simple/small/").status == 404
        assert json.loads(bodega.json("/simple/").body)["projects"] == []


def test_an_index_that_is_its_own_upstream_says_so(tmp_path: Path, upstream: Upstream) -> None:
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        own = f"{bodega.host}:{bodega.port}"

        def forward(handler: object) -> bool:
            # The upstream passes every request on to the index that asked.
            connection = http.client.HTTPConnection(own, timeout=10)
            connection.request("GET", handler.path, headers=dict(handler.headers))  # type: ignore[attr-defined]
            answer = connection.getresponse()
            handler.answer(answer.status, answer.read(), "text/plain")  # type: ignore[attr-defined]
            connection.close()
            return True

        upstream.fault = forward
        answer = bodega.json("/simple/other/")
        assert answer.status == 508
        assert b"E-UPSTREAM-LOOP" in answer.body


def test_health_metrics_and_the_page_for_people(bodega: Bodega) -> None:
    assert bodega.get("/livez").status == 200
    ready = bodega.get("/readyz")
    assert (ready.status, json.loads(ready.body)) == (
        200,
        {"status": "ready", "database": "ok", "blobs": "ok"},
    )
    bodega.json("/simple/small/")
    metrics = bodega.get("/metrics").body.decode()
    assert 'bodega_http_requests_total{method="GET",route="project",status="200"} 1.0' in metrics
    assert "bodega_http_request_duration_seconds_bucket" in metrics
    assert "small" not in metrics
    home = bodega.get("/")
    _expect_guarded(home)
    assert f"http://{bodega.host}:{bodega.port}/simple/" in home.body.decode()
    named = bodega.get("/index/main/")
    assert f"http://{bodega.host}:{bodega.port}/index/main/simple/" in named.body.decode()
    assert 'href="../../static/bodega.css"' in named.body.decode()
    for path in ("/static/bodega.css", "/favicon.ico"):
        assert bodega.get(path).status == 200
    assert bodega.get("/static/..%2fhome.py").status == 404


def _expect_guarded(page: Answered) -> None:
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert b"<script" not in page.body


def test_every_answer_has_an_id_and_json_logs_say_it(tmp_path: Path, upstream: Upstream) -> None:
    with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_LOG_FORMAT="json") as bodega:
        answer = bodega.get("/simple/nothing/?token=secret")
        redirect = bodega.get("/simple/small")
        assert bodega.end() == 0
        entries = [json.loads(line) for line in bodega.lines[1:]]
    logged = {entry["request_id"]: entry for entry in entries if "request_id" in entry}
    assert logged[answer.headers["x-request-id"]]["path"] == "/simple/nothing/"
    assert logged[answer.headers["x-request-id"]]["status"] == 404
    assert logged[redirect.headers["x-request-id"]]["method"] == "GET"
    assert not any("secret" in line for line in bodega.lines)


def test_ending_lets_answers_end(upstream: Upstream, tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega, ThreadPoolExecutor(1) as pool:
        path, gate = path_of(bodega, "big"), threading.Event()
        upstream.fault = slowly(f"/files/{BIG_NAME}", gate, first=1_000_000)
        answer = pool.submit(bodega.get, path)
        until(lambda: upstream.count(f"/files/{BIG_NAME}"))
        bodega.process.terminate()
        gate.set()
        assert answer.result().body == BIG
        assert bodega.end() == 0


def test_metadata_is_read_out_of_the_end_of_a_wheel(bodega: Bodega, upstream: Upstream) -> None:
    path = path_of(bodega, "big")
    assert b"Name: big" in bodega.get(f"{path}.metadata").body
    ((_, headers),) = [one for one in upstream.asked if one[0] == f"/files/{BIG_NAME}"]
    assert headers["range"] == f"bytes={len(BIG) - STEP}-{len(BIG) - 1}"
    assert bodega.get(path).body == BIG
    assert b"Name: big" in bodega.get(f"{path}.metadata").body


def test_where_there_are_no_ranges_the_wheel_is_fetched(bodega: Bodega, upstream: Upstream) -> None:
    upstream.ranges = False
    path = path_of(bodega, "big")
    assert b"Name: big" in bodega.get(f"{path}.metadata").body
    assert bodega.get(path).body == BIG


def test_how_the_upstream_answers_is_counted_and_does_not_make_it_unready(
    bodega: Bodega, upstream: Upstream
) -> None:
    bodega.json("/simple/small/")
    bodega.json("/simple/absent/")
    upstream.fault = always(500)
    answers = [bodega.json(f"/simple/failing{number}/") for number in range(5)]
    assert [answer.status for answer in answers] == [503] * 5
    assert int(answers[-1].headers["retry-after"]) >= 1
    text = bodega.get("/metrics").body.decode()
    for outcome, count in (("answered", 1), ("absent", 1), ("failed", 3), ("left-alone", 2)):
        assert f'bodega_upstream_pages_total{{outcome="{outcome}"}} {count}.0' in text
    assert bodega.json("/simple/small/").status == 200
    assert bodega.get("/readyz").status == 200
    assert any("is left alone for a while" in line for line in bodega.lines)
