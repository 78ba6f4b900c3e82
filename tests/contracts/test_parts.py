"""What every store of parts promises."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.blobs.parts import FolderParts
from bodega.adapters.memory.blobs import MemoryBlobStore
from bodega.adapters.memory.parts import MemoryParts
from bodega.content.blob_store import BlobStore
from bodega.formats.digests import sha256_of
from bodega.index.upstream.parts import Parts

House = tuple[Parts, BlobStore]


@pytest.fixture(params=["folder", "memory"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    if request.param == "memory":
        memory = MemoryBlobStore()
        return MemoryParts(memory), memory
    blobs = FolderBlobStore(str(tmp_path / "blobs"))
    return FolderParts(blobs, str(tmp_path / "blobs" / "parts")), blobs


def test_one_at_a_time_and_others_watch(house: House) -> None:
    parts, _ = house
    with parts.watch("a") as watch:
        assert watch is None
    with parts.claim("a") as part, parts.claim("b") as other:
        assert part is not None
        assert other is not None
        part.write(b"one")
        part.tell(replace(part.state, size=9, published=2, validator='"e"'))
        with parts.claim("a") as second, parts.watch("a") as watch:
            assert second is None
            assert watch is not None
            assert watch.is_held()
            state = watch.state()
            assert state is not None
            assert (state.size, state.published, state.validator) == (9, 2, '"e"')
            assert Path(state.path).read_bytes() == b"one"
            assert not state.has_ended
    with parts.watch("a") as watch:
        assert watch is not None
        assert not watch.is_held()


def test_what_was_left_is_gone_on_with(house: House) -> None:
    parts, blobs = house
    with parts.claim("a") as part:
        assert part is not None
        part.write(b"one")
        part.tell(replace(part.state, size=6, published=1, validator='"e"', failure=("E-X", "cut", "why")))
    with parts.claim("a") as part:
        assert part is not None
        assert part.size == 3
        assert part.read(1, 10) == b"ne"
        assert part.digest() == sha256_of(b"one")
        assert (part.state.validator, part.state.size, part.state.published) == ('"e"', 6, 0)
        assert not part.state.has_ended
        part.write(b"two")
        assert part.commit(sha256_of(b"onetwo")) == sha256_of(b"onetwo")
    assert b"".join(blobs.read(sha256_of(b"onetwo"))) == b"onetwo"


def test_those_who_watch_see_how_it_ended(house: House) -> None:
    parts, _ = house
    with parts.claim("a") as part:
        assert part is not None
        with parts.watch("a") as watch:
            assert watch is not None
            part.write(b"one")
            digest = part.commit()
            part.tell(replace(part.state, digest=digest.value))
            state = watch.state()
            assert state is not None
            assert state.digest == digest.value
            assert state.has_ended
    with parts.watch("a") as watch:
        assert watch is None
    with parts.claim("a") as part:
        assert part is not None
        assert part.size == 0


def test_a_failure_is_told_in_its_words(house: House) -> None:
    parts, _ = house
    with parts.claim("a") as part, parts.watch("a") as watch:
        assert part is not None
        assert watch is not None
        part.tell(replace(part.state, failure=("E-X", "it was «wrong»", "because")))
        part.discard()
        state = watch.state()
        assert state is not None
        assert state.failure == ("E-X", "it was «wrong»", "because")
    with parts.watch("a") as watch:
        assert watch is None


def test_a_part_begun_anew_is_another_file(house: House) -> None:
    parts, _ = house
    with parts.claim("a") as part:
        assert part is not None
        part.write(b"one")
        before = part.state.path
        with open(before, "rb") as reader:
            part.restart()
            assert part.size == 0
            assert part.state.path != before
            part.write(b"two")
            assert reader.read() == b"one"


def test_only_what_is_old_and_left_is_cleaned(house: House) -> None:
    parts, _ = house
    with parts.claim("left") as part:
        assert part is not None
        part.write(b"one")
    with parts.claim("held") as part:
        assert part is not None
        assert parts.clean(3600) == 0
        assert parts.clean(-10) >= 1
        part.write(b"two")
        assert part.commit() == sha256_of(b"two")
    with parts.claim("left") as part:
        assert part is not None
        assert part.size == 0


HOLDER = """
    import sys, time
    from dataclasses import replace
    from bodega.adapters.blobs.folder import FolderBlobStore
    from bodega.adapters.blobs.parts import FolderParts
    root = sys.argv[1]
    with FolderParts(FolderBlobStore(root), root + "/parts").claim("a") as part:
        part.write(b"killed")
        part.tell(replace(part.state, published=6))
        print("ready", flush=True)
        time.sleep(60)
"""


def test_a_killed_holder_leaves_its_part_to_the_next(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(tmp_path)]
    parts = FolderParts(FolderBlobStore(str(tmp_path)), str(tmp_path / "parts"))
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        with parts.claim("a") as part:
            assert part is None
        with parts.watch("a") as watch:
            assert watch is not None
            assert watch.is_held()
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            assert not watch.is_held()
    with parts.claim("a") as part:
        assert part is not None
        assert part.read(0, 100) == b"killed"


def test_a_part_without_a_state_is_cleaned_too(tmp_path: Path) -> None:
    parts = FolderParts(FolderBlobStore(str(tmp_path)), str(tmp_path / "parts"))
    with parts.claim("a") as part:
        assert part is not None
    folder = tmp_path / "parts"
    for state in folder.glob("*.state"):
        state.unlink()
    assert len(os.listdir(folder)) == 1
    assert parts.clean(-10) == 1
    assert os.listdir(folder) == []


def test_a_damaged_state_is_as_none(tmp_path: Path) -> None:
    parts = FolderParts(FolderBlobStore(str(tmp_path)), str(tmp_path / "parts"))
    with parts.claim("a") as part:
        assert part is not None
        part.write(b"one")
    damage: list[Callable[[bytes], bytes]] = [lambda text: text[:50], lambda text: b"\0" * len(text)]
    for change in damage:
        (state,) = (tmp_path / "parts").glob("*.state")
        state.write_bytes(change(state.read_bytes()))
        with parts.claim("a") as part:
            assert part is not None
            assert part.size == 0
            part.write(b"two")


def test_a_server_that_runs_for_long_cleans_now_and_then(tmp_path: Path) -> None:
    parts = FolderParts(FolderBlobStore(str(tmp_path)), str(tmp_path / "parts"))
    with parts.claim("left") as part:
        assert part is not None
        part.write(b"one")
    for path in (tmp_path / "parts").iterdir():
        os.utime(path, (0, 0))
    parts._cleaned -= 4000
    with parts.claim("other"):
        assert len(list((tmp_path / "parts").iterdir())) == 2
