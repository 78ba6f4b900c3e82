"""Metadata out of the end of a wheel, from servers that answer ranges, and from those that do not or lie."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.far_wheel import STEP, far_metadata
from bodega.simple_api.pages import ProjectFile
from support.distributions import wheel_bytes, wheel_filename

URL = f"http://files.example/{wheel_filename()}"
LARGE = wheel_bytes(files={"sample.bin": os.urandom(400_000)})
# What describes this one lies before its content.
TURNED = wheel_bytes(files={}, extra_info={"data/large": os.urandom(400_000)})


def file(body: bytes, *, size: bool = True) -> ProjectFile:
    hashes = {"sha256": hashlib.sha256(body).hexdigest()}
    return ProjectFile(filename=wheel_filename(), url=URL, hashes=hashes, size=len(body) if size else None)


class Server:
    def __init__(self, body: bytes, **told: str) -> None:
        self.body = body
        self.told = told
        self.status = 206
        self.sent = 0

    def __call__(self, headers: Mapping[str, str]) -> MemoryAnswer:
        first, last = headers["Range"].removeprefix("bytes=").split("-")
        size = len(self.body)
        start, end = (int(first), int(last) + 1) if first else (size - int(last), size)
        told = {"content-range": f"bytes {start}-{end - 1}/{size}", "etag": '"1"', **self.told}
        content = self.body[start:end] if self.status == 206 else self.body
        self.sent += len(content)
        return MemoryAnswer(content, self.status, told)


@pytest.mark.parametrize("size", [True, False])
@pytest.mark.parametrize("body", [LARGE, TURNED], ids=["at the end", "elsewhere"])
def test_little_is_read(body: bytes, size: bool) -> None:
    server = Server(body)
    document = far_metadata(MemoryTransport({URL: server}), file(body, size=size))
    assert document is not None
    assert document.startswith(b"Metadata-Version: 2.4\nName: sample\n")
    assert server.sent <= 3 * STEP


def test_a_small_wheel_is_better_fetched_whole() -> None:
    transport = MemoryTransport({URL: Server(wheel_bytes())})
    assert far_metadata(transport, file(wheel_bytes())) is None
    assert transport.asked == []


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, {}),
        (404, {}),
        (416, {}),
        (206, {"content-range": ""}),
        (206, {"content-range": "bytes 0-9/10"}),
        (206, {"content-range": f"bytes 0-{STEP - 1}/{len(LARGE)}"}),
        (206, {"content-type": "multipart/byteranges; boundary=x"}),
    ],
)
def test_what_is_not_as_asked_for_is_not_believed(status: int, told: dict[str, str]) -> None:
    server = Server(LARGE, **told)
    server.status = status
    assert far_metadata(MemoryTransport({URL: server}), file(LARGE)) is None


def test_another_file_is_not_believed() -> None:
    other = LARGE + b"x"
    assert far_metadata(MemoryTransport({URL: Server(other)}), file(LARGE)) is None
    noise = os.urandom(len(LARGE))
    assert far_metadata(MemoryTransport({URL: Server(noise)}), file(LARGE)) is None


def test_a_wheel_fetched_for_its_metadata_is_not_fetched_again(tmp_path: Path) -> None:
    transport = MemoryTransport({URL: MemoryAnswer(LARGE)})
    downloads = Downloads(transport, str(tmp_path))
    path = downloads.fetch(file(LARGE))
    downloads.set_aside(file(LARGE), path)
    assert downloads.fetch(file(LARGE)) == path
    assert len(transport.asked) == 1
    downloads.set_aside(file(LARGE), path)
    downloads.close()
    assert list(tmp_path.iterdir()) == []
