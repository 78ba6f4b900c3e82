"""Promotion from one index to another."""

from dataclasses import replace

import pytest

from bodega.formats.digests import sha256_of
from bodega.index.catalog.act_errors import PromotionConflictError, PromotionTargetError, ReleaseUnknownError
from bodega.index.catalog.commands import DeleteRelease, PromoteRelease, YankRelease
from bodega.index.catalog.deleting import delete_release
from bodega.index.catalog.errors import ProjectClosedError, ProjectQuarantinedError, ReleaseClosedError
from bodega.index.catalog.events import ReleasePromoted
from bodega.index.catalog.model import ReleaseChange
from bodega.index.catalog.promoting import promote_release
from bodega.index.catalog.yanking import yank_release
from support.catalog_house import SAMPLE, CatalogHouse, wheel

BOTH = (wheel("1.0"), wheel("1.0", tag="py2"))


def promote(
    house: CatalogHouse, version: str = "1.0", *, index: str = "dev", to: str = "prod"
) -> ReleaseChange:
    order = PromoteRelease(index=index, to=to, project=SAMPLE, version=version, by="me")
    return promote_release(order, house.begin, house.clock)


@pytest.fixture
def house() -> CatalogHouse:
    made = CatalogHouse()
    made.publish("Sample", *BOTH, wheel("1.1"), index="dev")
    made.wait(days=1)
    return made


def test_the_same_bytes_are_in_the_other_index(house: CatalogHouse) -> None:
    before = set(house.store)
    change = promote(house, "1.0.0")
    assert (change.index, change.version, change.files, change.serial) == ("prod", "1.0", BOTH, 4)
    there, here = house.files("sample", "prod"), house.files("sample", "dev")
    assert list(there) == list(BOTH)
    for name in BOTH:
        assert there[name] == replace(here[name], upload_time=house.now)
    facts = house.facts("sample", "prod")
    assert (facts.typed_name, facts.serial, facts.created_by) == ("Sample", 4, "me")
    assert (house.facts("sample", "dev").serial, house.store) == (3, before)
    (told,) = house.told(ReleasePromoted)
    assert (told.subject, told.index, told.to, told.version) == ("sample", "dev", "prod", "1.0")
    assert (told.files, told.serial, told.by) == (BOTH, 4, "me")


def test_again_changes_nothing(house: CatalogHouse) -> None:
    promote(house)
    again = promote(house)
    assert (again.files, again.serial) == ((), 4)
    assert len(house.told(ReleasePromoted)) == 1


def test_what_is_missing_there_is_added(house: CatalogHouse) -> None:
    house.publish("sample", BOTH[0], index="prod")
    assert promote(house).files == (BOTH[1],)
    assert promote(house, "1.1").files == (wheel("1.1"),)


def test_other_bytes_there_refuse_the_whole_release(house: CatalogHouse) -> None:
    house.publish("sample", BOTH[1], index="prod", content=b"other")
    with pytest.raises(PromotionConflictError) as refused:
        promote(house)
    assert refused.value.filename == BOTH[1]
    assert list(house.files("sample", "prod")) == [BOTH[1]]
    assert house.told(ReleasePromoted) == []


def test_a_name_deleted_there_stays_used(house: CatalogHouse) -> None:
    promote(house)
    order = DeleteRelease(index="prod", project=SAMPLE, version="1.0", by="me")
    delete_release(order, house.begin, house.clock, house.store.discard)
    assert sha256_of(BOTH[0].encode()) in house.store
    with pytest.raises(PromotionConflictError, match="deleted"):
        promote(house)


def test_a_yank_goes_along(house: CatalogHouse) -> None:
    order = YankRelease(index="dev", project=SAMPLE, version="1.0", by="me", reason="broken")
    yank_release(order, house.begin, house.clock)
    promote(house)
    assert {file.yanked for file in house.files("sample", "prod").values()} == {"broken"}


def test_into_itself_is_refused(house: CatalogHouse) -> None:
    with pytest.raises(PromotionTargetError):
        promote(house, to="dev")


def test_closed_projects_and_releases_there_are_not_changed(house: CatalogHouse) -> None:
    promote(house)
    house.publish("sample", wheel("1.0", tag="cp311"), index="dev")
    house.wait(days=14)
    assert promote(house, "1.1").files
    with pytest.raises(ReleaseClosedError):
        promote(house)
    kept = house.begin.state.projects["prod", SAMPLE]
    kept.project = replace(kept.project, status="archived")
    house.close_after("prod", None)
    with pytest.raises(ProjectClosedError):
        promote(house)
    assert len(house.files("sample", "prod")) == 3


def test_what_is_quarantined_is_not_spread(house: CatalogHouse) -> None:
    kept = house.begin.state.projects["dev", SAMPLE]
    kept.project = replace(kept.project, status="quarantined", status_reason="malware")
    with pytest.raises(ProjectQuarantinedError):
        promote(house)
    assert house.views("prod").facts(SAMPLE) is None


def test_an_unknown_release_claims_nothing(house: CatalogHouse) -> None:
    with pytest.raises(ReleaseUnknownError):
        promote(house, "9")
    assert house.views("prod").facts(SAMPLE) is None
