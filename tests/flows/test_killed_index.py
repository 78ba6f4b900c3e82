"""kill -9: whatever moment it comes at, what was acknowledged is there and right, and nothing is there by half."""

import hashlib
import http.client
import json
import os
import random
import sqlite3
import threading
import time
from pathlib import Path

from support.distributions import form_body, form_fields, wheel_bytes, wheel_filename
from support.publishing import basic, new_token
from support.server import Bodega

#: Kills; in the long run of `make soak` more.
KILLS = int(os.environ.get("BODEGA_TEST_KILLS", "20"))
UPLOADERS = 4


class Uploader(threading.Thread):
    """Uploads one wheel after the other, of a size that takes a moment, until the server is gone."""

    def __init__(self, bodega: Bodega, token: str, *, name: str, begin: int) -> None:
        super().__init__()
        self.bodega, self.token, self.name, self.number = bodega, token, name, begin
        self.sent: dict[str, str] = {}
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.bodega.host, self.bodega.port, timeout=20)
        try:
            while True:
                self._upload(connection)
        except (OSError, http.client.HTTPException):
            connection.close()

    def _upload(self, connection: http.client.HTTPConnection) -> None:
        version = f"1.{self.number}"
        self.number += 1
        size = random.choice((10, 30_000, 2_000_000))
        content = wheel_bytes(self.name, version, files={"x.bin": random.randbytes(size)})
        filename = wheel_filename(self.name, version)
        digest = hashlib.sha256(content).hexdigest()
        self.sent[filename] = digest
        body, content_type = form_body(
            form_fields(self.name, version, "bdist_wheel", content), filename, content
        )
        headers = {"content-type": content_type, "authorization": basic(self.token)}
        connection.request("POST", "/legacy/", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        self.acknowledged[filename] = digest


def test_acknowledged_uploads_survive_any_kill(tmp_path: Path) -> None:
    bodega = Bodega(tmp_path, "--upstream", "none")
    token = new_token(tmp_path)["token"]
    sent: dict[str, str] = {}
    acknowledged: dict[str, str] = {}
    cut = 0
    for turn in range(KILLS):
        uploaders = [
            Uploader(bodega, token, name=f"project-{number}", begin=turn * 1000)
            for number in range(UPLOADERS)
        ]
        for uploader in uploaders:
            uploader.start()
        # Only once work is under way: a kill during nothing would prove nothing.
        while not any(uploader.acknowledged for uploader in uploaders):
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.15))
        bodega.process.kill()
        bodega.end()
        for uploader in uploaders:
            uploader.join()
            sent |= uploader.sent
            acknowledged |= uploader.acknowledged
            cut += len(uploader.sent) - len(uploader.acknowledged)
        bodega = Bodega(tmp_path, "--upstream", "none")
        check(bodega, sent, acknowledged)
    assert cut >= KILLS, "the kills came while uploads were under way"
    check_audit(tmp_path, sent, acknowledged)
    assert bodega.end() == 0


def check(bodega: Bodega, sent: dict[str, str], acknowledged: dict[str, str]) -> None:
    """Every acknowledged file is listed; every listed one was sent, is whole, and has its metadata."""
    listed: dict[str, dict[str, object]] = {}
    for number in range(UPLOADERS):
        answer = bodega.json(f"/simple/project-{number}/")
        assert answer.status in (200, 404)
        if answer.status == 200:
            page = json.loads(answer.body)
            assert page["files"], "a project without files"
            assert {file["filename"].split("-")[1] for file in page["files"]} == set(page["versions"])
            listed |= {file["filename"]: file for file in page["files"]}
    digests = {filename: file["hashes"]["sha256"] for filename, file in listed.items()}  # type: ignore[index]
    assert acknowledged.items() <= digests.items() <= sent.items()
    for filename in random.sample(sorted(listed), min(10, len(listed))) + [*acknowledged][-5:]:
        digest = digests[filename]
        content = bodega.get(f"/files/{digest}/{filename}").body
        assert hashlib.sha256(content).hexdigest() == digest
        metadata = bodega.get(f"/files/{digest}/{filename}.metadata").body
        assert hashlib.sha256(metadata).hexdigest() == listed[filename]["core-metadata"]["sha256"]  # type: ignore[index]


def check_audit(folder: Path, sent: dict[str, str], acknowledged: dict[str, str]) -> None:
    """Each published file has one audit record, all blobs are whole, no temporary file is left."""
    database = sqlite3.connect(folder / "data" / "bodega.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    files = {name for (name,) in database.execute("SELECT filename FROM files")}
    ending = time.monotonic() + 10
    while True:
        audited = [
            name for (name,) in database.execute("SELECT object FROM audit WHERE action = 'file.publish'")
        ]
        if len(audited) >= len(files) or time.monotonic() > ending:
            break
        time.sleep(0.1)
    database.close()
    assert acknowledged.keys() <= files <= sent.keys()
    assert sorted(audited) == sorted(files)
    blobs = [path for path in (folder / "data" / "blobs").rglob("*") if path.is_file()]
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in blobs)
