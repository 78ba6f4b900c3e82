"""Answers given again are what would be made: same head, same bytes, logged, counted, and never out of date."""

import json
import random
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import basic, command, new_token, upload
from support.server import Answered, Bodega

JSON = "application/vnd.pypi.simple.v1+json"
WHEEL = wheel_bytes("sample", "1.0", files={"sample.bin": random.Random(1).randbytes(30_000)})


def told(answer: Answered) -> tuple[int, dict[str, str], bytes]:
    """An answer without what differs each time."""
    return (
        answer.status,
        {k: v for k, v in answer.headers.items() if k not in ("date", "x-request-id")},
        answer.body,
    )


def publish(bodega: Bodega, folder: Path, version: str = "1.0", content: bytes | None = None) -> None:
    token = new_token(folder)["token"]
    made = content or wheel_bytes("sample", version)
    status, _, body = upload(bodega, token, made, wheel_filename("sample", version), version=version)
    assert status == 200, body


def file_of(bodega: Bodega) -> str:
    url: str = json.loads(bodega.json("/simple/sample/").body)["files"][0]["url"]
    return url.removeprefix("../..")


def test_the_same_answer_again(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        publish(bodega, tmp_path, content=WHEEL)
        file = file_of(bodega)
        asks = [
            (path, headers)
            for path in ("/simple/sample/", "/index/main/simple/sample/", "/simple/")
            for headers in (
                {"Accept": JSON},
                {"Accept": "text/html"},
                {"Accept": JSON, "Accept_Encoding": "gzip"},
                {"Accept": JSON, "Accept_Encoding": "zstd"},
            )
        ]
        asks += [
            (file, {}),
            (f"{file}.metadata", {}),
            ("/simple/sample/?format=" + JSON.replace("+", "%2B"), {}),
        ]
        for path, headers in asks:
            first = bodega.get(path, **headers)
            assert first.status == 200
            for _ in range(3):
                assert told(bodega.get(path, **headers)) == told(first)
            same = bodega.get(path, **headers, If_None_Match=first.headers["etag"])
            for _ in range(2):
                again = bodega.get(path, **headers, If_None_Match=first.headers["etag"])
                assert (again.status, again.body) == (304, b"")
                assert told(again) == told(same)
                assert "content-length" not in again.headers
            head = bodega.get(path, "HEAD", **headers)
            assert (head.status, head.body) == (200, b"")
            assert head.headers["content-length"] == first.headers["content-length"]
        part = bodega.get(file, Range="bytes=5-9")
        assert (part.status, part.body) == (206, WHEEL[5:10])


def test_a_reader_sees_each_upload_at_once(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        for number in range(5):
            publish(bodega, tmp_path, f"1.{number}")
            for _ in range(3):
                assert len(json.loads(bodega.json("/simple/sample/").body)["versions"]) == number + 1
                assert bodega.json("/simple/other/").status == 404


def test_every_answer_is_logged_and_counted(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none", BODEGA_LOG_FORMAT="json") as bodega:
        publish(bodega, tmp_path)
        ids = [bodega.json("/simple/sample/").headers["x-request-id"] for _ in range(50)]
        counted = bodega.get("/metrics").body.decode()
        assert 'total{method="GET",route="project",status="200"} 50.0' in counted
        assert 'duration_seconds_count{route="project"} 50.0' in counted
        assert "sample" not in counted
    entries = [json.loads(line) for line in bodega.lines[1:]]
    pages = [entry for entry in entries if entry.get("path") == "/simple/sample/"]
    assert [entry["request_id"] for entry in pages] == ids
    assert {(entry["method"], entry["status"], entry["level"]) for entry in pages} == {("GET", 200, "info")}
    assert len({entry["size_bytes"] for entry in pages}) == 1


def test_a_file_that_is_lost_is_not_given(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        publish(bodega, tmp_path, content=WHEEL)
        file = file_of(bodega)
        for _ in range(3):
            assert bodega.get(file).body == WHEEL
        for blob in (tmp_path / "data" / "blobs" / "sha256").glob("*/*"):
            blob.unlink()
        assert bodega.get(file).status >= 400


def test_a_private_index_tells_each_what_it_may_know(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        made = command(tmp_path, "index", "create", "secret", "--private", "--data", str(tmp_path / "data"))
        assert made.returncode == 0, made.stderr
        token = new_token(tmp_path, "--scope", "upload", "--scope", "read")
        name, base = wheel_filename("sample", "1.0"), "/index/secret/"
        status, _, body = upload(bodega, token["token"], WHEEL, name, path=f"{base}legacy/")
        assert status == 200, body
        asks = {"Authorization": basic(token["token"]), "Accept": JSON}
        url = json.loads(bodega.get(f"{base}simple/sample/", **asks).body)["files"][0]["url"]
        paths = [f"{base}simple/", f"{base}simple/sample/", base + url.removeprefix("../../")]
        for path in (*paths, f"{paths[-1]}.metadata"):
            first = bodega.get(path, **asks)
            for _ in range(2):
                assert told(bodega.get(path, **asks)) == told(first)
                assert first.headers["cache-control"].startswith("private")
                assert bodega.get(path).status == 401
                assert bodega.get(path, Authorization=basic("bodega-wrong")).status == 403
        ended = command(tmp_path, "token", "revoke", token["id"], "--data", str(tmp_path / "data"))
        assert ended.returncode == 0, ended.stderr
        for path in paths:
            assert bodega.get(path, **asks).status == 403
