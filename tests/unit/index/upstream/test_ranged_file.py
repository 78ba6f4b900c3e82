import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.content.wheel_archive import metadata_in
from bodega.content.wheel_errors import WheelError
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamAnswerError
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.ranged_file import MOST_REQUESTS, STEP, RangedFile, RangesRefusedError
from support.distributions import wheel_bytes, wheel_filename
from support.seen_upstream import FILES, SeenUpstream

NOISE = hashlib.shake_128(b"noise").digest(600_000)
WHEEL, NAME = wheel_bytes("big", files={"noise.bin": NOISE}), wheel_filename("big")
FILE = SeenFile(
    project=NormalizedName("big"),
    filename=NAME,
    url=FILES + NAME,
    size=len(WHEEL),
    first_seen=None,  # type: ignore[arg-type]
)


@pytest.fixture
def upstream(tmp_path: Path) -> SeenUpstream:
    return SeenUpstream(tmp_path)


def give(upstream: SeenUpstream, content: bytes) -> None:
    """Let the upstream give parts of a file."""

    def answer(headers: Mapping[str, str]) -> MemoryAnswer:
        first, _, last = headers["Range"].removeprefix("bytes=").partition("-")
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last) + 1, len(content)) if first else len(content)
        span = {"content-range": f"bytes {start}-{end - 1}/{len(content)}"}
        return MemoryAnswer(content[start:end], status=206, headers=span, url=FILE.url)

    upstream.transport.answers[FILE.url] = answer


def metadata(upstream: SeenUpstream, file: SeenFile = FILE) -> bytes:
    return metadata_in(cast("BinaryIO", RangedFile(upstream.source, file)), file.filename)


@pytest.mark.parametrize("size", [len(WHEEL), None])
def test_what_describes_a_wheel_is_read_out_of_its_end(upstream: SeenUpstream, size: int | None) -> None:
    give(upstream, WHEEL)
    assert metadata(upstream, replace(FILE, size=size)).startswith(b"Metadata-Version: 2.4\nName: big\n")
    assert len(upstream.transport.asked) == 1
    assert len(WHEEL) > 5 * STEP


def test_any_place_can_be_read(upstream: SeenUpstream) -> None:
    give(upstream, WHEEL)
    file = RangedFile(upstream.source, FILE)
    assert file.seek(0, 2) == len(WHEEL)
    assert file.read(10) == b""
    file.seek(100)
    assert file.read(50) == WHEEL[100:150]
    assert file.tell() == 150
    assert file.read(STEP * 2) == WHEEL[150 : 150 + STEP * 2]
    assert file.read() == WHEEL[150 + STEP * 2 :]
    with pytest.raises(ValueError, match="far away"):
        file.seek(0, 1)


def test_an_upstream_without_ranges(upstream: SeenUpstream) -> None:
    upstream.transport.answers[FILE.url] = MemoryAnswer(WHEEL)
    with pytest.raises(RangesRefusedError):
        RangedFile(upstream.source, FILE)


def test_another_length_than_promised(upstream: SeenUpstream) -> None:
    give(upstream, WHEEL)
    with pytest.raises(UpstreamAnswerError):
        RangedFile(upstream.source, replace(FILE, size=len(WHEEL) + STEP))


def test_a_directory_that_is_strewn_about_is_not_run_after(upstream: SeenUpstream) -> None:
    give(upstream, bytes(STEP * 40))
    file = RangedFile(upstream.source, replace(FILE, size=STEP * 40))
    for number in range(MOST_REQUESTS - 1):
        file.seek(number * 2 * STEP)
        file.read(1)
    file.seek(MOST_REQUESTS * 2 * STEP)
    with pytest.raises(UpstreamAnswerError):
        file.read(1)


@pytest.mark.parametrize(
    "tail",
    [
        b"",
        WHEEL[-22:],
        WHEEL[-400:-22] + b"!" + WHEEL[-21:],
        b"PK\x05\x06" + b"\xff" * 18,
        b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_an_end_that_means_harm_is_refused(upstream: SeenUpstream, tail: bytes) -> None:
    content = bytes(STEP * 3) + tail
    give(upstream, content)
    with pytest.raises((WheelError, UpstreamAnswerError)):
        metadata(upstream, replace(FILE, size=len(content)))
