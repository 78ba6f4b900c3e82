"""Finding what an order is about."""

import pytest

from bodega.formats.names import NormalizedName
from bodega.index.catalog.act_errors import (
    InvalidReasonError,
    ProjectNotOursError,
    ReleaseFileNotFoundError,
    ReleaseUnknownError,
)
from bodega.index.catalog.owned import LONGEST_REASON, checked_reason, owned_project, release_files
from support.catalog_house import SAMPLE, CatalogHouse, wheel


def found(house: CatalogHouse, version: str, filename: str | None = None) -> list[str]:
    with house.begin() as work:
        project = owned_project("main", SAMPLE, work.catalog)
        files = release_files(project, version, work.catalog, filename=filename)
    return [one.file.filename for one in files]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "v1", " 1.0 "])
def test_versions_are_compared_as_versions(version: str) -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"), wheel("1.0.0", tag="py2"), wheel("1.0.post1"), wheel("1.0+local"))
    assert found(house, version) == [wheel("1.0"), wheel("1.0.0", tag="py2")]


def test_one_file_of_a_release() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"), wheel("1.0", tag="py2"))
    assert found(house, "1.0", wheel("1.0", tag="py2")) == [wheel("1.0", tag="py2")]
    with pytest.raises(ReleaseFileNotFoundError) as refused:
        found(house, "1.0", wheel("1.1"))
    assert wheel("1.0") in (refused.value.why or "")


@pytest.mark.parametrize("version", ["2.0", "nonsense", ""])
def test_an_unknown_release_is_told_with_those_that_are(version: str) -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"), wheel("1.1"))
    with pytest.raises(ReleaseUnknownError) as refused:
        found(house, version)
    assert refused.value.why == "its releases are 1.0, 1.1"


def test_of_many_releases_the_last_are_told() -> None:
    house = CatalogHouse()
    house.publish("sample", *(wheel(f"1.{number}") for number in range(12)))
    with pytest.raises(ReleaseUnknownError) as refused:
        found(house, "2.0")
    assert refused.value.why is not None
    assert refused.value.why.endswith("1.10, 1.11 and 2 more")
    assert "1.1," not in refused.value.why


def test_an_unknown_project_is_told_with_near_ones() -> None:
    house = CatalogHouse()
    house.publish("sample", wheel("1.0"))
    house.publish("samples", wheel("1.0", "samples"), index="other")
    with house.begin() as work:
        with pytest.raises(ProjectNotOursError) as refused:
            owned_project("main", NormalizedName("sampel"), work.catalog)
        assert refused.value.near == ("sample",)
        with pytest.raises(ProjectNotOursError) as refused:
            owned_project("main", NormalizedName("requests"), work.catalog)
        assert refused.value.near == ()


def test_a_reason_is_one_printable_line() -> None:
    assert checked_reason("  broken on Windows (see #12) ") == "broken on Windows (see #12)"
    assert checked_reason("") == ""
    assert checked_reason("x" * LONGEST_REASON) == "x" * LONGEST_REASON
    for reason in ("x" * (LONGEST_REASON + 1), "two\nlines", "bell\a", "\x1b[31m", "\u202eback"):
        with pytest.raises(InvalidReasonError):
            checked_reason(reason)
