"""Downloads: verified, resumed, and never left half written."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.formats.errors import BodegaError
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.errors import (
    IndexFailedError,
    IndexRefusedError,
    OfflineError,
    UnhashedFileError,
    WrongHashError,
    WrongSizeError,
)
from bodega.simple_api.pages import ProjectFile
from bodega.simple_api.transport import TruncatedDownloadError

URL = "http://index.example/files/a-1-py3-none-any.whl"
BODY = bytes(range(256)) * 4096


def file(*, body: bytes = BODY, size: int | None = len(BODY)) -> ProjectFile:
    hashes = {"sha256": hashlib.sha256(body).hexdigest()}
    return ProjectFile(filename="a-1-py3-none-any.whl", url=URL, hashes=hashes, size=size)


def resumable(cuts: list[int], *, etag: str = '"v1"'):
    """Answers that break off at each of ``cuts`` in turn, and honour Range."""

    def answer(headers: Mapping[str, str]) -> MemoryAnswer:
        cut = cuts.pop(0) if cuts else None
        start = int(headers["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in headers else 0
        if start:
            assert headers["If-Range"] == etag
            shown = {"content-range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}", "etag": etag}
            return MemoryAnswer(BODY[start:], 206, shown, cut=cut)
        return MemoryAnswer(BODY, 200, {"etag": etag}, cut=cut)

    return answer


def test_a_right_file_arrives_whole(tmp_path: Path) -> None:
    seen: list[int] = []
    path = Downloads(MemoryTransport({URL: MemoryAnswer(BODY)}), str(tmp_path)).fetch(file(), seen.append)
    assert Path(path).read_bytes() == BODY
    assert sum(seen) == len(BODY)


def test_a_cut_download_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    transport = MemoryTransport({URL: resumable([300_000, 17])})
    path = Downloads(transport, str(tmp_path)).fetch(file())
    assert Path(path).read_bytes() == BODY
    assert [dict(headers).get("Range") for _, headers in transport.asked] == [
        None,
        "bytes=300000-",
        "bytes=300017-",
    ]


def test_a_server_that_cannot_resume_sends_it_all_again(tmp_path: Path) -> None:
    answers = [MemoryAnswer(BODY, cut=1000), MemoryAnswer(BODY)]
    transport = MemoryTransport({URL: lambda _headers: answers.pop(0)})
    assert Path(Downloads(transport, str(tmp_path)).fetch(file())).read_bytes() == BODY


@pytest.mark.parametrize(
    ("answer", "wanted", "error"),
    [
        (MemoryAnswer(BODY[:-1] + b"!"), file(), WrongHashError),
        (MemoryAnswer(BODY + b"!"), file(), WrongSizeError),
        (MemoryAnswer(BODY[:-1]), file(), WrongSizeError),
        (MemoryAnswer(BODY, cut=0), file(), TruncatedDownloadError),
        (MemoryAnswer(b"login", 401), file(), IndexRefusedError),
        (MemoryAnswer(b"oops", 500), file(), IndexFailedError),
        (MemoryAnswer(status=404), file(), IndexFailedError),
        (MemoryAnswer(BODY), ProjectFile(filename="a", url=URL), UnhashedFileError),
        (MemoryAnswer(BODY), ProjectFile(filename="a", url=URL, hashes={"md5": "0" * 32}), UnhashedFileError),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_of_it_stays(
    tmp_path: Path, answer: MemoryAnswer, wanted: ProjectFile, error: type[BodegaError]
) -> None:
    with pytest.raises(error):
        Downloads(MemoryTransport({URL: answer}), str(tmp_path)).fetch(wanted)
    assert list(tmp_path.iterdir()) == []


def test_a_resume_at_another_place_is_refused(tmp_path: Path) -> None:
    answers = [
        MemoryAnswer(BODY, cut=1000),
        MemoryAnswer(BODY[500:], 206, {"content-range": f"bytes 500-{len(BODY) - 1}/{len(BODY)}"}),
    ]
    with pytest.raises(IndexFailedError):
        Downloads(MemoryTransport({URL: lambda _headers: answers.pop(0)}), str(tmp_path)).fetch(file())
    assert list(tmp_path.iterdir()) == []


def test_offline_asks_nobody(tmp_path: Path) -> None:
    transport = MemoryTransport({URL: MemoryAnswer(BODY)})
    with pytest.raises(OfflineError):
        Downloads(transport, str(tmp_path), offline=True).fetch(file())
    assert transport.asked == []
