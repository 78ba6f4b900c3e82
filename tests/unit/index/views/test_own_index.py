from datetime import UTC, datetime

import pytest

from bodega.formats.digests import sha256
from bodega.formats.names import NormalizedName
from bodega.index.catalog.views import FoundFile
from bodega.index.views.errors import FileGoneError, FileNotFoundHereError, MetadataNotFoundError
from bodega.index.views.index_view import ListMark
from bodega.index.views.own_index import OwnIndex
from bodega.simple_api.pages import ListedProject, MetadataOffer, ProjectFile, ProjectPage

OURS, OTHER = NormalizedName("ours"), NormalizedName("other")
DIGEST = "ab" * 32
WHEEL = ProjectFile(
    filename="ours-1.0-py3-none-any.whl",
    url=f"../../files/{DIGEST}/ours-1.0-py3-none-any.whl",
    hashes={"sha256": DIGEST},
    size=10,
    core_metadata=MetadataOffer({"sha256": "cd" * 32}),
)
SDIST = ProjectFile(filename="ours-1.0.tar.gz", url="x", hashes={"sha256": DIGEST}, size=3)


class Catalog:
    """A catalogue of one project."""

    serial = 4

    def project_serial(self, name):
        return self.serial if name == OURS else None

    def project_page(self, name):
        return ProjectPage(name=OURS, files=(WHEEL, SDIST), serial=self.serial) if name == OURS else None

    def listed(self, low="", below=None):
        yield ListedProject(OURS, "Ours", self.serial)

    def changed_since(self, serial, most):
        return [OURS] if serial < self.serial else []

    def last_serial(self):
        return self.serial

    def file(self, digest, filename):
        found = {WHEEL.filename: WHEEL, SDIST.filename: SDIST}.get(filename)
        return FoundFile(OURS, found) if found is not None and digest == sha256(DIGEST) else None


@pytest.fixture
def catalog():
    return Catalog()


@pytest.fixture
def index(catalog):
    return OwnIndex(catalog, lambda page: page)


def test_the_serial_says_which_page_is_current(index, catalog):
    before = index.at_once(OURS)
    assert before.sure
    assert before.tag == index.tag(OURS) == index.page(OURS)[0]
    assert before.tag.fresh_for == 0
    catalog.serial = 5
    assert index.at_once(OURS).tag != before.tag
    assert index.list_mark() == ListMark(serial=5)
    assert list(index.listed()) == [ListedProject(OURS, "Ours", 5)]
    assert (index.listed_since(ListMark(4), 9), index.listed_since(ListMark(5), 9)) == ([OURS], [])


def test_an_unknown_project_is_surely_absent(index):
    assert (index.at_once(OTHER).sure, index.at_once(OTHER).tag, index.tag(OTHER), index.page(OTHER)) == (
        True,
        None,
        None,
        None,
    )


def test_published_files_are_always_here(index):
    wheel, sdist = index.file(DIGEST, WHEEL.filename), index.file(DIGEST, SDIST.filename)
    assert (wheel.size, wheel.kept()) == (10, sha256(DIGEST))
    assert wheel.metadata_kept() == wheel.metadata() == sha256("cd" * 32)
    assert sdist.metadata_kept() is None
    with pytest.raises(MetadataNotFoundError):
        sdist.metadata()
    with pytest.raises(FileNotFoundHereError):
        wheel.fetch()


@pytest.mark.parametrize(
    ("key", "filename"),
    [("cd" * 32, WHEEL.filename), (DIGEST, "no.whl"), ("unhashed-ours", WHEEL.filename), ("", "")],
)
def test_other_urls_mean_nothing(index, key, filename):
    assert index.file(key, filename) is None


def test_a_deleted_file_is_gone(index, catalog):
    at = datetime(2026, 1, 2, tzinfo=UTC)
    catalog.file = lambda *_: FoundFile(OURS, WHEEL, at)
    with pytest.raises(FileGoneError, match=r"ours-1\.0-py3-none-any\.whl was deleted on 2026-01-02"):
        index.file(DIGEST, WHEEL.filename)
