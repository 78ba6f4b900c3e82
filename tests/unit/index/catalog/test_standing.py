"""Status and grants."""

import pytest

from bodega.index.catalog.act_errors import InvalidReasonError, ProjectNotOursError, UnknownStatusError
from bodega.index.catalog.commands import GrantUpstream, SetProjectStatus
from bodega.index.catalog.events import ProjectStatusSet, UpstreamGranted
from bodega.index.catalog.model import Project
from bodega.index.catalog.standing import STATUSES, grant_upstream, set_project_status
from support.catalog_house import SAMPLE, CatalogHouse, wheel


@pytest.fixture
def house() -> CatalogHouse:
    made = CatalogHouse()
    made.publish("sample", wheel("1.0"))
    return made


def set_status(house: CatalogHouse, status: str, reason: str | None = None, index: str = "main") -> Project:
    order = SetProjectStatus(index=index, project=SAMPLE, status=status, reason=reason, by="me")
    return set_project_status(order, house.begin, house.clock)


def test_every_status_of_the_standard_can_be_set(house: CatalogHouse) -> None:
    assert STATUSES == ("active", "archived", "quarantined", "deprecated")
    for serial, status in enumerate(("archived", "quarantined", "deprecated", "active"), start=2):
        project = set_status(house, status, f"for {status}")
        facts = house.facts("sample")
        assert (project.status, project.serial) == (facts.status, facts.serial) == (status, serial)
        assert project.status_reason == facts.status_reason == f"for {status}"
    told = house.told(ProjectStatusSet)
    assert [one.status for one in told] == ["archived", "quarantined", "deprecated", "active"]
    assert (told[0].subject, told[0].index, told[0].reason, told[0].by) == (
        "sample",
        "main",
        "for archived",
        "me",
    )


def test_the_same_again_changes_nothing(house: CatalogHouse) -> None:
    set_status(house, "archived", " moved ")
    assert set_status(house, "archived", "moved").serial == 2
    assert len(house.told(ProjectStatusSet)) == 1
    assert set_status(house, "archived").status_reason is None
    assert house.facts("sample").serial == 3


def test_what_is_refused_changes_nothing(house: CatalogHouse) -> None:
    with pytest.raises(UnknownStatusError, match="'gone'"):
        set_status(house, "gone")
    with pytest.raises(InvalidReasonError):
        set_status(house, "archived", "two\nlines")
    with pytest.raises(ProjectNotOursError):
        set_status(house, "archived", index="other")
    assert (house.facts("sample").status, house.views().last_serial()) == ("active", 1)


def test_a_grant_is_given_once(house: CatalogHouse) -> None:
    order = GrantUpstream(index="main", project=SAMPLE, by="me")
    for _ in range(2):
        project = grant_upstream(order, house.begin, house.clock)
        assert (project.mixes_upstream, project.serial) == (True, 2)
    assert house.facts("sample").mixes_upstream
    (told,) = house.told(UpstreamGranted)
    assert (told.subject, told.serial, told.index, told.by) == ("sample", 2, "main", "me")


def test_a_name_that_is_not_ours_cannot_be_granted(house: CatalogHouse) -> None:
    house.begin.state.projects.clear()
    with pytest.raises(ProjectNotOursError):
        grant_upstream(GrantUpstream(index="main", project=SAMPLE, by="me"), house.begin, house.clock)
