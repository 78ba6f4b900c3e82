"""Yanking and unyanking."""

import pytest

from bodega.index.catalog.act_errors import InvalidReasonError, ProjectNotOursError, ReleaseUnknownError
from bodega.index.catalog.commands import UnyankRelease, YankRelease
from bodega.index.catalog.events import ReleaseUnyanked, ReleaseYanked
from bodega.index.catalog.model import ReleaseChange
from bodega.index.catalog.yanking import unyank_release, yank_release
from support.catalog_house import SAMPLE, CatalogHouse, wheel


def yank(house: CatalogHouse, version: str = "1.0", **options: str) -> ReleaseChange:
    order = YankRelease(index="main", project=SAMPLE, version=version, by="me", **options)  # type: ignore[arg-type]
    return yank_release(order, house.begin, house.clock)


def unyank(house: CatalogHouse, version: str = "1.0", **options: str) -> ReleaseChange:
    order = UnyankRelease(index="main", project=SAMPLE, version=version, by="me", **options)  # type: ignore[arg-type]
    return unyank_release(order, house.begin, house.clock)


@pytest.fixture
def house() -> CatalogHouse:
    made = CatalogHouse()
    made.publish("sample", wheel("1.0"), wheel("1.0", tag="py2"), wheel("1.1"))
    return made


def marks(house: CatalogHouse) -> dict[str, str | None]:
    return {name: file.yanked for name, file in house.files("sample").items()}


def test_all_files_of_a_release_are_yanked_with_the_reason(house: CatalogHouse) -> None:
    change = yank(house, "1.0.0", reason="broken")
    assert (change.version, change.files, change.serial) == (
        "1.0",
        (wheel("1.0"), wheel("1.0", tag="py2")),
        4,
    )
    assert marks(house) == {wheel("1.0"): "broken", wheel("1.0", tag="py2"): "broken", wheel("1.1"): None}
    assert house.facts("sample").serial == house.views().last_serial() == 4
    (told,) = house.told(ReleaseYanked)
    assert (told.subject, told.serial, told.index, told.version) == ("sample", 4, "main", "1.0")
    assert (told.files, told.reason, told.by) == (change.files, "broken", "me")


def test_without_a_reason(house: CatalogHouse) -> None:
    yank(house)
    assert marks(house)[wheel("1.0")] == ""


def test_one_file(house: CatalogHouse) -> None:
    yank(house, filename=wheel("1.0", tag="py2"))
    assert marks(house) == {wheel("1.0"): None, wheel("1.0", tag="py2"): "", wheel("1.1"): None}
    assert yank(house).files == (wheel("1.0"),)
    assert unyank(house, filename=wheel("1.0")).files == (wheel("1.0"),)
    assert marks(house)[wheel("1.0", tag="py2")] == ""


def test_the_same_again_changes_nothing(house: CatalogHouse) -> None:
    first = yank(house, reason="broken")
    again = yank(house, reason="broken")
    assert (again.files, again.serial) == ((), first.serial)
    assert unyank(house, "1.1").files == ()
    assert (house.views().last_serial(), len(house.told(ReleaseYanked, ReleaseUnyanked))) == (4, 1)


def test_another_reason_is_a_change(house: CatalogHouse) -> None:
    yank(house, reason="broken")
    assert yank(house, reason="very broken").serial == 5
    assert marks(house)[wheel("1.0")] == "very broken"


def test_unyanked(house: CatalogHouse) -> None:
    yank(house, reason="broken")
    change = unyank(house)
    assert (change.files, change.serial) == ((wheel("1.0"), wheel("1.0", tag="py2")), 5)
    assert set(marks(house).values()) == {None}
    (told,) = house.told(ReleaseUnyanked)
    assert (told.version, told.files, told.serial) == ("1.0", change.files, 5)


def test_what_is_refused_changes_nothing(house: CatalogHouse) -> None:
    with pytest.raises(ReleaseUnknownError):
        yank(house, "3")
    with pytest.raises(InvalidReasonError):
        yank(house, reason="two\nlines")
    house.begin.state.projects.clear()
    with pytest.raises(ProjectNotOursError):
        unyank(house)
    assert (house.views().last_serial(), house.told(ReleaseYanked, ReleaseUnyanked)) == (3, [])
