"""Which of the kept wheels of a project an upgrade is made from."""

from pathlib import Path

import pytest

from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add

PURE = "py3-none-any"
OURS, OTHERS = "cp311-cp311-linux_x86_64", "cp312-cp312-linux_x86_64"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def keep(store: Store, folder: Path, version: str, tag: str = PURE) -> str:
    """The path of a wheel that the store keeps from now on."""
    kept = store.wheel(add(store, write_wheel(folder, "sample", version, tag=tag)).hashes["sha256"])
    assert kept is not None
    return kept


@pytest.mark.parametrize(
    ("versions", "wanted", "nearest"),
    [
        (["1.0", "2.0", "2.1"], "2.2", "2.1"),
        (["1.9.9", "2.0.1", "2.0.7"], "2.0.6", "2.0.7"),
        (["0.1", "3.0"], "2.9", "3.0"),
        (["1.0", "5.0"], "4.0.1", "5.0"),
        (["1.0.post1"], "1.0", "1.0.post1"),
    ],
)
def test_the_nearest_version(
    store: Store, tmp_path: Path, versions: list[str], wanted: str, nearest: str
) -> None:
    kept = {version: keep(store, tmp_path, version) for version in versions}
    assert store.older_wheel(f"sample-{wanted}-{PURE}.whl") == kept[nearest]


def test_the_same_platform_before_a_nearer_version(store: Store, tmp_path: Path) -> None:
    ours = keep(store, tmp_path, "1.0", OURS)
    keep(store, tmp_path, "2.0", OTHERS)
    assert store.older_wheel(f"sample-2.1-{OURS}.whl") == ours


def test_the_same_version_for_another_platform_has_little_in_common(store: Store, tmp_path: Path) -> None:
    keep(store, tmp_path, "2.0", OTHERS)
    assert store.older_wheel(f"sample-2.0-{OURS}.whl") is None


def test_there_may_be_none(store: Store, tmp_path: Path) -> None:
    kept = Path(keep(store, tmp_path, "1.0"))
    assert store.older_wheel(f"other-1.1-{PURE}.whl") is None
    assert store.older_wheel("sample-1.1.tar.gz") is None
    kept.unlink()
    assert store.older_wheel(f"sample-1.1-{PURE}.whl") is None


def test_a_tree_that_cannot_be_read_is_passed_over(store: Store, tmp_path: Path) -> None:
    kept = keep(store, tmp_path, "1.0")
    folder = tmp_path / "store/trees" / Path(kept).stem
    (folder).chmod(0o755)
    (folder / "manifest").unlink()
    assert store.older_wheel(f"sample-1.1-{PURE}.whl") is None
