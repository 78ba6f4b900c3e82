"""What every memory of an upstream promises."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bodega.adapters.memory.upstream import MemoryUpstreamRecords
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.upstream import SqlUpstreamRecords
from bodega.adapters.sql.upstream_tables import UPSTREAM_PAGES
from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import Refusal, SeenChange, SeenFile, SeenPage
from bodega.index.upstream.ports import UpstreamRecords
from bodega.simple_api.codings import encode
from bodega.simple_api.pages import ListedProject, MetadataOffer, ProjectFile, ProjectPage
from bodega.simple_api.render import render_json

NOW = datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC)
FLASK, DJANGO = NormalizedName("flask"), NormalizedName("django")
SEEN = SeenPage(
    name=FLASK, fingerprint="f1", seal="s1", etag='"e1"', last_modified="", checked_at=NOW, serial=4
)
FILE = SeenFile(
    project=FLASK,
    filename="flask-1.0.tar.gz",
    url="https://files.example.org/flask-1.0.tar.gz",
    declared="sha256:" + "ab" * 32,
    sha256="ab" * 32,
    size=10,
    metadata_sha256="cd" * 32,
    first_seen=NOW,
    upload_time=NOW,
    requires_python=">=3.8",
    yanked="",
    available_at=NOW,
)
PAGE = ProjectPage(
    name=FLASK,
    files=(
        ProjectFile(
            filename=FILE.filename,
            url=FILE.url,
            hashes={"sha256": "ab" * 32},
            size=10,
            upload_time=NOW,
            requires_python=">=3.8",
            core_metadata=MetadataOffer(),
            yanked="a reason",
        ),
    ),
    versions=("1.0", "2.0"),
    serial=4,
    status="deprecated",
    status_reason="use another",
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield database
    database.close()


@pytest.fixture(params=["memory", "sql"])
def records(request: pytest.FixtureRequest) -> UpstreamRecords:
    if request.param == "memory":
        return MemoryUpstreamRecords()
    return SqlUpstreamRecords(request.getfixturevalue("database"), "https://index.example.org/simple/")


def test_nothing_is_known_at_first(records: UpstreamRecords) -> None:
    assert records.seen(FLASK) is None
    assert records.page(FLASK) is None
    assert records.files(FLASK) == {}
    assert records.file("ab" * 32, FILE.filename) is None
    assert (list(records.listed()), records.list_mark(), list(records.listed_since(0, 9))) == ([], 0, [])
    records.forget(FLASK)
    records.keep(SEEN)
    assert (records.seen(FLASK), records.list_mark()) == (None, 0)


def test_a_page_comes_back_as_it_was(records: UpstreamRecords) -> None:
    records.keep(SEEN, PAGE)
    assert records.seen(FLASK) == SEEN
    assert records.page(FLASK) == PAGE
    assert records.page(DJANGO) is None
    assert list(records.listed()) == [ListedProject(FLASK, "flask", SEEN.serial)]


def test_confirming_a_page_leaves_its_content(records: UpstreamRecords) -> None:
    records.keep(SEEN, PAGE)
    later = dataclasses.replace(SEEN, fingerprint="f2", etag="", last_modified="yesterday")
    records.keep(later)
    assert (records.seen(FLASK), records.page(FLASK)) == (later, PAGE)
    other = dataclasses.replace(PAGE, files=())
    records.keep(later, other)
    assert records.page(FLASK) == other
    assert len(list(records.listed())) == 1


def test_a_forgotten_page_leaves_its_files(records: UpstreamRecords) -> None:
    records.learn([FILE])
    records.keep(SEEN, PAGE)
    records.forget(FLASK)
    records.forget(DJANGO)
    assert (records.seen(FLASK), records.page(FLASK), list(records.listed())) == (None, None, [])
    records.keep(SEEN)
    assert records.seen(FLASK) is None
    records.keep(SEEN, PAGE)
    assert (records.seen(FLASK), records.page(FLASK), len(list(records.listed()))) == (SEEN, PAGE, 1)
    records.forget(FLASK)
    assert records.files(FLASK) == {FILE.filename: dataclasses.replace(FILE, seen_serial=1)}


def test_the_mark_grows_with_what_changes_the_list(records: UpstreamRecords) -> None:
    records.keep(SEEN, PAGE)
    first = records.list_mark()
    assert first > 0
    assert list(records.listed_since(first - 1, 9)) == [FLASK]
    records.keep(dataclasses.replace(SEEN, fingerprint="f2", etag="e2"))
    records.keep(SEEN, dataclasses.replace(PAGE, files=()))
    assert (records.list_mark(), list(records.listed_since(first, 9))) == (first, [])
    records.keep(dataclasses.replace(SEEN, name=DJANGO), dataclasses.replace(PAGE, name=DJANGO))
    records.keep(dataclasses.replace(SEEN, serial=9))
    second = records.list_mark()
    assert set(records.listed_since(first, 9)) == {FLASK, DJANGO}
    assert len(records.listed_since(first, 1)) == 1
    assert list(records.listed("e")) == [ListedProject(FLASK, "flask", 9)]
    assert [project.name for project in records.listed("", "e")] == [DJANGO]
    records.forget(FLASK)
    assert list(records.listed_since(second, 9)) == [FLASK]


def test_files_are_found_by_digest_and_name(records: UpstreamRecords) -> None:
    unhashed = SeenFile(
        project=DJANGO, filename="django-1.tar.gz", url="https://x.example.org/d", first_seen=NOW
    )
    assert records.learn([FILE, unhashed]) == 1
    assert records.learn([]) is None
    unhashed = dataclasses.replace(unhashed, seen_serial=1)
    assert records.file("ab" * 32, FILE.filename) == dataclasses.replace(FILE, seen_serial=1)
    assert records.file("ab" * 32, "other.tar.gz") is None
    assert records.file("cd" * 32, FILE.filename) is None
    assert records.file("unhashed-django", "django-1.tar.gz") == unhashed
    # An old URL stays good when the digest has become known.
    learned = dataclasses.replace(unhashed, sha256="ef" * 32, size=3)
    assert records.learn([learned]) is None
    assert records.file("unhashed-django", "django-1.tar.gz") == learned
    assert records.file("ef" * 32, "django-1.tar.gz") == learned
    assert records.files(DJANGO) == {"django-1.tar.gz": learned}


def test_new_files_and_changes_count_the_serial(records: UpstreamRecords) -> None:
    assert records.learn([FILE]) == 1
    assert records.learn([dataclasses.replace(FILE, filename="flask-1.1.tar.gz", sha256=None)]) == 2
    gone = SeenChange(project=FLASK, filename=FILE.filename, is_listed=False, yanked="", at=NOW)
    assert records.learn([], [gone]) == 3
    assert {seen.seen_serial for seen in records.files(FLASK).values()} == {1, 2}


def test_a_refusal_is_recorded_once(records: UpstreamRecords) -> None:
    one = Refusal(project=FLASK, filename="a.whl", reason="why", at=NOW)
    two = Refusal(project=FLASK, filename="a.whl", reason="another why", at=NOW)
    records.refuse([one, two])
    records.refuse([dataclasses.replace(one, at=datetime(2027, 1, 1, tzinfo=UTC))])
    assert list(records.refusals(FLASK)) == [one, two]
    assert list(records.refusals(DJANGO)) == []


def test_upstreams_do_not_mix(database: Database) -> None:
    one = SqlUpstreamRecords(database, "https://one.example.org/simple/")
    other = SqlUpstreamRecords(database, "https://other.example.org/simple/")
    one.learn([FILE])
    one.keep(SEEN, PAGE)
    assert (other.seen(FLASK), list(other.listed()), other.files(FLASK)) == (None, [], {})
    assert (other.list_mark(), list(other.listed_since(0, 9))) == (0, [])
    other.keep(dataclasses.replace(SEEN, name=DJANGO), dataclasses.replace(PAGE, name=DJANGO))
    assert other.list_mark() > one.list_mark()
    assert other.file("ab" * 32, FILE.filename) is None
    again = SqlUpstreamRecords(database, "https://one.example.org/simple/")
    assert again.page(FLASK) == PAGE


def test_a_page_kept_in_the_form_of_readers_is_read(database: Database) -> None:
    records = SqlUpstreamRecords(database, "https://index.example.org/simple/")
    records.keep(SEEN, PAGE)
    with database.writing() as connection:
        connection.execute(update(UPSTREAM_PAGES).values(document=encode(render_json(PAGE), "zstd")))
    assert records.page(FLASK) == PAGE
