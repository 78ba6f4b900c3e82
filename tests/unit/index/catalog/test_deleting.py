"""Deletion, of rows and of bytes."""

import pytest

from bodega.content.blob_store import StorageFullError
from bodega.formats.digests import Digest, sha256_of
from bodega.index.catalog.act_errors import ReleaseUnknownError
from bodega.index.catalog.commands import DeleteRelease
from bodega.index.catalog.deleting import delete_release
from bodega.index.catalog.errors import FileAlreadyExistsError
from bodega.index.catalog.events import ReleaseDeleted
from bodega.index.catalog.model import ReleaseChange
from support.catalog_house import SAMPLE, CatalogHouse, wheel


def delete(house: CatalogHouse, version: str = "1.0", **options: str) -> ReleaseChange:
    order = DeleteRelease(index="main", project=SAMPLE, version=version, by="me", **options)  # type: ignore[arg-type]
    return delete_release(order, house.begin, house.clock, house.store.discard)


@pytest.fixture
def house() -> CatalogHouse:
    made = CatalogHouse()
    made.publish("sample", wheel("1.0"), wheel("1.0", tag="py2"), wheel("1.1"))
    return made


def bytes_of(filename: str) -> set[Digest]:
    return {sha256_of(filename.encode()), sha256_of(b"metadata of " + filename.encode())}


def test_a_release_goes_with_its_bytes(house: CatalogHouse) -> None:
    change = delete(house, "1.0.0", reason="secret inside")
    assert (change.files, change.serial) == ((wheel("1.0"), wheel("1.0", tag="py2")), 4)
    assert list(house.files("sample")) == [wheel("1.1")]
    assert house.store == bytes_of(wheel("1.1"))
    found = house.views().file(sha256_of(wheel("1.0").encode()), wheel("1.0"))
    assert found is not None
    assert found.deleted_at == house.now
    (told,) = house.told(ReleaseDeleted)
    assert (told.subject, told.serial, told.version, told.files) == ("sample", 4, "1.0", change.files)
    assert (told.reason, told.by, told.index) == ("secret inside", "me", "main")


def test_one_file(house: CatalogHouse) -> None:
    assert delete(house, filename=wheel("1.0")).files == (wheel("1.0"),)
    assert list(house.files("sample")) == [wheel("1.0", tag="py2"), wheel("1.1")]


def test_a_deleted_release_cannot_be_deleted_again(house: CatalogHouse) -> None:
    delete(house)
    with pytest.raises(ReleaseUnknownError):
        delete(house)


def test_the_last_release_leaves_the_project_claimed(house: CatalogHouse) -> None:
    delete(house)
    serial = delete(house, "1.1").serial
    page = house.views().project_page(SAMPLE)
    assert page is not None
    assert (page.files, page.versions, page.serial) == ((), (), serial)
    assert [project.name for project in house.views().listed()] == ["sample"]


@pytest.mark.parametrize("content", [b"", b"other"])
def test_its_file_names_stay_used(house: CatalogHouse, content: bytes) -> None:
    delete(house)
    with pytest.raises(FileAlreadyExistsError, match=r"^File already exists"):
        house.publish("sample", wheel("1.0"), content=content)
    assert house.store == bytes_of(wheel("1.1"))


def test_bytes_that_something_else_uses_stay() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"), content=b"same")
    house.publish("sample", wheel("1.0"), index="other", content=b"same")
    delete(house)
    assert house.store == {sha256_of(b"same"), sha256_of(b"metadata of same")}
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"), content=b"same")
    house.begin.state.used_elsewhere.add(sha256_of(b"same"))
    delete(house)
    assert house.store == {sha256_of(b"same")}


def test_a_commit_that_fails_deletes_nothing(house: CatalogHouse) -> None:
    before = set(house.store)

    def full() -> None:
        raise StorageFullError

    house.begin.at_commit = full
    with pytest.raises(StorageFullError):
        delete(house)
    assert (len(house.files("sample")), house.store) == (3, before)


def test_a_store_that_is_away_leaves_bytes_and_no_listing(house: CatalogHouse) -> None:
    before = set(house.store)

    def away(_digest: Digest) -> None:
        raise StorageFullError

    order = DeleteRelease(index="main", project=SAMPLE, version="1.0", by="me")
    delete_release(order, house.begin, house.clock, away)
    assert (list(house.files("sample")), house.store) == ([wheel("1.1")], before)
