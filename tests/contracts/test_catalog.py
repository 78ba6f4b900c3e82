"""The catalogue's repository and views: one suite over SQLite and memory."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
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
from bodega.index.catalog.views import CatalogViews

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
    assert (views.last_serial(), views.project_list().names, views.project_list().serial) == (0, (), 0)


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
    assert views.file(sha256_of(b"two"), second.filename) == (page.name, second)
    assert views.file(sha256_of(b"two"), first.filename) is None
    assert views.file(sha256_of(b"three"), first.filename) is None


def test_names_are_listed_as_typed_in_the_order_of_normalized_names(catalogue: Catalogue) -> None:
    for name in ("zope.interface", "Beta", "alpha"):
        catalogue.publish(name, f"{name}-1.0-py3-none-any.whl", name.encode())
    listed = catalogue.views("main").project_list()
    assert listed.names == ("alpha", "Beta", "zope.interface")
    assert listed.serials == {"alpha": 3, "Beta": 2, "zope.interface": 1}
    assert listed.serial == 3


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
    assert (views.last_serial(), views.project_list().names) == (1, ("a",))
    assert views.file(sha256_of(b"two"), "b-1.0-py3-none-any.whl") is None
    with catalogue.begin() as work:
        assert work.catalog.used_filename("main", "b-1.0-py3-none-any.whl") is None
