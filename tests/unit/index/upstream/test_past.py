from datetime import UTC, datetime

from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.past import PastPages

NOW = datetime(2026, 11, 24, 5, 7, tzinfo=UTC)
FLASK, DJANGO, NONE = NormalizedName("flask"), NormalizedName("django"), NormalizedName("none")


def seen(filename, serial, **fields):
    return SeenFile(
        project=FLASK,
        filename=filename,
        url="u",
        first_seen=NOW,
        seen_serial=serial,
        sha256="ab" * 32,
        **fields,
    )


class Past:
    def listed(self, name):
        files = [seen("flask-1.0-py3-none-any.whl", 3), seen("flask-1.1.tar.gz", 5, yanked="bad")]
        return files if name == FLASK else []

    def first_sight(self, name):
        return None if name == NONE else (3, NOW)

    def names(self, low, below):
        return iter((FLASK,))


def test_a_page_holds_what_was_listed_then_and_says_what_cannot_be_known():
    page = PastPages(Past()).page(FLASK)
    assert [file.filename for file in page.files] == ["flask-1.0-py3-none-any.whl", "flask-1.1.tar.gz"]
    assert (page.files[0].yanked, page.files[1].yanked) == (None, "bad")
    assert (page.versions, page.serial) == (("1.0", "1.1"), 5)
    assert page.note == (
        "what the upstream had of flask before it was first seen here (serial 3, 2026-11-24 05:07 UTC) is unknown"
    )


def test_without_files_there_is_no_page_and_without_sight_no_words():
    pages = PastPages(Past())
    assert (pages.page(DJANGO), pages.page(NONE), pages.unknown_before(NONE)) == (None, None, None)
    assert pages.unknown_before(DJANGO) is not None
    assert list(pages.names()) == [FLASK]
