"""The root list of an index with thousands of projects: kept in frames, sent in pieces, always true."""

import contextlib
import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bodega.simple_api.codings import decode
from support.distributions import wheel_bytes, wheel_filename
from support.publishing import new_token, upload
from support.server import Answered, Bodega
from support.upstream import Upstream

J = "application/vnd.pypi.simple.v1+json"
COUNT = 12_000
CODINGS = ("identity", "gzip", "zstd")


def claim(folder: Path, count: int) -> None:
    """Projects as uploads would have claimed them."""
    rows = [(f"p{number:06}", f"P{number:06}", number + 1) for number in range(count)]
    with contextlib.closing(sqlite3.connect(folder / "data" / "bodega.db")) as database, database:
        database.executemany(
            "INSERT INTO projects (index_name, name, typed_name, serial, status, created_at, created_by)"
            " VALUES ('main', ?, ?, ?, 'active', '2026-11-24T00:00:00.000000Z', 't')",
            rows,
        )
        database.execute("UPDATE counters SET value = ? WHERE name = 'serial'", (count,))


def listed(answer: Answered) -> dict[str, int]:
    assert answer.status == 200
    assert int(answer.headers["content-length"]) == len(answer.body)
    coding = answer.headers.get("content-encoding", "identity")
    body = gzip.decompress(answer.body) if coding == "gzip" else decode(answer.body, coding)  # type: ignore[arg-type]
    document = json.loads(body)
    assert answer.headers["x-pypi-last-serial"] == str(document["meta"]["_last-serial"])
    return {entry["name"]: entry["_last-serial"] for entry in document["projects"]}


def frames_kept(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "data" / "bodega.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM list_frames WHERE form = 'json'").fetchone()
    return int(count)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add("tree", wheel_filename("tree", "1.0"), wheel_bytes("tree", "1.0"))
        yield upstream


def test_a_long_list_in_every_coding_after_each_change_and_restart(
    tmp_path: Path, upstream: Upstream
) -> None:
    token = new_token(tmp_path)["token"]
    claim(tmp_path, COUNT)
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        expected = {f"P{number:06}": number + 1 for number in range(COUNT)}
        seen = set()
        for coding in CODINGS:
            whole = bodega.get("/simple/", Accept=J, Accept_Encoding=coding)
            assert listed(whole) == expected
            assert list(listed(whole)) == sorted(expected)
            assert whole.headers.get("content-encoding", "identity") == coding
            seen.add(whole.headers["etag"])
            head = bodega.get("/simple/", "HEAD", Accept=J, Accept_Encoding=coding)
            assert (head.headers["content-length"], head.body) == (str(len(whole.body)), b"")
            same = bodega.get(
                "/simple/", Accept=J, Accept_Encoding=coding, If_None_Match=whole.headers["etag"]
            )
            assert (same.status, same.body) == (304, b"")
        assert len(seen) == len(CODINGS)
        # An upload, and a project that is pulled through, are there at the next read.
        wheel = wheel_bytes("p006000-5", "1.0")
        assert upload(bodega, token, wheel, "p006000_5-1.0-py3-none-any.whl", name="p006000-5")[0] == 200
        assert bodega.json("/simple/tree/").status == 200
        expected["p006000-5"] = COUNT + 1
        now = listed(bodega.get("/simple/", Accept=J, Accept_Encoding="gzip"))
        assert "tree" in now
        assert {name: serial for name, serial in now.items() if name != "tree"} == expected
        html = bodega.get("/simple/", Accept="text/html")
        assert html.body.count(b"<a href=") == COUNT + 2
        assert b'<a href="p011999/">P011999</a><br>\n<a href="tree/">' in html.body
    assert frames_kept(tmp_path) > 16
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        assert listed(bodega.get("/simple/", Accept=J, Accept_Encoding="zstd")) == now
