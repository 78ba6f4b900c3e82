"""Wheels rebuilt from older ones: identical or plain, whatever a server answers to ranges."""

import hashlib
import io
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.errors import WrongHashError
from bodega.simple_api.pages import ProjectFile
from support.upstream import several_ranges

URL = "http://files.example/a-2-py3-none-any.whl"
KIND = "application/octet-stream"


def noise(seed: object, length: int) -> bytes:
    return random.Random(str(seed)).randbytes(length)


def archive(content: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in content.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


SHARED = {f"a/{number}.py": noise(number, 20_000) for number in range(30)}
INFO = {"a-1.dist-info/METADATA": noise("info", 900)}
OLD = archive({**SHARED, **INFO})
NEW = archive({**SHARED, "a/3.py": b"new", "a/20.py": noise("new", 9_000), "a-2.dist-info/METADATA": b"2"})


class Server:
    """Answers ranges of a body as it is told; ``liar`` may change any answer, given how many came before."""

    def __init__(self, body: bytes = NEW, *, several: bool = True, ranges: bool = True) -> None:
        self.body = body
        self.several = several
        self.ranges = ranges
        self.etag = '"one"'
        self.liar: Callable[[int, MemoryAnswer], MemoryAnswer] = lambda _count, answer: answer
        self.asked: list[str | None] = []

    def __call__(self, headers: Mapping[str, str]) -> MemoryAnswer:
        self.asked.append(headers.get("Range"))
        return self.liar(len(self.asked), self._answer(headers))

    def _answer(self, headers: Mapping[str, str]) -> MemoryAnswer:
        wanted, size = headers.get("Range"), len(self.body)
        told = {"etag": self.etag}
        if not wanted or not self.ranges or headers.get("If-Range", self.etag) != self.etag:
            return MemoryAnswer(self.body, 200, told)
        if "," in wanted:
            if not self.several:
                return MemoryAnswer(self.body, 200, told)
            kind, body = several_ranges(self.body, wanted)
            return MemoryAnswer(body, 206, {**told, "content-type": kind})
        first, last = wanted.removeprefix("bytes=").split("-")
        start, end = (int(first), int(last) + 1) if first else (size - int(last), size)
        place = {"content-range": f"bytes {start}-{end - 1}/{size}"}
        return MemoryAnswer(self.body[start:end], 206, {**told, **place})

    @property
    def plain(self) -> int:
        return self.asked.count(None)


def fetch(
    server: Server, folder: Path, *, old: bytes = OLD, new: bytes | None = None, size: bool = True
) -> Downloads:
    """Fetch the server's file with an older one at hand; what comes must be what was wanted."""
    body = server.body if new is None else new
    kept = folder / "old.whl"
    kept.write_bytes(old)
    file = ProjectFile(
        filename="a-2-py3-none-any.whl",
        url=URL,
        hashes={"sha256": hashlib.sha256(body).hexdigest()},
        size=len(body) if size else None,
    )
    downloads = Downloads(MemoryTransport({URL: server}), str(folder / "incoming"))
    path = downloads.fetch(file, old=str(kept))
    assert Path(path).read_bytes() == body
    assert kept.read_bytes() == old
    return downloads


@pytest.mark.parametrize("several", [True, False])
@pytest.mark.parametrize("size", [True, False])
def test_only_what_is_new_is_fetched(tmp_path: Path, several: bool, size: bool) -> None:
    server = Server(several=several)
    traffic = fetch(server, tmp_path, size=size).traffic
    assert server.plain == 0
    assert traffic.downloaded < 0.1 * len(NEW)
    assert traffic.downloaded + traffic.saved == len(NEW)


def test_a_server_that_ignores_ranges_is_asked_for_them_once(tmp_path: Path) -> None:
    server = Server(ranges=False)
    downloads = fetch(server, tmp_path)
    assert downloads.traffic.saved == 0
    assert [one is None for one in server.asked] == [False, True]
    file = ProjectFile(
        filename="b.whl", url=URL, hashes={"sha256": hashlib.sha256(NEW).hexdigest()}, size=len(NEW)
    )
    downloads.fetch(file, old=str(tmp_path / "old.whl"))
    assert [one is None for one in server.asked] == [False, True, True]


@pytest.mark.parametrize(
    "old",
    [
        b"",
        b"no archive",
        OLD[:-1],
        archive({"b": noise("other", 600_000)}),
        archive({"a-1.dist-info/x": noise("other", 600_000)}),
    ],
    ids=["empty", "no archive", "cut", "nothing in common", "only a description"],
)
def test_an_old_wheel_of_no_use_leads_to_a_plain_download(tmp_path: Path, old: bytes) -> None:
    server = Server()
    assert fetch(server, tmp_path, old=old).traffic.saved == 0
    assert server.plain == 1


def test_an_old_wheel_that_is_gone_leads_to_a_plain_download(tmp_path: Path) -> None:
    server = Server()
    file = ProjectFile(
        filename="a.whl", url=URL, hashes={"sha256": hashlib.sha256(NEW).hexdigest()}, size=len(NEW)
    )
    path = Downloads(MemoryTransport({URL: server}), str(tmp_path)).fetch(file, old=str(tmp_path / "gone"))
    assert Path(path).read_bytes() == NEW
    assert server.asked == [None]


def test_an_old_wheel_that_was_damaged_is_found_out_by_the_hash(tmp_path: Path) -> None:
    at = OLD.index(SHARED["a/7.py"]) + 100
    server = Server()
    traffic = fetch(server, tmp_path, old=OLD[:at] + b"!" + OLD[at + 1 :]).traffic
    assert server.plain == 1
    assert traffic.saved == 0
    assert traffic.downloaded > len(NEW)


def test_a_small_wheel_is_simply_fetched(tmp_path: Path) -> None:
    server = Server(archive({"a.py": noise(1, 20_000)}))
    fetch(server, tmp_path, old=archive({"a.py": noise(1, 20_000), "b.py": b""}))
    assert server.asked == [None]


def _status(code: int) -> Callable[[MemoryAnswer], MemoryAnswer]:
    return lambda answer: MemoryAnswer(b"no", code, answer.headers)


def _changed(**changes: str) -> Callable[[MemoryAnswer], MemoryAnswer]:
    told = {key.replace("_", "-"): value for key, value in changes.items()}
    return lambda answer: MemoryAnswer(answer.body, answer.status, {**answer.headers, **told})


def _body(change: Callable[[bytes], bytes]) -> Callable[[MemoryAnswer], MemoryAnswer]:
    return lambda answer: MemoryAnswer(change(answer.body), answer.status, answer.headers)


LIES: dict[str, Callable[[MemoryAnswer], MemoryAnswer]] = {
    "416": _status(416),
    "404": _status(404),
    "500": _status(500),
    "another place": _changed(content_range=f"bytes 0-99/{len(NEW)}"),
    "another size": _changed(content_range="bytes 0-99/100"),
    "no place": _changed(content_range=""),
    "no parts": _changed(content_type="multipart/byteranges; boundary=none"),
    "another boundary": _changed(content_type="multipart/byteranges; boundary=other"),
    "cut short": _body(lambda body: body[: len(body) // 2]),
    "longer": _body(lambda body: body + b"more"),
    "much longer": _body(lambda body: body + bytes(2 * len(NEW))),
    "other bytes": _body(lambda body: bytes(len(body))),
    "empty": _body(lambda _body: b""),
    "broken": lambda answer: MemoryAnswer(answer.body, answer.status, answer.headers, cut=10),
}


@pytest.mark.parametrize("several", [True, False])
@pytest.mark.parametrize("which", [1, 2, 3])
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_never_believed(tmp_path: Path, lie: str, which: int, several: bool) -> None:
    server = Server(several=several)

    def tell(count: int, answer: MemoryAnswer) -> MemoryAnswer:
        is_range = server.asked[-1] is not None
        return LIES[lie](answer) if count == which and is_range else answer

    server.liar = tell
    fetch(server, tmp_path)
    assert server.plain <= 1


def test_a_file_that_changes_between_requests_is_found_out(tmp_path: Path) -> None:
    other = archive(
        {**SHARED, "a/3.py": b"oth", "a/20.py": noise("xyz", 9_000), "a-2.dist-info/METADATA": b"2"}
    )
    assert len(other) == len(NEW)
    server = Server(other)

    def change(count: int, answer: MemoryAnswer) -> MemoryAnswer:
        server.body, server.etag = (NEW, '"two"') if count >= 1 else (other, '"one"')
        return answer

    server.liar = change
    assert fetch(server, tmp_path, new=NEW).traffic.saved == 0
    assert server.plain == 1


def test_a_wrong_file_is_refused_after_both_ways(tmp_path: Path) -> None:
    server = Server()
    with pytest.raises(WrongHashError):
        fetch(server, tmp_path, new=NEW[:-1] + b"!")
    assert server.plain == 1
    assert list((tmp_path / "incoming").iterdir()) == []


NAMES = st.sampled_from([f"{number}.py" for number in range(8)])
CONTENTS = st.integers(0, 12).map(lambda seed: noise(seed, 40_000) if seed else b"")
ARCHIVES = st.builds(
    archive,
    st.dictionaries(NAMES, CONTENTS, min_size=4),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)


@given(ARCHIVES, ARCHIVES, st.booleans(), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_two_archives_give_the_wanted_one(
    tmp_path: Path, old: bytes, new: bytes, several: bool, ranges: bool
) -> None:
    fetch(Server(new, several=several, ranges=ranges), tmp_path, old=old)
