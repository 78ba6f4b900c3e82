"""``bodega serve FOLDER``: what lies in a folder is an index, and nothing else is needed."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename, write_wheel
from support.publishing import command, upload
from support.server import Bodega
from support.upstream import Upstream


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    (folder / "deep").mkdir(parents=True)
    write_wheel(folder, "sample", "1.0", metadata="Requires-Python: >=3.9\n")
    (folder / "deep" / "sample-2.0.tar.gz").write_bytes(sdist_bytes("sample", "2.0"))
    write_wheel(folder, "Other.Name", "1.0")
    return folder


def serve(tmp_path: Path, wheels: Path, *words: str) -> Bodega:
    return Bodega(tmp_path, str(wheels), *words, data=False)


def page(bodega: Bodega, name: str = "sample") -> dict[str, Any]:
    answer = bodega.json(f"/simple/{name}/")
    found: dict[str, Any] = json.loads(answer.body) if answer.status == 200 else {"files": []}
    return {file["filename"]: file for file in found["files"]}


def soon(condition: Callable[[], Any], seconds: float = 5.0) -> float:
    """Wait until it is so; gives how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it never came"
        time.sleep(0.02)
    return time.monotonic() - began


def fetch(bodega: Bodega, file: dict[str, Any], ending: str = "") -> bytes:
    answer = bodega.get("/files/" + file["url"].partition("/files/")[2] + ending)
    assert answer.status == 200, answer.body
    return answer.body


def test_what_lies_there_is_served_as_it_is(tmp_path: Path, wheels: Path) -> None:
    with serve(tmp_path, wheels) as bodega:
        assert "upstream none" in bodega.words
        assert json.loads(bodega.json("/simple/").body)["projects"] == [
            {"name": "Other.Name"},
            {"name": "sample"},
        ]
        files = page(bodega)
        assert set(files) == {wheel_filename(), "sample-2.0.tar.gz"}
        for filename, file in files.items():
            (place,) = wheels.rglob(filename)
            assert fetch(bodega, file) == place.read_bytes()
            assert file["size"] == place.stat().st_size
        wheel = files[wheel_filename()]
        assert wheel["requires-python"] == ">=3.9"
        metadata = fetch(bodega, wheel, ".metadata")
        assert hashlib.sha256(metadata).hexdigest() == wheel["core-metadata"]["sha256"]
        part = bodega.get("/files/" + wheel["url"].partition("/files/")[2], Range="bytes=2-5")
        assert (part.status, part.body) == (206, (wheels / wheel_filename()).read_bytes()[2:6])
        assert json.loads(bodega.get("/pypi/sample/json").body)["info"]["version"] == "2.0"
        assert bodega.json("/simple/unknown/").status == 404
        assert json.loads(bodega.get("/readyz").body)["status"] == "ready"
    assert sorted(path.name for path in wheels.rglob("*")) == sorted(
        ["deep", "sample-2.0.tar.gz", wheel_filename(), wheel_filename("Other.Name")]
    ), "nothing was written there"
    assert not (tmp_path / "data").exists()


def test_changes_show_within_a_second(tmp_path: Path, wheels: Path) -> None:
    with serve(tmp_path, wheels) as bodega:
        new = wheel_filename("sample", "3.0")
        write_wheel(wheels, "sample", "3.0")
        added = soon(lambda: new in page(bodega))
        fresh = write_wheel(wheels / "deep", "fresh", "1.0")
        soon(lambda: page(bodega, "fresh"))
        before = page(bodega)[new]
        write_wheel(wheels, "sample", "3.0", files={"changed.py": b""})
        changed = soon(lambda: page(bodega).get(new, before)["hashes"] != before["hashes"])
        assert bodega.get("/files/" + before["url"].partition("/files/")[2]).status == 404
        assert fetch(bodega, page(bodega)[new]) == (wheels / new).read_bytes()
        (wheels / new).unlink()
        removed = soon(lambda: new not in page(bodega))
        fresh.unlink()
        soon(lambda: not page(bodega, "fresh"))
        assert [one["name"] for one in json.loads(bodega.json("/simple/").body)["projects"]] == [
            "Other.Name",
            "sample",
        ]
    # Three times what is promised: the machine that runs tests is shared.
    assert max(added, changed, removed) < 3


