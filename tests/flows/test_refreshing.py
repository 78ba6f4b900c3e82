"""``bodega refresh``: what is new upstream is seen at once, by every process that serves the data folder."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import command
from support.server import Bodega
from support.upstream import Upstream

FIRST, SECOND = wheel_filename("sample", "1.0"), wheel_filename("sample", "2.0")


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add("sample", FIRST, wheel_bytes("sample", "1.0"))
        yield upstream


def seen_by_all(bodega: Bodega, path: str = "/simple/sample/") -> list[list[str]]:
    """What each of two workers lists, asked over connections of their own."""
    found: dict[str, list[str]] = {}
    for _ in range(300):
        answer = bodega.json(path)
        listed = (
            [file["filename"] for file in json.loads(answer.body)["files"]] if answer.status == 200 else []
        )
        found.setdefault(answer.headers["x-request-id"][:12], listed)
        assert found[answer.headers["x-request-id"][:12]] == listed
        if len(found) == 2:
            break
    return list(found.values())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_running_servers_show_it_at_once(tmp_path: Path, upstream: Upstream) -> None:
    data = ("--data", str(tmp_path / "data"))
    words = ("--upstream", upstream.root, "--workers", "2")
    with Bodega(tmp_path, *words, BODEGA_REVALIDATE="600") as bodega:
        assert seen_by_all(bodega) == [[FIRST], [FIRST]]
        assert seen_by_all(bodega, "/simple/later/") == [[], []]
        upstream.add("sample", SECOND, wheel_bytes("sample", "2.0"))
        upstream.add("later", wheel_filename("later"), wheel_bytes("later"))
        assert seen_by_all(bodega) == [[FIRST], [FIRST]], "it is fresh still"
        done = command(tmp_path, "refresh", "Sample", "--json", *data)
        assert done.returncode == 0, done.stderr
        (asked,) = json.loads(done.stdout)["upstreams"]
        assert asked == {"upstream": upstream.root, "known": True, "files": 2, "new": [SECOND]}
        assert seen_by_all(bodega) == [[FIRST, SECOND], [FIRST, SECOND]]
        assert command(tmp_path, "refresh", "later", *data).returncode == 0
        assert seen_by_all(bodega, "/simple/later/") == [[wheel_filename("later")]] * 2


def test_without_a_server(tmp_path: Path, upstream: Upstream) -> None:
    words = ("--data", str(tmp_path / "data"), "--upstream", upstream.root)
    done = command(tmp_path, "refresh", "sample", *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"sample: 1 files, 1 new ({upstream.root})\n  {FIRST}\n"
    assert command(tmp_path, "refresh", "sample", *words).stdout.startswith("sample: 1 files, 0 new")
    missing = command(tmp_path, "refresh", "missing", *words)
    assert (missing.returncode, missing.stdout) == (1, f"missing: no such project ({upstream.root})\n")


def test_what_cannot_be_asked(tmp_path: Path, upstream: Upstream) -> None:
    data = ("--data", str(tmp_path / "data"))
    upstream.die()
    silent = command(tmp_path, "refresh", "sample", *data, "--upstream", upstream.root)
    assert (silent.returncode, "E-UPSTREAM-UNAVAILABLE" in silent.stderr) == (5, True)
    none = command(tmp_path, "refresh", "sample", *data, "--upstream", "none")
    assert (none.returncode, none.stdout) == (1, "sample: the index main has no upstream\n")
    other = command(tmp_path, "refresh", "sample", "--index", "nowhere", *data, "--upstream", "none")
    assert (other.returncode, "E-INDEX-NOT-FOUND" in other.stderr) == (1, True)
