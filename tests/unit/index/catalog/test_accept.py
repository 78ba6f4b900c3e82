"""Acceptance: from an upload's bytes to the catalogue, in memory."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.memory.catalog import MemoryCatalogViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.content.blob_store import StorageFullError
from bodega.formats.digests import sha256_of
from bodega.index.accounts.errors import PermissionDeniedError
from bodega.index.catalog.accept import Acceptance, Accepted, Permission
from bodega.index.catalog.errors import UploadRefusedError
from bodega.index.catalog.upload_form import Upload
from support.distributions import form_fields, sdist_bytes, wheel_bytes, wheel_filename

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begin = BeginMemoryWork(MemoryState())
        self.views = MemoryCatalogViews(self.begin.state, "main")
        self.blobs = FolderBlobStore(str(folder))
        self.acceptance = Acceptance("main", self.blobs, self.begin, lambda: NOW)

    def upload(self, content: bytes, filename: str, may: Permission = lambda _: None) -> Accepted:
        fields = form_fields(
            "sample", "1.0", "bdist_wheel" if filename.endswith(".whl") else "sdist", content
        )
        with self.blobs.writer() as writer:
            writer.write(content)
            upload = Upload(
                filename=filename,
                fields={key: (value,) for key, value in fields.items()},
                path=writer.path(),
                size=len(content),
                digests={
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "md5": fields["md5_digest"],
                    "blake2_256": fields["blake2_256_digest"],
                },
            )
            return self.acceptance.accept_upload(upload, writer, by="ci", may=may)

    def stored(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file()}


def test_a_wheel_is_kept_with_its_metadata(tmp_path: Path) -> None:
    house, content = House(tmp_path), wheel_bytes(metadata="Requires-Python: >=3.9\n")
    accepted = house.upload(content, wheel_filename())
    assert (accepted.is_new, accepted.filename) == (True, wheel_filename())
    found = house.views.file(sha256_of(content), wheel_filename())
    assert found is not None
    file = found.file
    assert file.core_metadata is not None
    assert (file.size, file.requires_python, file.upload_time) == (len(content), ">=3.9", NOW)
    assert house.stored() == {sha256_of(content).value, file.core_metadata.hashes["sha256"]}


def test_an_sdist_is_kept_alone(tmp_path: Path) -> None:
    house, content = House(tmp_path), sdist_bytes()
    house.upload(content, "sample-1.0.tar.gz")
    found = house.views.file(sha256_of(content), "sample-1.0.tar.gz")
    assert found is not None
    file = found.file
    assert file.core_metadata is None
    assert house.stored() == {sha256_of(content).value}


def test_the_permission_is_asked_for_the_project_of_the_file(tmp_path: Path) -> None:
    house, asked = House(tmp_path), []

    def refuse(project: str) -> None:
        asked.append(project)
        raise PermissionDeniedError("upload", "it is for another")

    with pytest.raises(PermissionDeniedError):
        house.upload(wheel_bytes(), wheel_filename(), refuse)
    assert (asked, house.stored(), house.views.last_serial()) == (["sample"], set(), 0)


def test_a_refused_upload_leaves_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    with pytest.raises(UploadRefusedError):
        house.upload(b"PK", wheel_filename())
    assert (house.stored(), house.views.last_serial()) == (set(), 0)


def test_a_refusal_is_told_of_with_every_code(tmp_path: Path) -> None:
    house = House(tmp_path)
    with pytest.raises(UploadRefusedError):
        house.upload(b"PK", "sample\n" + wheel_filename())
    (kept,) = house.begin.state.letters.values()
    told = json.loads(kept.letter.payload)
    assert (kept.letter.type, told["by"]) == ("catalog.upload-refused.v1", "ci")
    assert told["filename"].isprintable()
    assert "E-UPLOAD-FILENAME" in told["codes"]


def test_metadata_that_another_wheel_has_too_stays_when_one_fails(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.upload(wheel_bytes(), wheel_filename())
    before = house.stored()

    def full() -> None:
        house.begin.at_commit = None
        raise StorageFullError

    house.begin.at_commit = full
    other = wheel_bytes(tag="py2-none-any")
    with pytest.raises(StorageFullError):
        house.upload(other, wheel_filename(tag="py2-none-any"))
    assert house.stored() == before
    assert house.upload(other, wheel_filename(tag="py2-none-any")).is_new
    assert house.stored() == {*before, sha256_of(other).value}
