"""Files of folders and pages beside an index, and what is too new left out."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.adapters.memory.transport import MemoryTransport
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.cutoff import CutoffReader
from bodega.installer.indexes.errors import FindLinksError
from bodega.installer.indexes.find_links import LinkedReader
from bodega.simple_api.parse import parse_page
from support.distributions import sdist_bytes, write_wheel
from support.memory_index import page, wheel

LIB = NormalizedName("lib")


def linked(folder: Path, *places: str, **pages: object) -> LinkedReader:
    inner = MemoryIndexReader(pages)  # type: ignore[arg-type]
    return LinkedReader(inner, places or (str(folder),), MemoryTransport({}), parse_page)


def filenames(reader, name: NormalizedName = LIB) -> list[str]:
    found = reader.page(name)
    return [file.filename for file in found.page.files] if found else []


def test_a_folder_gives_the_files_of_a_project_with_their_hashes(tmp_path):
    made = write_wheel(tmp_path, "lib", "1.0")
    (tmp_path / "lib-2.0.tar.gz").write_bytes(sdist_bytes("lib", "2.0"))
    write_wheel(tmp_path, "other", "1.0")
    (tmp_path / "notes.txt").write_text("no distribution")
    reader = linked(tmp_path)
    found = reader.page(LIB)
    assert {file.filename for file in found.page.files} == {made.name, "lib-2.0.tar.gz"}
    by_name = {file.filename: file for file in found.page.files}
    assert by_name[made.name].hashes == {"sha256": hashlib.sha256(made.read_bytes()).hexdigest()}
    assert by_name[made.name].size == made.stat().st_size
    assert reader.page(NormalizedName("unknown")) is None


def test_files_stand_beside_those_of_the_index_whose_own_name_wins(tmp_path):
    write_wheel(tmp_path, "lib", "1.0")
    write_wheel(tmp_path, "lib", "3.0")
    reader = linked(tmp_path, lib=page("lib", wheel("lib", "1.0"), wheel("lib", "2.0")))
    assert filenames(reader) == [
        "lib-1.0-py3-none-any.whl",
        "lib-2.0-py3-none-any.whl",
        "lib-3.0-py3-none-any.whl",
    ]
    assert reader.page(LIB).index == "https://index.example.org/simple/"


def test_a_local_page_of_links_is_read(tmp_path):
    write_wheel(tmp_path, "lib", "1.0")
    (tmp_path / "links.html").write_text("<a href='lib-1.0-py3-none-any.whl'>lib</a>")
    assert filenames(linked(tmp_path, str(tmp_path / "links.html"))) == ["lib-1.0-py3-none-any.whl"]
    assert filenames(linked(tmp_path, (tmp_path / "links.html").as_uri())) == ["lib-1.0-py3-none-any.whl"]


def test_a_place_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FindLinksError) as failure:
        linked(tmp_path, "/nowhere/at/all").page(LIB)
    assert "/nowhere/at/all" in failure.value.what


def test_what_is_too_new_or_has_no_time_is_hidden_with_the_reason(tmp_path):
    write_wheel(tmp_path, "lib", "9.0")
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    pages = page(
        "lib",
        wheel("lib", "1.0", upload_time=old),
        wheel("lib", "2.0", upload_time=new),
        wheel("lib", "3.0", upload_time=None),
    )
    reader = CutoffReader(linked(tmp_path, lib=pages), datetime(2026, 2, 1, tzinfo=UTC))
    assert filenames(reader) == ["lib-1.0-py3-none-any.whl", "lib-9.0-py3-none-any.whl"]
    reasons = {one.version: one.reason for one in reader.page(LIB).page.hidden}
    assert "2026-03-01 00:00 UTC" in reasons["2.0"]
    assert "does not say when" in reasons["3.0"]
