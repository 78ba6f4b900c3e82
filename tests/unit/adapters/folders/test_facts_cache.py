"""Facts of files, kept from one start to the next."""

import json
from pathlib import Path

import pytest

from bodega.adapters.filesystem.distribution_files import DistributionFile
from bodega.adapters.folders.facts_cache import FactsCache
from bodega.content.distribution_facts import DistributionFacts

FILE = DistributionFile("/w/x.whl", "x.whl", 10, 20, (1, 2))
FACTS = DistributionFacts(
    name="x", version="1", sha256="0" * 64, requires_python=None, metadata_sha256="1" * 64
)


def test_what_was_put_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "facts.json"
    cache = FactsCache(str(path))
    broken = DistributionFile("/w/y.whl", "y.whl", 1, 2, (1, 3))
    cache.put(FILE, FACTS)
    cache.put(broken, "it is broken")
    cache.keep({FILE.path: 0, broken.path: 0})
    again = FactsCache(str(path))
    assert again.get(FILE) == FACTS
    assert again.get(broken) == "it is broken"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["facts.json"]


def test_another_identity_is_another_file(tmp_path: Path) -> None:
    cache = FactsCache(str(tmp_path / "facts.json"))
    cache.put(FILE, FACTS)
    for other in ((11, 20, (1, 2)), (10, 21, (1, 2)), (10, 20, (1, 3)), (10, 20, (2, 2))):
        assert cache.get(DistributionFile("/w/x.whl", "x.whl", *other)) is None


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    cache = FactsCache(str(tmp_path / "facts.json"))
    cache.put(FILE, FACTS)
    cache.keep({})
    assert FactsCache(str(tmp_path / "facts.json")).get(FILE) is None


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    cache = FactsCache(str(path))
    cache.put(FILE, FACTS)
    cache.keep({FILE.path: 0})
    path.unlink()
    cache.keep({FILE.path: 0})
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"format": 1}',
        '{"format": 0, "files": {}}',
        '{"format": 1, "files": []}',
        json.dumps({"format": 1, "files": {FILE.path: [[10, 20, 1, 2], ["x", "1"]]}}),
        json.dumps({"format": 1, "files": {FILE.path: [[10, 20, 1, 2], 5]}}),
        json.dumps({"format": 1, "files": {FILE.path: "x"}}),
    ],
)
def test_what_cannot_be_read_is_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text)
    assert FactsCache(str(path)).get(FILE) is None


def test_a_place_that_cannot_be_written_to_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = FactsCache(str(tmp_path / "file" / "facts.json"))
    cache.put(FILE, FACTS)
    cache.keep({FILE.path: 0})
    assert cache.get(FILE) == FACTS
