"""Trees to break: a small one of its own, and a copy of the whole house."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    "src/bodega/__init__.py": "",
    "src/bodega/formats/__init__.py": "",
    "src/bodega/formats/errors.py": '"""Errors."""\n\n\nclass BodegaError(Exception):\n    """A failure."""\n',
    "src/bodega/index/__init__.py": "",
    "src/bodega/index/catalog/__init__.py": "",
    "src/bodega/index/catalog/README.md": "The truth.\n",
    "src/bodega/index/catalog/events.py": "",
    "src/bodega/index/catalog/model.py": "",
    "src/bodega/index/views/__init__.py": "",
    "src/bodega/index/views/README.md": "What a reader sees.\n",
    "changelog.d/README.md": "Fragments.\n",
    "docs/README.md": "Papers.\n",
}

Tool = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A tree of a few files in which every check passes."""
    for name, text in SMALL.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def tool() -> Tool:
    """Run ``tools/NAME.py`` over a tree."""

    def run(name: str, root: Path, *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "tools" / f"{name}.py"), "--root", str(root), *options]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the whole house, to be broken."""
    copy = tmp_path / "house"
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "tools", "tests", "benchmarks", "docs", "changelog.d"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.fixture
def check(house: Path) -> Callable[..., tuple[int, str]]:
    """Run the checks of that copy, as ``make check`` does; exit code and output."""

    def run(*names: str) -> tuple[int, str]:
        command = [sys.executable, "tools/check.py", *names]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=house, timeout=300)
        return done.returncode, done.stdout + done.stderr

    return run
