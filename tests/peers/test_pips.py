"""pip of 2018, of 2023 and of today: every one installs, upgrades, downloads and checks hashes."""

import hashlib
import re
import sys
from pathlib import Path

import pytest

from support.distributions import wheel_filename
from support.peers import program
from support.stand import Stand
from support.tools import Tools, interpreter

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

#: The oldest that runs on Python 3.8: it reads HTML as ``text/html`` alone, and knows no metadata apart.
OLDEST = "pip==9.0.3"
OF_2023 = "pip==23.3.2"


class Pip:
    """A release of pip that acts on a folder."""

    def __init__(self, stand: Stand, command: list[str], **variables: str) -> None:
        self.stand = stand
        self._command = command
        self._variables = {"PIP_INDEX_URL": stand.simple, **variables}

    def __call__(self, *words: str | Path, code: int = 0) -> str:
        done = self.stand.run([*self._command, *words], code=code, **self._variables)
        return done.stdout + done.stderr

    def folder(self, kind: str) -> Path:
        return self.stand.folder / f"{kind}-{len(list(self.stand.folder.glob(f'{kind}-*')))}"

    def target(self, *words: str) -> list[str]:
        """What an install into a folder leaves there."""
        folder = self.folder("target")
        self("install", "--target", folder, *words)
        return sorted(path.name.removesuffix(".dist-info") for path in folder.glob("*.dist-info"))


@pytest.fixture(params=[OLDEST, OF_2023, "pip"])
def pip(request: pytest.FixtureRequest, stand: Stand, tools: Tools) -> Pip:
    if request.param == "pip":
        return Pip(stand, [program("pip")])
    python = interpreter("3.8")
    wheel = tools.pip_wheel(request.param)
    return Pip(stand, [python, "-W", "ignore", "-m", "pip"], PYTHONPATH=wheel)


def test_every_pip_installs_own_and_upstream_projects(pip: Pip) -> None:
    assert pip.target("own-tree", "tree<2") == ["leaf-1.0", "own_tree-1.0", "tree-1.0"]
    assert pip.target("Own.Tree==1.0") == ["leaf-1.0", "own_tree-1.0"]


def test_every_pip_is_told_of_what_is_not_there(pip: Pip) -> None:
    said = pip("install", "--target", "nowhere", "nothing-of-this-name", code=1)
    assert re.search("No matching distribution found for nothing-of-this-name", said)


def test_every_pip_downloads_and_checks_hashes(pip: Pip) -> None:
    down = pip.folder("down")
    pip("download", "-d", down, "own-tree")
    assert {path.name for path in down.iterdir()} == {
        wheel_filename("own-tree", "1.0"),
        wheel_filename("leaf", "1.0"),
    }
    leaf = pip.stand.upstream.files[wheel_filename("leaf", "1.0")]
    good = hashlib.sha256(leaf).hexdigest()
    file = pip.stand.folder / "requirements.txt"
    file.write_text(f"leaf==1.0 --hash=sha256:{good}\n")
    assert pip.target("-r", str(file)) == ["leaf-1.0"]
    file.write_text(f"leaf==1.0 --hash=sha256:{'0' * 64}\n")
    assert "DO NOT MATCH" in pip("download", "-d", pip.folder("other"), "-r", file, code=1)


def test_pip_upgrades_by_what_is_published_meanwhile(stand: Stand) -> None:
    environment = stand.folder / "environment"
    stand.run([sys.executable, "-m", "venv", "--without-pip", environment])
    pip = Pip(stand, [program("pip"), "--python", str(environment / "bin" / "python")])
    stand.publish("grown", "1.0")
    pip("install", "grown")
    stand.publish("grown", "1.1")
    assert "grown (1.1)" in pip("index", "versions", "grown")
    assert "Available versions: 1.1, 1.0" in pip("index", "versions", "grown")
    assert "LATEST" in pip("index", "versions", "grown")
    assert "grown" in pip("list", "--outdated")
    pip("install", "--upgrade", "grown")
    assert "grown==1.1" in pip("freeze")


def test_pip_selects_by_upload_time(stand: Stand) -> None:
    pip = Pip(stand, [program("pip")])
    words = ("install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-", "tree")
    assert '"version": "2.0"' in pip(*words)
    assert '"version": "1.0"' in pip(*words, "--uploaded-prior-to", "2026-03-01T00:00:00Z")
    refused = pip(*words, "--uploaded-prior-to", "2025-01-01T00:00:00Z", code=1)
    assert "No matching distribution" in refused
