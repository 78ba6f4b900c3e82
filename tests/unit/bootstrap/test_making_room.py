"""Making room must never take bytes that are published, whenever that happens."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.sql.blob_references import SqlReferences
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.upstream import SqlUpstreamRecords
from bodega.adapters.sql.work import BeginWork
from bodega.bootstrap.making_room import MakingRoom
from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName, project_name
from bodega.index.catalog.model import PublishedFile
from bodega.index.upstream.model import SeenFile

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class House:
    """A kept file of an upstream that was used long ago."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder}/bodega.db")
        migrate(self.database)
        self.blobs = FolderBlobStore(str(folder / "blobs"))
        self.digest = self.stored(b"the bytes")
        seen = SeenFile(
            project=NormalizedName("a"),
            filename="a-1.tar.gz",
            url="u",
            sha256=self.digest.value,
            first_seen=NOW,
        )
        SqlUpstreamRecords(self.database, "https://index.example.org/simple/").learn([seen])
        path = self.blobs.path(self.digest)
        assert path is not None
        os.utime(path, (0, 0))

    def stored(self, content: bytes) -> Digest:
        with self.blobs.writer() as writer:
            writer.write(content)
            return writer.commit()

    def publish(self) -> None:
        with BeginWork(self.database)() as work:
            serial = work.catalog.next_serial()
            project = work.catalog.claim("main", project_name("b"), serial=serial, at=NOW, by="t")
            file = PublishedFile(
                filename="b-1.tar.gz",
                kind="sdist",
                digest=self.digest,
                size=9,
                upload_time=NOW,
                requires_python=None,
                metadata=None,
                serial=serial,
                by="t",
            )
            work.catalog.add_file(project, "1", file)

    def look(self, meanwhile: Callable[[], None] = lambda: None) -> int:
        begin = BeginWork(self.database)

        @contextmanager
        def after_another() -> Iterator[Any]:
            meanwhile()
            with begin() as work:
                yield work

        return MakingRoom(self.blobs, SqlReferences(self.database), after_another, 1).look()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.close()


def test_what_is_only_kept_goes(house: House) -> None:
    assert house.look() == 1
    assert house.blobs.path(house.digest) is None


def test_what_is_published_stays(house: House) -> None:
    house.publish()
    assert house.look() == 0
    assert house.blobs.path(house.digest) is not None


def test_what_was_published_while_we_waited_for_our_turn_stays(house: House) -> None:
    assert house.look(meanwhile=house.publish) == 0
    assert house.blobs.path(house.digest) is not None


def test_what_was_used_meanwhile_stays(house: House) -> None:
    assert house.look(meanwhile=lambda: house.blobs.touch(house.digest)) == 0
    assert house.blobs.path(house.digest) is not None
