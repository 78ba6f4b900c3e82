"""Where advisories come from."""

import pytest

from bodega.installer.auditing.components import Component
from bodega.installer.auditing.errors import AdvisoriesNotServedError
from bodega.installer.auditing.sources import IndexSource
from bodega.installer.indexes.errors import IndexFailedError

ENTRY = {
    "id": "PYSEC-1",
    "aliases": ["CVE-1"],
    "summary": None,
    "details": "Bad\nthing",
    "link": "https://osv.example/PYSEC-1",
    "fixed_in": ["1.1", "0.9"],
    "withdrawn": None,
    "source": "osv",
}


class Documents:
    places = ("https://a.example/",)

    def __init__(self, **known):
        self.known = known
        self.asked = []

    def vulnerabilities(self, name, version):
        self.asked.append((name, version))
        return self.known.get(name)


def component(name, version="1.0", **more):
    return Component(name=name, version=version, **more)


def test_what_an_index_lists_is_an_advisory_on_that_release():
    documents = Documents(some=[ENTRY, {**ENTRY, "id": "PYSEC-2", "withdrawn": "2026-01-01"}], fine=[])
    told = IndexSource(documents).tell(
        [component("some"), component("fine"), component("third"), component("mine", origin="https://x")]
    )
    (one,) = told.about("some", "1.0")
    assert (one.id, one.aliases, one.summary, one.url) == (
        "PYSEC-1",
        ("CVE-1",),
        "Bad thing",
        "https://osv.example/PYSEC-1",
    )
    assert (one.versions, one.fixed) == (("1.0",), ("1.1", "0.9"))
    assert told.about("fine", "1.0") == []
    assert [(one.component.name, one.why) for one in told.unknown] == [
        ("third", "no index tells of it"),
        ("mine", "it comes from https://x, no index"),
    ]
    assert len(documents.asked) == 3, "each release is asked for once, and what is no index's not at all"


def test_an_index_that_knows_no_release_is_no_source():
    with pytest.raises(AdvisoriesNotServedError):
        IndexSource(Documents()).tell([component("some")])
    assert IndexSource(Documents()).tell([]).unknown == ()


def test_an_entry_that_cannot_be_read_is_a_failure():
    for entry in (None, {}, {"id": "A-1", "fixed_in": "1"}, {"id": "\x1b"}):
        with pytest.raises(IndexFailedError):
            IndexSource(Documents(some=[entry])).tell([component("some")])
