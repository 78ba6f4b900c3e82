from datetime import UTC, datetime

from bodega.adapters.memory.upstream import MemoryUpstreamRecords
from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import SeenPage
from bodega.index.upstream.taking import take
from bodega.simple_api.pages import ProjectFile, ProjectPage
from bodega.simple_api.parse import DroppedFile, ParsedPage

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROOT = "https://index.example.org/simple/"
NAME = NormalizedName("a")


def file(number, url="https://files.example.org/a", digest="ab"):
    return ProjectFile(filename=f"a-{number}.tar.gz", url=url, hashes={"sha256": digest * 32})


def parsed(*files, dropped=()):
    return ParsedPage(ProjectPage(name=NAME, files=files), tuple(dropped))


def test_what_is_within_reach_is_taken_and_the_rest_recorded():
    records = MemoryUpstreamRecords()
    page, serial = take(
        parsed(file(1), file(2, url="http://127.0.0.1/a"), dropped=[DroppedFile("x/y", "no plain name")]),
        ROOT,
        records,
        NOW,
    )
    assert ([one.filename for one in page.files], serial) == (["a-1.tar.gz"], 1)
    assert set(records.files(NAME)) == {"a-1.tar.gz"}
    assert [(one.filename, one.reason) for one in records.refusals(NAME)] == [
        ("x/y", "no plain name"),
        ("a-2.tar.gz", "its URL is on a private network"),
    ]


def test_what_contradicts_first_sight_is_recorded_and_nothing_new_counts_no_serial():
    records = MemoryUpstreamRecords()
    page, _ = take(parsed(file(1)), ROOT, records, NOW)
    records.keep(SeenPage(name=NAME, fingerprint="f", checked_at=NOW), page)
    _, serial = take(parsed(file(1, digest="cd")), ROOT, records, NOW)
    assert serial is None
    assert records.files(NAME)["a-1.tar.gz"].sha256 == "ab" * 32
    (refusal,) = records.refusals(NAME)
    assert "first seen with" in refusal.reason
