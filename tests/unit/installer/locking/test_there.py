"""Installed versions as candidates."""

import pytest

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.formats.names import NormalizedName
from bodega.installer.locking.ports import Prepared
from bodega.installer.locking.select import selection_of
from bodega.resolution.errors import NoSolutionError
from support.memory_index import index, metadata, resolve, versions


def there(**installed: tuple[str, list[str]]):
    def look(name: str) -> Prepared | None:
        if name not in installed:
            return None
        version, requires = installed[name]
        return Prepared(
            name=NormalizedName(name),
            version=version,
            metadata=metadata(name, version, requires),
            filename="",
            url="",
            direct_url=None,
        )

    return look


def test_a_version_that_no_index_offers_stays_where_it_does():
    reader = index({"app": {"1": ["lib"]}, "lib": {"1": [], "2": []}})
    found = resolve(reader, "app", kept={"lib": "1.5"}, there=there(lib=("1.5", [])))
    assert versions(found) == {"app": "1", "lib": "1.5"}
    (selected,) = (one for one in selection_of(found) if one.name == "lib")
    assert selected.source is None


def test_it_is_taken_by_its_rank_where_it_is_not_kept():
    reader = index({"lib": {"1": [], "2": []}})
    assert versions(resolve(reader, "lib", there=there(lib=("1.5", [])))) == {"lib": "2"}
    assert versions(resolve(reader, "lib", there=there(lib=("3", [])))) == {"lib": "3"}


def test_what_it_requires_counts():
    reader = index({"lib": {}, "dep": {"1": [], "2": []}})
    found = resolve(reader, "lib", there=there(lib=("3", ["dep<2"])))
    assert versions(found) == {"lib": "3", "dep": "1"}


def test_a_project_that_no_index_knows_is_what_is_there():
    reader = MemoryIndexReader({})
    assert versions(resolve(reader, "lib", there=there(lib=("3", [])))) == {"lib": "3"}
    with pytest.raises(NoSolutionError):
        resolve(reader, "lib>3", there=there(lib=("3", [])))
