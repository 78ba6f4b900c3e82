"""Locks that uv, poetry and pdm wrote: ``bodega sync`` makes of them what their own tool makes."""

import sys
from pathlib import Path

import pytest

from support.peers import program
from support.stand import Stand
from support.tools import Tools

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

APP = """[project]
name = "app"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["own-tree"]
[dependency-groups]
dev = ["tree<2"]
"""


def project(stand: Stand, name: str, more: str) -> Path:
    folder = stand.folder / name
    folder.mkdir()
    (folder / "pyproject.toml").write_text(APP + more)
    return folder


def installed(folder: Path) -> list[str]:
    found = (path.name for path in folder.glob("lib/python*/site-packages/*.dist-info"))
    # poetry's environments begin with a pip.
    return sorted(name for name in found if not name.startswith("pip-"))


def synced(stand: Stand, folder: Path, lock: str) -> list[str]:
    bodega = [sys.executable, "-m", "bodega"]
    stand.run([*bodega, "venv", "--no-pip", "ours"], cwd=folder)
    words = ["sync", lock, "--python", "ours", "--index-url", stand.simple]
    stand.run([*bodega, *words], cwd=folder, BODEGA_STORE=str(folder / "store"))
    return installed(folder / "ours")


def test_the_lock_of_uv(stand: Stand) -> None:
    source = f'[[tool.uv.index]]\nname = "bodega"\nurl = "{stand.simple}"\ndefault = true\n'
    folder = project(stand, "lock-of-uv", source)
    here = {"cwd": folder, "UV_NO_CONFIG": "0", "UV_PYTHON": sys.executable}
    stand.run([program("uv"), "sync"], **here)
    ours = synced(stand, folder, "uv.lock")
    assert len(ours) == 3
    assert ours == installed(folder / ".venv")


def test_the_lock_of_poetry(stand: Stand, tools: Tools) -> None:
    poetry = tools.program("poetry")
    folder = project(stand, "lock-of-poetry", "[tool.poetry]\npackage-mode = false\n")
    here = {"cwd": folder, "POETRY_VIRTUALENVS_IN_PROJECT": "1", "POETRY_NO_INTERACTION": "1"}
    stand.run([poetry, "source", "add", "--priority=primary", "bodega", stand.simple], **here)
    stand.run([poetry, "lock"], **here)
    stand.run([poetry, "sync"], **here)
    ours = synced(stand, folder, "poetry.lock")
    assert len(ours) == 3
    assert ours == installed(folder / ".venv")


@pytest.mark.parametrize("strategy", ["inherit_metadata", "no_inherit_metadata", "static_urls"])
def test_the_lock_of_pdm(stand: Stand, tools: Tools, strategy: str) -> None:
    pdm = tools.program("pdm")
    source = f'[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{stand.simple}"\n'
    folder = project(stand, f"lock-of-pdm-{strategy}", source)
    here = {"cwd": folder, "PDM_CHECK_UPDATE": "false"}
    stand.run([pdm, "lock", "-S", strategy], **here)
    stand.run([pdm, "sync"], **here)
    ours = synced(stand, folder, "pdm.lock")
    assert len(ours) == 3
    assert ours == installed(folder / ".venv")
