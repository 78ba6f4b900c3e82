"""The catalogue's repository and views: one suite over SQLite and memory."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.memory.catalog import MemoryCatalogViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.adapters.sql.catalog_views import SqlCatalogViews
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.formats.digests import Digest, sha256_of
from bodega.formats.names import NormalizedName, project_name
from bodega.index.catalog.model import PublishedFile
from bodega.index.catalog.views import CatalogViews, FoundFile
from bodega.simple_api.pages import ListedProject

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


class Catalogue:
    """Transactions, and views of each index."""

    def __init__(self, begin: Any, views: Callable[[str], CatalogViews]) -> None:
        self.begin = begin
        self.views = views

    def publish(
        self, name: str, filename: str, content: bytes, version: str = "1.0", index: str = "main"
    ) -> int:
        with self.begin() as work:
            serial: int = work.catalog.next_serial()
            known = work.catalog.project(index, project_name(name).normalized)
            project = known or work.catalog.claim(index, project_name(name), serial=serial, at=NOW, by="t")
            work.catalog.add_file(project, version, published(filename, content, serial))
            work.catalog.touch(project, serial)
        return serial


def published(
    filename: str, content: bytes, serial: int = 1, metadata: Digest | None = None
) -> PublishedFile:
    return PublishedFile(
        filename=filename,
        kind="wheel",
        digest=sha256_of(content),
        size=len(content),
        upload_time=NOW,
        requires_python=">=3.8",
        metadata=metadata or sha256_of(b"metadata of " + content),
        serial=serial,
        by="t",
        md5="0" * 32,
    )


@pytest.fixture(params=["memory", "sqlite"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "memory":
        state = MemoryState()
        yield Catalogue(BeginMemoryWork(state), lambda index: MemoryCatalogViews(state, index))
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield Catalogue(BeginWork(database), lambda index: SqlCatalogViews(database, index))
    database.close()


def test_an_empty_catalogue(catalogue: Catalogue) -> None:
    views = catalogue.views("main")
    assert views.project_serial(NormalizedName("a")) is None
    assert views.project_page(NormalizedName("a")) is None
    assert views.file(sha256_of(b""), "a") is None
    assert (views.last_serial(), list(views.listed()), list(views.changed_since(0, 9) or ())) == (0, [], [])


def test_what_is_published_is_read(catalogue: Catalogue) -> None:
    catalogue.publish("Foo.Bar", "foo_bar-1.0-py3-none-any.whl", b"one")
    serial = catalogue.publish("foo-bar", "foo_bar-1.1-py3-none-any.whl", b"two", version="1.1")
    page = catalogue.views("main").project_page(NormalizedName("foo-bar"))
    assert page is not None
    assert (page.serial, page.versions, page.status, page.status_reason) == (
        serial,
        ("1.0", "1.1"),
        "active",
        None,
    )
    first, second = page.files
    assert first.filename == "foo_bar-1.0-py3-none-any.whl"
    digest = sha256_of(b"one").value
    assert (first.url, first.hashes) == (f"../../files/{digest}/{first.filename}", {"sha256": digest})
    assert (first.size, first.upload_time, first.requires_python, first.yanked) == (3, NOW, ">=3.8", None)
    assert first.other_hashes == {"md5": "0" * 32}
    assert first.core_metadata is not None
    assert first.core_metadata.hashes == {"sha256": sha256_of(b"metadata of one").value}
    views = catalogue.views("main")
    assert views.project_serial(NormalizedName("foo-bar")) == serial == views.last_serial() == 2
    assert views.file(sha256_of(b"two"), second.filename) == FoundFile(page.name, second)
    assert views.file(sha256_of(b"two"), first.filename) is None
    assert views.file(sha256_of(b"three"), first.filename) is None


def test_names_are_listed_as_typed_in_the_order_of_normalized_names(catalogue: Catalogue) -> None:
    for name in ("zope.interface", "Beta", "alpha"):
        catalogue.publish(name, f"{name}-1.0-py3-none-any.whl", name.encode())
    catalogue.publish("zz", "zz-1.0-py3-none-any.whl", b"zz", index="other")
    views = catalogue.views("main")
    alpha, beta, zope = (
        ListedProject(NormalizedName("alpha"), "alpha", 3),
        ListedProject(NormalizedName("beta"), "Beta", 2),
        ListedProject(NormalizedName("zope-interface"), "zope.interface", 1),
    )
    assert list(views.listed()) == [alpha, beta, zope]
    assert list(views.listed("beta")) == [beta, zope]
    assert list(views.listed("alpha", "zope-interface")) == [alpha, beta]
    assert list(views.listed("b", "beta")) == []


def test_what_changed_is_found_by_serial(catalogue: Catalogue) -> None:
    for name in ("b", "a", "c"):
        catalogue.publish(name, f"{name}-1.0-py3-none-any.whl", name.encode())
    catalogue.publish("b", "b-1.1-py3-none-any.whl", b"again", version="1.1")
    catalogue.publish("a", "a-1.0-py3-none-any.whl", b"elsewhere", index="other")
    views = catalogue.views("main")
    assert set(views.changed_since(0, 9) or ()) == {"a", "b", "c"}
    assert set(views.changed_since(2, 9) or ()) == {"b", "c"}
    assert list(views.changed_since(4, 9) or ()) == []
    assert len(views.changed_since(0, 2) or ()) == 2


def test_indexes_do_not_see_each_other(catalogue: Catalogue) -> None:
    catalogue.publish("a", "a-1.0-py3-none-any.whl", b"here")
    catalogue.publish("a", "a-1.0-py3-none-any.whl", b"there", index="other")
    here, there = catalogue.views("main"), catalogue.views("other")
    assert here.file(sha256_of(b"there"), "a-1.0-py3-none-any.whl") is None
    assert there.file(sha256_of(b"there"), "a-1.0-py3-none-any.whl") is not None
    assert here.project_serial(NormalizedName("a")) == 1
    assert here.last_serial() == there.last_serial() == 2


def test_names_of_one_identity_are_one_name(catalogue: Catalogue) -> None:
    catalogue.publish("foo-bar", "Foo.Bar-1.0-py3-none-any.whl", b"one")
    with catalogue.begin() as work:
        for spelling in ("foo_bar-1.0-py3-none-any.whl", "FOO.BAR-1.0-PY3-none-any.whl"):
            assert work.catalog.used_filename("main", spelling) == sha256_of(b"one")
        assert work.catalog.used_filename("main", "foo_bar-1.1-py3-none-any.whl") is None
        assert work.catalog.used_filename("other", "foo_bar-1.0-py3-none-any.whl") is None
        project = work.catalog.project("main", NormalizedName("foo-bar"))
        assert work.catalog.has_file(project, "Foo.Bar-1.0-py3-none-any.whl")
        assert not work.catalog.has_file(project, "foo_bar-1.0-py3-none-any.whl")


def test_a_name_is_used_for_ever_by_whatever_spelling(catalogue: Catalogue) -> None:
    catalogue.publish("foo-bar", "Foo.Bar-1.0-py3-none-any.whl", b"one")
    views = catalogue.views("main")
    for spelling in ("foo_bar-1.0-py3-none-any.whl", "FOO.BAR-1.0.0-PY3-none-any.whl"):
        assert views.has_used(spelling)
        assert not catalogue.views("other").has_used(spelling)
    assert not views.has_used("foo_bar-1.1-py3-none-any.whl")


def test_bytes_are_used_as_file_or_metadata(catalogue: Catalogue) -> None:
    catalogue.publish("a", "a-1.0-py3-none-any.whl", b"one")
    with catalogue.begin() as work:
        assert work.catalog.uses(sha256_of(b"one"))
        assert work.catalog.uses(sha256_of(b"metadata of one"))
        assert not work.catalog.uses(sha256_of(b"two"))


def test_what_raises_leaves_nothing(catalogue: Catalogue) -> None:
    catalogue.publish("a", "a-1.0-py3-none-any.whl", b"one")
    with suppress(ZeroDivisionError), catalogue.begin() as work:
        serial = work.catalog.next_serial()
        project = work.catalog.claim("main", project_name("b"), serial=serial, at=NOW, by="t")
        work.catalog.add_file(project, "1.0", published("b-1.0-py3-none-any.whl", b"two"))
        raise ZeroDivisionError
    views = catalogue.views("main")
    assert (views.last_serial(), [project.name for project in views.listed()]) == (1, ["a"])
    assert views.file(sha256_of(b"two"), "b-1.0-py3-none-any.whl") is None
    with catalogue.begin() as work:
        assert work.catalog.used_filename("main", "b-1.0-py3-none-any.whl") is None


WHEELS = ("a-1.0-py3-none-any.whl", "a-1.0-py2-none-any.whl")


def _changed(catalogue: Catalogue, act: Callable[[Any, Any, int], None]) -> int:
    """An act on the project ``a`` of main, in a transaction of its own; its serial."""
    with catalogue.begin() as work:
        serial: int = work.catalog.next_serial()
        project = work.catalog.project("main", NormalizedName("a"))
        act(work.catalog, project, serial)
        work.catalog.touch(project, serial)
    return serial


def _files(catalogue: Catalogue) -> list[Any]:
    with catalogue.begin() as work:
        return list(work.catalog.files(work.catalog.project("main", NormalizedName("a"))))


def test_listed_files_come_back_as_they_were_published(catalogue: Catalogue) -> None:
    catalogue.publish("A", WHEELS[0], b"one")
    catalogue.publish("a", WHEELS[1], b"two")
    catalogue.publish("b", "b-1.0-py3-none-any.whl", b"three")
    first, second = _files(catalogue)
    assert (first.version, first.yanked, first.file) == ("1.0", None, published(WHEELS[0], b"one"))
    assert second.file == published(WHEELS[1], b"two", serial=2)
    with catalogue.begin() as work:
        assert sorted(work.catalog.names("main")) == ["a", "b"]
        assert work.catalog.names("other") == []


def test_every_digest_of_a_file_is_kept(catalogue: Catalogue) -> None:
    full = replace(
        published("b-1.0-py3-none-any.whl", b"one"),
        md5="ab" * 16,
        blake2_256="cd" * 32,
        provenance=sha256_of(b"provenance"),
    )
    catalogue.publish("a", WHEELS[0], b"two")
    with catalogue.begin() as work:
        project = work.catalog.project("main", NormalizedName("a"))
        work.catalog.add_file(project, "1.0", full)
        assert work.catalog.uses(sha256_of(b"provenance"))
    assert _files(catalogue)[1].file == full


def test_marks_are_seen_and_taken_away(catalogue: Catalogue) -> None:
    catalogue.publish("a", WHEELS[0], b"one")
    catalogue.publish("a", WHEELS[1], b"two")
    for yanked in ("broken", "", None):
        serial = _changed(
            catalogue,
            lambda catalog, project, serial, yanked=yanked: catalog.mark(
                project, WHEELS[0], yanked, serial=serial, at=NOW
            ),
        )
        assert [one.yanked for one in _files(catalogue)] == [yanked, None]
        page = catalogue.views("main").project_page(NormalizedName("a"))
        assert page is not None
        assert (page.serial, [file.yanked for file in page.files]) == (serial, [yanked, None])


def test_a_deleted_file_is_listed_no_more_and_still_known(catalogue: Catalogue) -> None:
    catalogue.publish("a", WHEELS[0], b"one")
    catalogue.publish("a", WHEELS[1], b"two")
    _changed(
        catalogue,
        lambda catalog, project, serial: catalog.delete_file(project, WHEELS[0], serial=serial, at=NOW),
    )
    views = catalogue.views("main")
    page = views.project_page(NormalizedName("a"))
    assert page is not None
    assert ([file.filename for file in page.files], page.versions) == ([WHEELS[1]], ("1.0",))
    gone, left = views.file(sha256_of(b"one"), WHEELS[0]), views.file(sha256_of(b"two"), WHEELS[1])
    assert gone is not None
    assert left is not None
    assert (gone.deleted_at, left.deleted_at) == (NOW, None)
    with catalogue.begin() as work:
        project = work.catalog.project("main", NormalizedName("a"))
        assert [one.file.filename for one in work.catalog.files(project)] == [WHEELS[1]]
        assert not work.catalog.has_file(project, WHEELS[0])
        assert work.catalog.used_filename("main", WHEELS[0]) == sha256_of(b"one")
        assert not work.catalog.uses(sha256_of(b"one"))
        assert not work.catalog.uses(sha256_of(b"metadata of one"))
        assert work.catalog.uses(sha256_of(b"two"))


def test_a_project_without_files_stays(catalogue: Catalogue) -> None:
    catalogue.publish("a", WHEELS[0], b"one")
    serial = _changed(
        catalogue,
        lambda catalog, project, serial: catalog.delete_file(project, WHEELS[0], serial=serial, at=NOW),
    )
    page = catalogue.views("main").project_page(NormalizedName("a"))
    assert page is not None
    assert (page.files, page.versions, page.serial) == ((), (), serial)
    assert [project.name for project in catalogue.views("main").listed()] == ["a"]


def test_when_a_release_began(catalogue: Catalogue) -> None:
    catalogue.publish("a", WHEELS[0], b"one")
    with catalogue.begin() as work:
        project = work.catalog.project("main", NormalizedName("a"))
        later = replace(published("a-1.0.0-py2-none-any.whl", b"two"), upload_time=NOW + timedelta(days=1))
        work.catalog.add_file(project, "1.0.0", later)
        for same in ("1.0", "1.0.0", "v1"):
            assert work.catalog.release_begun(project, same) == NOW
        for other in ("1.1", "nonsense"):
            assert work.catalog.release_begun(project, other) is None
        work.catalog.delete_file(project, WHEELS[0], serial=9, at=NOW)
        assert work.catalog.release_begun(project, "1.0") == NOW


def test_status_and_grant(catalogue: Catalogue) -> None:
    serial = catalogue.publish("Foo.Bar", "foo_bar-1.0-py3-none-any.whl", b"one")
    views = catalogue.views("main")
    facts = views.facts(NormalizedName("foo-bar"))
    assert facts is not None
    assert (facts.name, facts.typed_name, facts.serial, facts.created_at, facts.created_by) == (
        "foo-bar",
        "Foo.Bar",
        serial,
        NOW,
        "t",
    )
    assert (facts.status, facts.status_reason, facts.mixes_upstream) == ("active", None, False)
    ((version, file),) = facts.files
    found = views.file(sha256_of(b"one"), file.filename)
    assert found is not None
    assert (version, found.file, views.standing(facts.name)) == ("1.0", file, ("active", None))
    assert views.standing(NormalizedName("other")) is None
    with catalogue.begin() as work:
        project = work.catalog.project("main", NormalizedName("foo-bar"))
        assert (project.typed_name, project.mixes_upstream) == ("Foo.Bar", False)
        work.catalog.set_status(project, "quarantined", "malware")
        work.catalog.grant_upstream(project)
        project = work.catalog.project("main", NormalizedName("foo-bar"))
        assert (project.status, project.status_reason, project.mixes_upstream) == (
            "quarantined",
            "malware",
            True,
        )
    facts = views.facts(NormalizedName("foo-bar"))
    assert facts is not None
    assert (facts.status, facts.status_reason, facts.mixes_upstream) == ("quarantined", "malware", True)
    page = views.project_page(NormalizedName("foo-bar"))
    assert page is not None
    assert (page.status, page.status_reason, len(page.files)) == ("quarantined", "malware", 1)
    assert views.standing(facts.name) == ("quarantined", "malware")
    assert views.facts(NormalizedName("other")) is None
    assert catalogue.views("other").facts(NormalizedName("foo-bar")) is None


def test_releases_are_closed_after_fourteen_days_where_nothing_else_is_said(catalogue: Catalogue) -> None:
    with catalogue.begin() as work:
        assert work.catalog.closed_after("main") == work.catalog.closed_after("unheard-of") == 14