def test_broken_files_are_named_and_the_rest_is_served(tmp_path: Path, wheels: Path) -> None:
    hours_ago = time.time() - 7200
    for name, content in (
        (wheel_filename("broken"), b"PK\x03\x04 no archive"),
        ("sample-9.tar.gz", sdist_bytes("sample", "8")),
        ("strange name.whl", b""),
    ):
        (wheels / name).write_bytes(content)
        os.utime(wheels / name, (hours_ago, hours_ago))
    with serve(tmp_path, wheels) as bodega:
        assert set(page(bodega)) == {wheel_filename(), "sample-2.0.tar.gz"}
        assert bodega.json("/simple/broken/").status == 404
    said = "".join(bodega.lines)
    for name in (wheel_filename("broken"), "sample-9.tar.gz", "strange name.whl"):
        (line,) = [line for line in bodega.lines if name in line]
        assert "is not served" in line
    assert "Traceback" not in said


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path, wheels: Path) -> None:
    secret = write_wheel(tmp_path, "secret", "1.0")
    os.symlink(secret, wheels / secret.name)
    os.symlink(tmp_path, wheels / "up")
    with serve(tmp_path, wheels) as bodega:
        assert bodega.json("/simple/secret/").status == 404
        # One that becomes a link while it is served.
        file = page(bodega)[wheel_filename()]
        (wheels / wheel_filename()).unlink()
        os.symlink(secret, wheels / wheel_filename())
        assert bodega.get("/files/" + file["url"].partition("/files/")[2]).status == 404


def test_uploads_are_refused_in_words(tmp_path: Path, wheels: Path) -> None:
    with serve(tmp_path, wheels) as bodega:
        status, reason, body = upload(bodega, "x", wheel_bytes("new"), wheel_filename("new"), name="new")
        assert status == 403
        assert "takes no uploads" in body
        assert "takes no uploads" in reason
        problem = upload(
            bodega,
            "x",
            wheel_bytes("new"),
            wheel_filename("new"),
            headers={"accept": "application/problem+json"},
        )
        assert json.loads(problem[2])["code"] == "E-INDEX-READ-ONLY"
        assert bodega.json("/simple/new/").status == 404


def test_an_upstream_stands_behind_it_where_it_is_asked_for(tmp_path: Path, wheels: Path) -> None:
    with Upstream() as upstream:
        upstream.add("sample", wheel_filename("sample", "99.0"), wheel_bytes("sample", "99.0"))
        upstream.add("theirs", wheel_filename("theirs"), wheel_bytes("theirs"))
        with serve(tmp_path, wheels, "--upstream", upstream.root) as bodega:
            assert set(page(bodega)) == {wheel_filename(), "sample-2.0.tar.gz"}
            (file,) = page(bodega, "theirs").values()
            assert fetch(bodega, file) == wheel_bytes("theirs")


def test_with_workers_and_a_data_folder(tmp_path: Path, wheels: Path) -> None:
    with Bodega(tmp_path, str(wheels), "--workers", "2") as bodega:
        for _ in range(8):
            assert set(page(bodega)) == {wheel_filename(), "sample-2.0.tar.gz"}
        write_wheel(wheels, "sample", "3.0")
        soon(lambda: all(len(page(bodega)) == 3 for _ in range(8)))
    with Bodega(tmp_path, "--upstream", "none") as plain:
        assert plain.json("/simple/sample/").status == 404, "the folder is not part of the data"


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    done = command(tmp_path, "serve", name, "--port", "0")
    assert done.returncode == 1
    assert "E-SERVED-FOLDER" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_left_behind(tmp_path: Path, wheels: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    bodega = Bodega(tmp_path, str(wheels), data=False, TMPDIR=str(temporary))
    assert len(list(temporary.iterdir())) == 1
    assert bodega.end() == 0
    assert list(temporary.iterdir()) == []
