"""What every blob store promises."""

import hashlib
import os
import resource
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.memory.blobs import MemoryBlobStore
from bodega.content.blob_store import BlobMismatchError, BlobNotFoundError, BlobStore, StorageFullError
from bodega.formats.digests import sha256_of

CONTENT = os.urandom(700_000)


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return FolderBlobStore(str(tmp_path / "blobs")) if request.param == "folder" else MemoryBlobStore()


def put(store: BlobStore, content: bytes) -> None:
    with store.writer() as writer:
        writer.write(content[:10])
        writer.write(content[10:])
        assert writer.size == len(content)
        assert writer.commit(sha256_of(content)) == sha256_of(content)


def test_what_is_committed_is_there_whole_and_in_parts(store: BlobStore) -> None:
    put(store, CONTENT)
    digest = sha256_of(CONTENT)
    assert store.size(digest) == len(CONTENT)
    assert b"".join(store.read(digest)) == CONTENT
    assert b"".join(store.read(digest, 5, 300_000)) == CONTENT[5:300_000]
    assert b"".join(store.read(digest, len(CONTENT))) == b""


def test_several_are_committed_together(store: BlobStore) -> None:
    put(store, b"there already")
    with store.writer() as one, store.writer() as other, store.writer() as known:
        for writer, content in ((one, b"one"), (other, b"other"), (known, b"there already")):
            writer.write(content)
        store.commit_all([one, other, known])
    for content in (b"one", b"other", b"there already"):
        assert b"".join(store.read(sha256_of(content))) == content


def test_the_same_bytes_twice_are_no_error(store: BlobStore) -> None:
    put(store, b"same and same")
    put(store, b"same and same")


def test_what_is_being_written_can_be_read_before_it_is_committed(store: BlobStore) -> None:
    with store.writer() as writer:
        writer.write(CONTENT)
        assert Path(writer.path()).read_bytes() == CONTENT


def test_an_empty_blob_is_a_blob(store: BlobStore) -> None:
    put(store, b"")
    assert b"".join(store.read(sha256_of(b""))) == b""


def test_what_is_not_committed_never_was(store: BlobStore) -> None:
    with store.writer() as writer:
        writer.write(CONTENT)
    with pytest.raises(BlobNotFoundError):
        store.size(sha256_of(CONTENT))
    with pytest.raises(BlobNotFoundError):
        store.read(sha256_of(CONTENT))
    assert store.path(sha256_of(CONTENT)) is None


def test_other_bytes_than_promised_are_refused(store: BlobStore) -> None:
    with store.writer() as writer:
        writer.write(b"other")
        with pytest.raises(BlobMismatchError):
            writer.commit(sha256_of(b"promised"))
    for content in (b"other", b"promised"):
        with pytest.raises(BlobNotFoundError):
            store.size(sha256_of(content))


def test_deleting_is_idempotent(store: BlobStore) -> None:
    put(store, b"once")
    store.delete(sha256_of(b"once"))
    store.delete(sha256_of(b"once"))
    with pytest.raises(BlobNotFoundError):
        store.size(sha256_of(b"once"))


def test_a_full_memory_store_keeps_nothing() -> None:
    store = MemoryBlobStore(room=100)
    with store.writer() as writer, pytest.raises(StorageFullError):
        writer.write(b"x" * 101)
    assert store.blobs == {}


def test_a_folder_keeps_plain_files_and_nothing_else(tmp_path: Path) -> None:
    store = FolderBlobStore(str(tmp_path))
    put(store, CONTENT)
    with store.writer() as writer:
        writer.write(b"abandoned")
    path = store.path(sha256_of(CONTENT))
    assert path is not None
    assert Path(path).read_bytes() == CONTENT
    assert hashlib.sha256(CONTENT).hexdigest() == Path(path).name
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [Path(path)]


def test_a_full_disk_is_said_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    # RLIMIT_FSIZE accepts a part of the last write first, as a full disk does.
    script = f"""
        import resource, signal, sys
        from bodega.adapters.blobs.folder import FolderBlobStore
        from bodega.content.blob_store import StorageFullError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, {resource.RLIM_INFINITY}))
        store = FolderBlobStore({str(tmp_path)!r})
        try:
            with store.writer() as writer:
                for _ in range(10):
                    writer.write(b"x" * 30_000)
                writer.commit()
        except StorageFullError:
            sys.exit(42)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert done.returncode == 42
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_what_a_killed_process_left_is_cleaned_and_what_is_under_way_is_not(tmp_path: Path) -> None:
    script = f"""
        import os, signal
        from bodega.adapters.blobs.folder import FolderBlobStore
        with FolderBlobStore({str(tmp_path)!r}).writer() as writer:
            writer.write(b"left")
            os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    store = FolderBlobStore(str(tmp_path))
    with store.writer() as writer:
        writer.write(CONTENT)
        assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 2
        assert FolderBlobStore(str(tmp_path)).clean() == 1
        digest = writer.commit()
    assert b"".join(store.read(digest)) == CONTENT
    assert FolderBlobStore(str(tmp_path)).clean() == 0


def test_what_is_stored_is_told(store: FolderBlobStore | MemoryBlobStore) -> None:
    assert list(store.stored()) == []
    before = datetime.now(UTC) - timedelta(seconds=5)
    for content in (b"", b"one", CONTENT):
        put(store, content)
    with store.writer() as writer:
        writer.write(b"under way")
        found = {blob.digest: blob for blob in store.stored()}
    assert {digest: blob.size for digest, blob in found.items()} == {
        sha256_of(content): len(content) for content in (b"", b"one", CONTENT)
    }
    assert all(before <= blob.modified <= datetime.now(UTC) for blob in found.values())


def test_what_else_lies_in_the_folder_is_no_blob(tmp_path: Path) -> None:
    store = FolderBlobStore(str(tmp_path))
    put(store, b"one")
    (place,) = tmp_path.glob("sha256/*/*")
    (tmp_path / "sha256" / "notes.txt").write_text("x")
    (place.parent / "notes.txt").write_text("x")
    (tmp_path / "sha256" / "00").mkdir(exist_ok=True)
    (tmp_path / "sha256" / "00" / place.name).write_text("in another's place")
    assert [blob.digest for blob in store.stored()] == [sha256_of(b"one")]


def test_a_use_is_noted(store: FolderBlobStore | MemoryBlobStore) -> None:
    put(store, CONTENT)
    digest = sha256_of(CONTENT)
    (before,) = store.stored()
    store.touch(digest)
    store.touch(digest)
    (after,) = store.stored()
    assert after.used >= before.used
    assert (after.modified, after.size) == (before.modified, before.size)
    store.touch(sha256_of(b"not there"))
