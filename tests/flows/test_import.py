"""``bodega import dir``: a folder of wheels and sdists becomes part of an index."""

import json
import os
import threading
from pathlib import Path

import pytest

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename, write_wheel
from support.publishing import command, new_token, upload
from support.server import Bodega


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    folder = tmp_path / "wheelhouse"
    (folder / "deep").mkdir(parents=True)
    for version in ("1.0", "1.1", "2.0"):
        write_wheel(folder, "sample", version)
    (folder / "deep" / "sample-2.0.tar.gz").write_bytes(sdist_bytes("sample", "2.0"))
    (folder / "README.txt").write_text("not a distribution")
    return folder


def take(folder: Path, wheelhouse: Path, *words: str, code: int = 0) -> dict[str, object]:
    done = command(folder, "import", "dir", str(wheelhouse), "--data", str(folder / "data"), "--json", *words)
    assert done.returncode == code, done.stderr + done.stdout
    found: dict[str, object] = json.loads(done.stdout)
    return found


def counts(found: dict[str, object]) -> tuple[object, ...]:
    return found["published"], found["already_there"], found["refused"]


def test_without_a_server_and_again(tmp_path: Path, wheelhouse: Path) -> None:
    assert counts(take(tmp_path, wheelhouse)) == (4, 0, 0)
    assert counts(take(tmp_path, wheelhouse)) == (0, 4, 0)
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        page = json.loads(bodega.json("/simple/sample/").body)
        assert len(page["files"]) == 4
        for file in page["files"]:
            content = bodega.get("/files/" + file["url"].partition("/files/")[2]).body
            assert content == next(wheelhouse.rglob(file["filename"])).read_bytes()


def test_beside_a_running_server_that_takes_uploads_meanwhile(tmp_path: Path, wheelhouse: Path) -> None:
    for number in range(30):
        write_wheel(wheelhouse, f"many-{number}", "1.0")
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        token = new_token(tmp_path)["token"]
        answers: list[int] = []

        def publish() -> None:
            for number in range(30):
                content = wheel_bytes("uploaded", f"1.{number}")
                name = wheel_filename("uploaded", f"1.{number}")
                answers.append(
                    upload(bodega, token, content, name, name="uploaded", version=f"1.{number}")[0]
                )

        publisher = threading.Thread(target=publish)
        publisher.start()
        assert counts(take(tmp_path, wheelhouse)) == (34, 0, 0)
        assert len(json.loads(bodega.json("/simple/sample/").body)["files"]) == 4
        publisher.join()
        assert answers == [200] * 30
        assert len(json.loads(bodega.json("/simple/").body)["projects"]) == 32


def test_each_refusal_is_told_and_the_rest_is_taken(tmp_path: Path, wheelhouse: Path) -> None:
    take(tmp_path, wheelhouse)
    (wheelhouse / wheel_filename("broken")).write_bytes(b"nothing")
    (wheelhouse / "no-name.whl").write_bytes(wheel_bytes())
    (wheelhouse / "new\nline-1.0-py3-none-any.whl").write_bytes(wheel_bytes())
    write_wheel(wheelhouse, "sample", "1.0", files={"changed.py": b""})
    write_wheel(wheelhouse, "fresh", "1.0")
    found = take(tmp_path, wheelhouse, code=1)
    assert counts(found) == (1, 3, 4)
    refusals: list[dict[str, object]] = found["refusals"]  # type: ignore[assignment]
    codes = {str(one["filename"]): one["code"] for one in refusals}
    assert codes[wheel_filename("sample")] == "E-FILE-EXISTS"
    assert codes[wheel_filename("broken")] == "E-UPLOAD-REFUSED"
    words = command(tmp_path, "import", "dir", str(wheelhouse), "--data", str(tmp_path / "data"))
    assert words.returncode == 1
    assert words.stdout.count("\n") == 4
    assert "File already exists" in words.stdout
    assert "0 published, 4 already there, 4 refused" in words.stderr


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path, wheelhouse: Path) -> None:
    secret = write_wheel(tmp_path, "secret", "1.0")
    os.symlink(secret, wheelhouse / secret.name)
    assert counts(take(tmp_path, wheelhouse)) == (4, 0, 0)


def test_the_record_says_who(tmp_path: Path, wheelhouse: Path) -> None:
    take(tmp_path, wheelhouse)
    with Bodega(tmp_path, "--upstream", "none"):
        import sqlite3
        import time

        database = sqlite3.connect(tmp_path / "data" / "bodega.db")
        rows: list[tuple[str, str]] = []
        until = time.monotonic() + 10
        while len(rows) < 4 and time.monotonic() < until:
            rows = database.execute(
                "SELECT actor, object FROM audit WHERE action = 'file.publish'"
            ).fetchall()
            time.sleep(0.02)
        database.close()
    assert {actor.partition(":")[0] for actor, _ in rows} == {"local"}
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("nowhere",), 1, "E-IMPORT-FOLDER"),
        (("wheelhouse", "--index", "unknown"), 1, "E-INDEX-NOT-FOUND"),
        ((), 2, "E-USAGE"),
    ],
)
def test_what_cannot_be_imported(
    tmp_path: Path, wheelhouse: Path, words: tuple[str, ...], code: int, error: str
) -> None:
    done = command(tmp_path, "import", "dir", *words, "--data", "data", "--json")
    assert done.returncode == code
    assert json.loads(done.stdout)["error"]["code"] == error
    assert "Traceback" not in done.stderr


def test_into_another_index(tmp_path: Path, wheelhouse: Path) -> None:
    assert command(tmp_path, "index", "create", "team", "--data", "data").returncode == 0
    assert counts(take(tmp_path, wheelhouse, "--index", "team")) == (4, 0, 0)
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        assert bodega.json("/index/team/simple/sample/").status == 200
        assert bodega.json("/simple/sample/").status == 404
