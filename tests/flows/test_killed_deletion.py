"""A process that is killed while it deletes a release: what is listed is whole, and what is left over is collected."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.bootstrap.accounts import local_catalog
from bodega.bootstrap.importing import import_folder
from bodega.formats.digests import Digest, sha256_of
from bodega.formats.names import NormalizedName
from support.distributions import wheel_bytes, wheel_filename
from support.publishing import command
from support.server import environment

SAMPLE = NormalizedName("sample")
#: Deletes release 1.0, and kills itself where it is told to: while it changes rows, or before it removes bytes.
DELETE = textwrap.dedent(
    """
    import os, signal, sys
    from bodega.adapters.sql.engine import Database
    from bodega.adapters.sql.work import BeginWork
    from bodega.index.catalog.commands import DeleteRelease
    from bodega.index.catalog.deleting import delete_release
    from bodega.messaging.clock import system_clock

    def kill(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    where, data = sys.argv[1:]
    order = DeleteRelease(index="main", project="sample", version="1.0", by="test")
    begin = BeginWork(Database(f"sqlite:///{data}/bodega.db"))
    delete_release(order, begin, kill if where == "rows" else system_clock, kill)
    """
)


def killed(folder: Path, where: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DELETE, where, str(folder / "data")],
        env=environment(folder),
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


def listed(folder: Path) -> list[str]:
    with local_catalog(str(folder / "data")) as catalog:
        page = catalog.views("main").project_page(SAMPLE)
    assert page is not None
    return sorted(file.filename for file in page.files)


def stored(folder: Path) -> set[str]:
    return {path.name for path in (folder / "data" / "blobs").rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    for version in ("1.0", "1.1"):
        (tmp_path / "dist" / wheel_filename("sample", version)).write_bytes(wheel_bytes("sample", version))
    with local_catalog(str(tmp_path / "data")) as catalog:
        assert len(list(import_folder(catalog, str(tmp_path / "dist"), "main", "test"))) == 2
    return tmp_path


def of_release(version: str) -> Digest:
    return sha256_of(wheel_bytes("sample", version))


def test_a_kill_among_the_rows_deletes_nothing(folder: Path) -> None:
    before = stored(folder)
    killed(folder, "rows")
    assert listed(folder) == [wheel_filename("sample", version) for version in ("1.0", "1.1")]
    assert stored(folder) == before
    assert command(folder, "verify", "--data", "data").returncode == 0


def test_a_kill_before_the_bytes_are_removed_leaves_them_to_be_collected(folder: Path) -> None:
    killed(folder, "bytes")
    assert listed(folder) == [wheel_filename("sample", "1.1")]
    assert of_release("1.0").value in stored(folder)
    blobs = FolderBlobStore(str(folder / "data" / "blobs"))
    path = blobs.path(of_release("1.0"))
    assert path is not None
    for left in (folder / "data" / "blobs").rglob("*"):
        if left.is_file():
            # As they are a while later: fresh bytes may be on their way to a row.
            os.utime(left, (0, 0))
    command(folder, "verify", "--repair", "--data", "data")
    assert command(folder, "verify", "--data", "data").returncode == 0
    assert of_release("1.0").value not in stored(folder)
    assert of_release("1.1").value in stored(folder)
    assert listed(folder) == [wheel_filename("sample", "1.1")]
