import pytest

from bodega.adapters.memory.inline import MemoryInlineStore
from bodega.content.blob_store import StorageFullError
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.views.inline_metadata import MOST_AT_ONCE, InlinedPages, inline_metadata
from bodega.simple_api.pages import InlineMetadata, MetadataOffer, ProjectFile, ProjectPage

A = NormalizedName("a")


def document(number, *lines):
    return "\n".join(["Metadata-Version: 2.1", "Name: a", f"Version: {number}", *lines, "", "About"]).encode()


def a_file(number, content, suffix="-py3-none-any.whl"):
    offer = None if content is None else MetadataOffer({"sha256": sha256_of(content).value})
    return ProjectFile(filename=f"a-{number}{suffix}", url="x", size=1, core_metadata=offer)


class Documents:
    """Documents that are here, and which were read."""

    def __init__(self, *documents):
        self.here = {sha256_of(one): one for one in documents}
        self.read = []
        self.later = []
        self.store = MemoryInlineStore()
        self.pages = InlinedPages(self.store, self.get, self.later.append)

    def get(self, digest):
        self.read.append(digest)
        return self.here.get(digest)

    def catch_up(self):
        work, self.later[:] = self.later[:], []
        for one in work:
            one()


ONE = document("1", "Requires-Dist: b>=1", "Requires-Python: >=3.9", "Provides-Extra: x")
TOLD = InlineMetadata(("b>=1",), ">=3.9", ("x",))


def test_wheels_whose_document_is_here_tell_it():
    documents = Documents(ONE)
    away, unknown = a_file("2", b"elsewhere"), a_file("3", None)
    offered = ProjectFile(filename="a-4-py3-none-any.whl", url="x", core_metadata=MetadataOffer())
    source = a_file("1", ONE, ".tar.gz")
    page = ProjectPage(name=A, files=(a_file("1", ONE), away, unknown, offered, source))
    assert [file.inline for file in documents.pages(page).files] == [TOLD, None, None, None, None]


def test_a_document_is_read_once_and_what_was_read_is_kept_behind():
    documents = Documents(ONE)
    page = ProjectPage(name=A, files=(a_file("1", ONE), a_file("1", ONE, "-1-py3-none-any.whl")))
    first = documents.pages(page)
    assert (len(documents.read), documents.store.of(A)) == (1, {})
    documents.catch_up()
    assert documents.pages(page) == first
    assert (len(documents.read), len(documents.later)) == (1, 0)


def test_what_came_meanwhile_is_told_the_next_time():
    documents = Documents()
    page = ProjectPage(name=A, files=(a_file("1", ONE),))
    assert documents.pages(page) == page
    documents.here[sha256_of(ONE)] = ONE
    assert documents.pages(page).files[0].inline == TOLD


@pytest.mark.parametrize(
    "odd",
    [
        b"<html>",
        b"",
        b"Metadata-Version: 2.1\nName: a\n\n",
        document("1", "Requires-Dist: b\xa0>=1"),
        document("1", "Requires-Dist:"),
        document("1", "Requires-Dist: " + "b" * 9000),
        document("1", *["Requires-Dist: b"] * 10_001),
        document("1", "Requires-Python: \x1b[31m"),
        document("1", "Provides-Extra: " + "x" * 600),
    ],
)
def test_a_document_that_cannot_be_told_is_left_out_and_not_read_again(odd):
    assert inline_metadata(odd) is None
    documents = Documents(odd, ONE)
    page = ProjectPage(name=A, files=(a_file("1", odd), a_file("2", ONE)))
    for _ in range(2):
        assert [file.inline for file in documents.pages(page).files] == [None, TOLD]
        documents.catch_up()
    assert len(documents.read) == 2


def test_one_page_does_not_wait_for_thousands_of_documents():
    many = [document(str(number)) for number in range(MOST_AT_ONCE + 3)]
    documents = Documents(*many)
    page = ProjectPage(name=A, files=tuple(a_file(n, one) for n, one in enumerate(many)))
    told = documents.pages(page)
    assert sum(file.inline is not None for file in told.files) == MOST_AT_ONCE
    documents.catch_up()
    assert all(file.inline is not None for file in documents.pages(page).files)


def test_a_full_disk_is_no_reason_not_to_tell():
    documents = Documents(ONE)

    def full(*_):
        raise StorageFullError

    documents.store.add = full
    page = ProjectPage(name=A, files=(a_file("1", ONE),))
    assert documents.pages(page).files[0].inline == TOLD
    documents.catch_up()
