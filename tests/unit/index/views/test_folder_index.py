"""The view of a folder, over one in memory."""

from datetime import UTC, datetime

import pytest

from bodega.adapters.memory.blobs import MemoryBlobStore
from bodega.adapters.memory.folder import MemoryFolder
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName, normalize
from bodega.index.views.errors import FileNotFoundHereError, MetadataNotFoundError
from bodega.index.views.folder_files import FolderFile
from bodega.index.views.folder_index import FolderIndex
from bodega.index.views.index_view import ABSENT

SAMPLE = NormalizedName("sample")
DOCUMENT = b"Name: sample\n"


def file(
    version: str, *, typed: str = "Sample", kind: str = "-py3-none-any.whl", content: bytes = b""
) -> FolderFile:
    filename = f"sample-{version}{kind}"
    return FolderFile(
        project=normalize(typed),
        typed=typed,
        version=version,
        filename=filename,
        digest=sha256_of(content or filename.encode()),
        size=100,
        modified=datetime(2026, 1, 2, tzinfo=UTC),
        requires_python=">=3.9",
        metadata=sha256_of(DOCUMENT) if kind.endswith(".whl") else None,
    )


class House:
    def __init__(self, *files: FolderFile) -> None:
        self.folder = MemoryFolder()
        self.blobs = MemoryBlobStore()
        self.view = FolderIndex(self.folder, self.blobs)
        for one in files:
            self.folder.put(one, DOCUMENT)


def test_a_page_lists_files_by_version() -> None:
    house = House(*(file(version) for version in ("1.10", "1.9", "1.9rc1")), file("1.9", kind=".tar.gz"))
    found = house.view.page(SAMPLE)
    assert found is not None
    tag, page = found
    assert page.versions == ("1.9rc1", "1.9", "1.10")
    assert [one.filename for one in page.files][1:3] == ["sample-1.9-py3-none-any.whl", "sample-1.9.tar.gz"]
    wheel, sdist = page.files[1], page.files[2]
    assert wheel.core_metadata is not None
    assert sdist.core_metadata is None
    assert (wheel.size, wheel.requires_python, wheel.yanked) == (100, ">=3.9", None)
    assert wheel.url == f"../../files/{wheel.hashes['sha256']}/{wheel.filename}"
    assert tag == house.view.tag(SAMPLE)


def test_the_tag_is_that_of_the_files_and_of_nothing_else() -> None:
    one, other = House(file("1.0"), file("2.0")), House(file("2.0"), file("1.0"))
    before = one.view.tag(SAMPLE)
    assert before == other.view.tag(SAMPLE)
    assert before is not None
    assert before.holds_for == 0, "no change of the database would tell of a change"
    one.folder.put(file("2.0", content=b"changed"))
    assert one.view.tag(SAMPLE) != before
    one.folder.put(file("2.0"))
    assert one.view.tag(SAMPLE) == before


def test_what_is_not_there() -> None:
    view = House().view
    assert view.at_once(SAMPLE) == ABSENT
    assert (view.tag(SAMPLE), view.page(SAMPLE)) == (None, None)
    assert view.file("f" * 64, "sample-1.0.tar.gz") is None
    assert view.file("unhashed-sample", "sample-1.0.tar.gz") is None


def test_the_list_has_names_as_they_were_typed() -> None:
    house = House(file("1.0", typed="Sample"))
    mark = house.view.list_mark()
    assert [one.typed for one in house.view.listed()] == ["Sample"]
    assert (list(house.view.listed("t")), list(house.view.listed("a", "s"))) == ([], [])
    assert house.view.listed_since(mark, 9) == ()
    house.folder.take("sample-1.0-py3-none-any.whl")
    assert list(house.view.listed()) == []
    assert not mark.leads_to(house.view.list_mark())
    assert house.view.listed_since(mark, 9) is None


def test_a_file_is_served_while_it_is_there() -> None:
    one = file("1.0")
    house = House(one)
    served = house.view.file(one.digest.value, one.filename)
    assert served is not None
    assert (served.project, served.size, served.available_at) == (SAMPLE, 100, None)
    assert served.kept() == one.digest
    assert house.blobs.blobs == {}, "its bytes are not copied"
    house.folder.take(one.filename)
    assert served.kept() is None
    with pytest.raises(FileNotFoundHereError):
        served.fetch()


def test_metadata_is_read_when_it_is_asked_for() -> None:
    one = file("1.0")
    house = House(one)
    served = house.view.file(one.digest.value, one.filename)
    assert served is not None
    assert served.metadata_kept() is None
    assert served.metadata() == one.metadata == served.metadata_kept()
    assert list(house.blobs.blobs.values()) == [DOCUMENT]


def test_metadata_of_a_file_that_changed_is_not_given() -> None:
    one = file("1.0")
    house = House(one)
    served = house.view.file(one.digest.value, one.filename)
    assert served is not None
    house.folder.put(one, b"other metadata")
    with pytest.raises(FileNotFoundHereError):
        served.metadata()
    assert house.blobs.blobs == {}


def test_an_sdist_has_no_metadata() -> None:
    one = file("1.0", kind=".tar.gz")
    served = House(one).view.file(one.digest.value, one.filename)
    assert served is not None
    assert served.metadata_kept() is None
    with pytest.raises(MetadataNotFoundError):
        served.metadata()
