"""Releases that are too old to take new files."""

from datetime import date

import pytest

from bodega.index.catalog.commands import DeleteRelease
from bodega.index.catalog.deleting import delete_release
from bodega.index.catalog.errors import ReleaseClosedError
from support.catalog_house import SAMPLE, CatalogHouse, wheel


def test_a_release_takes_files_for_fourteen_days() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"))
    house.wait(days=14, seconds=-1)
    house.publish("sample", wheel("1.0", tag="py2"))
    house.wait(seconds=1)
    with pytest.raises(ReleaseClosedError) as refused:
        house.publish("sample", wheel("1.0", tag="cp311"))
    assert refused.value.closed == date(2026, 1, 16)
    assert "2026-01-16" in refused.value.what
    assert list(house.files("sample")) == [wheel("1.0"), wheel("1.0", tag="py2")]
    house.publish("sample", wheel("1.1"))


def test_the_same_bytes_again_are_no_new_file() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"))
    house.wait(days=100)
    house.publish("sample", wheel("1.0"))
    assert list(house.files("sample")) == [wheel("1.0")]


def test_another_spelling_of_the_version_is_the_same_release() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"))
    house.wait(days=14)
    with pytest.raises(ReleaseClosedError):
        house.publish("sample", wheel("1.0.0", tag="py2"))


def test_deleting_its_files_does_not_open_it_again() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"))
    order = DeleteRelease(index="main", project=SAMPLE, version="1.0", by="me")
    delete_release(order, house.begin, house.clock, house.store.discard)
    house.wait(days=14)
    with pytest.raises(ReleaseClosedError):
        house.publish("sample", wheel("1.0", tag="py2"))


@pytest.mark.parametrize(("days", "open_for"), [(None, 10_000), (1, 0.9), (0, None)])
def test_each_index_has_its_own_rule(days: int | None, open_for: float | None) -> None:
    house = CatalogHouse()
    house.close_after("main", days)
    house.publish("sample", wheel("1.0"))
    if open_for is not None:
        house.wait(days=open_for)
        house.publish("sample", wheel("1.0", tag="py2"))
    if days is not None:
        house.wait(days=1)
        with pytest.raises(ReleaseClosedError):
            house.publish("sample", wheel("1.0", tag="cp311"))
