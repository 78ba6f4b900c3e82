"""``BODEGA_CACHE_SIZE``: kept files of an upstream go when they are too many; nothing else does."""

import json
import os
import time
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import new_token, upload
from support.server import Bodega
from support.upstream import Upstream, until


def blobs(folder: Path) -> list[Path]:
    return [path for path in (folder / "data/blobs/sha256").rglob("*") if path.is_file()]


def fetched(bodega: Bodega, name: str) -> bytes:
    (file,) = json.loads(bodega.json(f"/simple/{name}/").body)["files"]
    return bodega.get(file["url"].removeprefix("../..")).body


def test_what_was_used_longest_ago_goes_and_comes_back_when_it_is_asked_for(tmp_path: Path) -> None:
    contents = {
        name: wheel_bytes(name, files={"noise": os.urandom(200_000)}) for name in ("old", "used", "new")
    }
    own = wheel_bytes("sample", files={"noise": os.urandom(300_000)})
    with Upstream() as upstream:
        for name, content in contents.items():
            upstream.add(name, wheel_filename(name), content)
        with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
            token = new_token(tmp_path)["token"]
            assert upload(bodega, token, own, wheel_filename("sample"))[0] == 200
            for name, content in contents.items():
                assert fetched(bodega, name) == content
        a_day_ago = time.time() - 86_400
        for path in blobs(tmp_path):
            os.utime(path, (a_day_ago, os.stat(path).st_mtime))
        with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_CACHE_SIZE="10M") as bodega:
            assert fetched(bodega, "used") == contents["used"]
        before = len(blobs(tmp_path))
        with Bodega(tmp_path, "--upstream", upstream.root, BODEGA_CACHE_SIZE="300k") as bodega:
            until(lambda: len(blobs(tmp_path)) == before - 2)
            asked = len(upstream.asked)
            assert fetched(bodega, "used") == contents["used"], "it was used a moment ago"
            assert fetched(bodega, "sample") == own, "what is published is never let go"
            assert not [path for path, _ in upstream.asked[asked:] if path.startswith("/files/")]
            assert fetched(bodega, "old") == contents["old"]
            assert upstream.count(f"/files/{wheel_filename('old')}") == 2
