"""Faults of components: told once, by precedence, ignored for a time."""

from datetime import date
from typing import Any

from bodega.formats.osv import Advisory
from bodega.installer.auditing.components import Component, Composition
from bodega.installer.auditing.findings import Ignore, find, same_faults

TODAY = date(2026, 11, 24)


def advisory(name: str, *aliases: str, **changes: Any) -> Advisory:
    return Advisory(**{"project": "a", "id": name, "aliases": aliases, "versions": ("1.0",), **changes})


def found(*advisories: Advisory, ignores: Any = (), components: Any = None) -> Any:
    components = components or [Component(name="a", version="1.0", requested=True)]
    return find(Composition(place="here", components=components), lambda *_: advisories, ignores, TODAY)


def test_names_of_one_fault_meet_directly_and_through_others() -> None:
    groups = same_faults(
        [
            advisory("PYSEC-1", "CVE-1"),
            advisory("GHSA-2", "CVE-2"),
            advisory("GHSA-1", "CVE-1"),
            advisory("GHSA-3", "CVE-2", "PYSEC-1"),
            advisory("X-1"),
        ]
    )
    assert sorted(sorted(one.id for one in group) for group in groups) == [
        ["GHSA-1", "GHSA-2", "GHSA-3", "PYSEC-1"],
        ["X-1"],
    ]


def test_one_fault_takes_the_best_of_its_advisories() -> None:
    (one,) = found(
        advisory("GHSA-1", "CVE-1", summary="It is bad", score=7.5, level="high", url="https://a.example"),
        advisory(
            "PYSEC-1", "CVE-1", versions=(), ranges=((("introduced", "0"), ("fixed", "1.1")),), level="low"
        ),
    )
    assert (one.id, one.ids) == ("PYSEC-1", ("PYSEC-1", "GHSA-1", "CVE-1"))
    assert (one.summary, one.score, one.level, one.url) == ("It is bad", 7.5, "high", "https://a.example")
    assert one.fixed_in == ("1.1",)


def test_malice_goes_first() -> None:
    first, second = found(advisory("PYSEC-1", level="critical"), advisory("X-1", "MAL-2026-1"))
    assert (first.id, first.is_malware, second.is_malware) == ("MAL-2026-1", True, False)


def test_an_ignore_counts_by_any_name_until_its_day() -> None:
    for name in ("PYSEC-1", "CVE-1", "cve-1"):
        (one,) = found(advisory("PYSEC-1", "CVE-1"), ignores=[Ignore(id=name, reason="no")])
        assert one.ignored is not None
    (one,) = found(advisory("PYSEC-1"), ignores=[Ignore(id="PYSEC-1", until=date(2026, 11, 25))])
    assert one.ignored is not None
    (one,) = found(advisory("PYSEC-1"), ignores=[Ignore(id="PYSEC-1", until=TODAY)])
    assert one.ignored is None, "from that day on it counts again"


def test_what_nobody_judged_and_malice_are_as_severe_as_it_gets() -> None:
    (low,) = found(advisory("A-1", level="low"))
    (unknown,) = found(advisory("A-1"))
    (malice,) = found(advisory("MAL-1", level="low"))
    assert [one.reaches("medium") for one in (low, unknown, malice)] == [False, True, True]
    assert low.reaches("low")
    assert low.reaches(None)


def test_the_way_there_and_every_version_of_a_universal_lock() -> None:
    components = [
        Component(name="a", version="1.0", marker="python_version < '3.9'"),
        Component(name="a", version="2.0", marker="python_version >= '3.9'"),
        Component(name="app", version="1", needs=("mid",), requested=True),
        Component(name="mid", version="1", needs=("a",)),
        Component(name="folder", version=""),
    ]
    both = found(
        advisory("A-1", versions=(), ranges=((("introduced", "0"), ("fixed", "3")),)), components=components
    )
    assert [(one.component.name, one.component.version) for one in both if one.component.name == "a"] == [
        ("a", "1.0"),
        ("a", "2.0"),
    ]
    assert next(one.via for one in both if one.component.name == "a") == ("app", "mid", "a")
    assert not any(one.component.name == "folder" for one in both)
