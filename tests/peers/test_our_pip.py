"""The ``pip`` of an environment of ours, called as programs call pip."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename, write_wheel
from support.peers import program
from support.server import environment
from support.upstream import Upstream

pytestmark = pytest.mark.peers

PYCHARM = """
import runpy, sys
sys.argv[1:] = ["--disable-pip-version-check", {words}]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class House:
    """An environment with our pip, and an index."""

    env: Path
    variables: dict[str, str]

    def run(self, *words: str, status: int = 0) -> str:
        """What a program of the environment prints."""
        done = subprocess.run(
            [str(self.env / "bin" / words[0]), *words[1:]],
            capture_output=True,
            text=True,
            env=self.variables,
            cwd=self.env.parent,
            timeout=120,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    def listed(self) -> dict[str, str]:
        return {one["name"]: one["version"] for one in json.loads(self.run("pip", "list", "--format=json"))}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Upstream() as upstream:
        for name, version, metadata in (
            ("alpha", "1.0", ""),
            ("alpha", "2.0", ""),
            ("pip", "99.0", ""),
            ("wants-pip", "1.0", "Requires-Dist: pip>=20\n"),
        ):
            files = {"pip/__init__.py": b"REAL = True\n"} if name == "pip" else None
            content = wheel_bytes(name, version, metadata=metadata, files=files)
            upstream.add(name, wheel_filename(name, version), content)
        variables = environment(tmp_path, PIP_INDEX_URL=upstream.root, BODEGA_STORE=str(tmp_path / "store"))
        made = [sys.executable, "-m", "bodega", "venv", "-q", str(tmp_path / "env")]
        subprocess.run(made, check=True, env=variables, capture_output=True)
        yield House(tmp_path / "env", variables)


def test_it_tells_its_version_as_tools_read_it(house: House) -> None:
    form = re.compile(r"pip (\d+\.\d+)\S* from (\S+) \(python (\d+\.\d+)\)\n")
    for words in (("pip", "--version"), ("pip3", "-V"), ("python", "-m", "pip", "--version")):
        found = form.fullmatch(house.run(*words))
        assert found is not None
        assert found[2].startswith(str(house.env))
    code = "import importlib.metadata as m; print(m.version('pip'))"
    assert house.run("python", "-c", code).startswith("26.3+bodega.")
    assert house.listed().keys() == {"pip"}


def test_editors_call_it_by_its_module(house: House) -> None:
    house.run("python", "-c", PYCHARM.format(words='"install", "alpha==1.0"'))
    assert "alpha" in house.run("python", "-c", PYCHARM.format(words='"list"'))
    assert (
        json.loads(house.run("python", "-I", "-m", "pip", "list", "--format", "json"))[0]["version"] == "1.0"
    )
    said = house.run(
        "python", "-m", "pip", "list", "--outdated", "--format=json", "--disable-pip-version-check"
    )
    assert [(one["name"], one["latest_version"]) for one in json.loads(said)] == [("alpha", "2.0")]
    house.run("python", "-m", "pip", "uninstall", "-y", "alpha")
    assert "alpha" not in house.listed()


def test_programs_find_their_words(house: House) -> None:
    assert "Successfully installed alpha-2.0" in house.run("pip", "install", "alpha")
    assert house.run("pip", "freeze") == "alpha==2.0\n"
    assert "Successfully" not in house.run("pip", "install", "alpha")
    assert "Successfully uninstalled alpha-2.0" in house.run("pip", "uninstall", "-y", "alpha")
    assert "Successfully" not in house.run("pip", "uninstall", "-y", "alpha")


def test_main_can_be_called(house: House) -> None:
    assert house.run("python", "-c", "import pip, sys; sys.exit(pip.main(['hash', 'gone']))", status=1) == ""


def test_its_own_upgrade_leaves_it_in_place(house: House) -> None:
    house.run("python", "-m", "pip", "install", "--upgrade", "pip", "alpha")
    assert house.listed()["pip"].startswith("26.3+bodega.")
    assert house.listed()["alpha"] == "2.0"


def test_ensurepip_finds_a_pip(house: House) -> None:
    house.run("python", "-m", "ensurepip")
    assert house.listed()["pip"].startswith("26.3+bodega.")


@pytest.mark.parametrize("words", [("install", "wants-pip"), ("install", "--force-reinstall", "pip"), ("install", "pip==99.0")])  # fmt: skip
def test_who_needs_the_real_one_gets_it(house: House, words: tuple[str, ...]) -> None:
    house.run("pip", *words)
    assert house.run("python", "-c", "import pip; print(pip.REAL)") == "True\n"
    assert len(list((house.env / "lib").glob("python*/site-packages/pip-*.dist-info"))) == 1


@pytest.mark.parametrize("name", ["pip", "uv"])
def test_others_put_the_real_one_in_its_place(house: House, name: str) -> None:
    python, links = str(house.env / "bin/python"), house.env.parent / "links"
    links.mkdir()
    write_wheel(links, "pip", "99.0", files={"pip/__init__.py": b"REAL = True\n"})
    command = [program("pip"), "--python", python] if name == "pip" else [program("uv"), "pip"]
    command += ["install", "-q", "--no-index", "--find-links", str(links), "pip==99.0"]
    command += ["--python", python] if name == "uv" else []
    done = subprocess.run(command, check=False, env=house.variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert house.run("python", "-c", "import pip; print(pip.REAL)") == "True\n"
    assert [path.name for path in (house.env / "lib").glob("python*/site-packages/pip-*")] == [
        "pip-99.0.dist-info"
    ]


def test_it_can_be_uninstalled(house: House) -> None:
    house.run("pip", "uninstall", "-y", "pip")
    assert not list((house.env / "bin").glob("pip*"))
    assert not list((house.env / "lib").glob("python*/site-packages/pip*"))
