"""poetry, pdm, pipenv, hatch, flit and uv on a project: lock, install, upgrade, publish, publish again."""

import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.peers import program
from support.stand import Stand, version_in
from support.tools import Tools

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

APP = """[project]
name = "app"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["own-tree", "tree<2"]
"""


def project(stand: Stand, name: str, more: str = "") -> Path:
    folder = stand.folder / name
    folder.mkdir()
    (folder / "pyproject.toml").write_text(APP + more)
    return folder


def change(folder: Path, before: str, after: str, file: str = "pyproject.toml") -> None:
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))


def versions(stand: Stand, folder: Path) -> list[str]:
    return [version_in(stand, folder / ".venv" / "bin" / "python", name) for name in ("own_tree", "tree")]


def test_poetry_locks_installs_and_upgrades(stand: Stand, tools: Tools) -> None:
    poetry = tools.program("poetry")
    folder = project(stand, "with-poetry", "[tool.poetry]\npackage-mode = false\n")
    here = {"cwd": folder, "POETRY_VIRTUALENVS_IN_PROJECT": "1", "POETRY_NO_INTERACTION": "1"}
    stand.run([poetry, "source", "add", "--priority=primary", "bodega", stand.simple], **here)
    stand.run([poetry, "lock"], **here)
    locked = tomllib.loads((folder / "poetry.lock").read_text())["package"]
    assert [(one["name"], one["version"]) for one in locked] == [
        ("leaf", "1.0"),
        ("own-tree", "1.0"),
        ("tree", "1.0"),
    ]
    stand.run([poetry, "install"], **here)
    assert versions(stand, folder) == ["1.0", "1.0"]
    stand.run([poetry, "add", "tree@latest"], **here)
    assert versions(stand, folder) == ["1.0", "2.0"]


def test_pdm_locks_installs_and_upgrades(stand: Stand, tools: Tools) -> None:
    pdm = tools.program("pdm")
    source = f'[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{stand.simple}"\n'
    folder = project(stand, "with-pdm", source)
    here = {"cwd": folder, "PDM_CHECK_UPDATE": "false"}
    stand.run([pdm, "lock"], **here)
    locked = tomllib.loads((folder / "pdm.lock").read_text())["package"]
    assert {one["name"]: one["version"] for one in locked} == {
        "leaf": "1.0",
        "own-tree": "1.0",
        "tree": "1.0",
    }
    stand.run([pdm, "install"], **here)
    assert versions(stand, folder) == ["1.0", "1.0"]
    stand.run([pdm, "add", "tree>=2"], **here)
    assert versions(stand, folder) == ["1.0", "2.0"]


def test_pipenv_locks_installs_and_upgrades(stand: Stand, tools: Tools) -> None:
    pipenv = tools.program("pipenv")
    folder = stand.folder / "with-pipenv"
    folder.mkdir()
    (folder / "Pipfile").write_text(
        f'[[source]]\nname = "bodega"\nurl = "{stand.simple}"\nverify_ssl = true\n\n'
        '[packages]\nown-tree = "*"\ntree = "<2"\n'
    )
    here = {"cwd": folder, "PIPENV_VENV_IN_PROJECT": "1", "PIPENV_DEFAULT_PYTHON_VERSION": sys.executable}
    stand.run([pipenv, "lock"], **here)
    stand.run([pipenv, "sync"], **here)
    assert versions(stand, folder) == ["1.0", "1.0"]
    change(folder, 'tree = "<2"', 'tree = "*"', "Pipfile")
    stand.run([pipenv, "update"], **here)
    assert versions(stand, folder) == ["1.0", "2.0"]


def test_hatch_fills_its_environment_again_when_the_project_changes(stand: Stand, tools: Tools) -> None:
    hatch = tools.program("hatch")
    more = '[tool.hatch.envs.default]\nskip-install = true\npath = ".venv"\ndependencies = ["own-tree", "tree<2"]\n'
    folder = project(stand, "with-hatch", more)
    here = {"cwd": folder, "PIP_INDEX_URL": stand.simple, "UV_DEFAULT_INDEX": stand.simple}
    stand.run([hatch, "run", "python", "-c", "import tree"], **here)
    assert versions(stand, folder) == ["1.0", "1.0"]
    change(folder, "tree<2", "tree>=2")
    stand.run([hatch, "run", "python", "-c", "import tree"], **here)
    assert versions(stand, folder) == ["1.0", "2.0"]


def test_uv_locks_installs_and_upgrades(stand: Stand) -> None:
    uv = program("uv")
    source = f'[[tool.uv.index]]\nname = "bodega"\nurl = "{stand.simple}"\ndefault = true\n'
    folder = project(stand, "with-uv", source)
    here = {"cwd": folder, "UV_NO_CONFIG": "0", "UV_PYTHON": sys.executable}
    stand.run([uv, "lock"], **here)
    locked = tomllib.loads((folder / "uv.lock").read_text())["package"]
    assert {one["name"]: one["version"] for one in locked} == {
        "app": "0.1",
        "leaf": "1.0",
        "own-tree": "1.0",
        "tree": "1.0",
    }
    assert all(
        "size" in wheel and "upload-time" in wheel for one in locked for wheel in one.get("wheels", ())
    )
    stand.run([uv, "sync"], **here)
    assert versions(stand, folder) == ["1.0", "1.0"]
    stand.run([uv, "add", "tree>=2"], **here)
    assert versions(stand, folder) == ["1.0", "2.0"]


def test_uv_selects_by_upload_time(stand: Stand) -> None:
    words = [program("uv"), "pip", "compile", "-q", "--no-header", "--default-index", stand.simple, "-"]
    (stand.folder / "asked.in").write_text("tree\n")
    words[-1] = "asked.in"
    assert "tree==2.0" in stand.run(words).stdout
    assert "tree==1.0" in stand.run([*words, "--exclude-newer", "2026-03-01T00:00:00Z"]).stdout
    refused = stand.run([*words, "--exclude-newer", "2025-01-01T00:00:00Z"], code=1)
    assert "tree" in refused.stderr


Publish = Callable[[Stand, Tools, Path], list[str]]


def with_poetry(stand: Stand, tools: Tools, folder: Path) -> list[str]:
    (folder / "poetry.toml").write_text(f'[repositories.bodega]\nurl = "{stand.url}/legacy/"\n')
    words = ["publish", "-n", "-r", "bodega", "-u", "__token__", "-p", stand.token]
    return [tools.program("poetry"), *words]


def with_pdm(stand: Stand, tools: Tools, folder: Path) -> list[str]:
    words = [
        "publish",
        "--no-build",
        "--repository",
        f"{stand.url}/legacy/",
        "-u",
        "__token__",
        "-P",
        stand.token,
    ]
    return [tools.program("pdm"), *words]


def with_hatch(stand: Stand, tools: Tools, folder: Path) -> list[str]:
    words = ["publish", "-n", "-r", f"{stand.url}/legacy/", "-u", "__token__", "-a", stand.token]
    return [tools.program("hatch"), *words]


def with_uv(stand: Stand, tools: Tools, folder: Path) -> list[str]:
    return [program("uv"), "publish", "--publish-url", f"{stand.url}/legacy/", "--token", stand.token]


def with_twine(stand: Stand, tools: Tools, folder: Path) -> list[str]:
    words = ["upload", "--repository-url", f"{stand.url}/legacy/", "-u", "__token__", "-p", stand.token]
    return [program("twine"), *words, *map(str, sorted((folder / "dist").iterdir()))]


@pytest.mark.parametrize(
    "publish", [with_poetry, with_pdm, with_hatch, with_uv, with_twine], ids=lambda one: one.__name__
)
def test_publishing_once_and_again_and_other_bytes(publish: Publish, stand: Stand, tools: Tools) -> None:
    name = publish.__name__.replace("with_", "by-")
    module = name.replace("-", "_")
    folder = project(stand, f"publish-{name}", '[build-system]\nrequires = []\nbuild-backend = "none"\n')
    change(folder, 'name = "app"\nversion = "0.1"', f'name = "{name}"\nversion = "1.0"')
    dist = folder / "dist"
    dist.mkdir()
    wheel = dist / wheel_filename(name, "1.0")
    wheel.write_bytes(wheel_bytes(name, "1.0"))
    (dist / f"{module}-1.0.tar.gz").write_bytes(sdist_bytes(name, "1.0"))
    command = publish(stand, tools, folder)
    stand.run(command, cwd=folder)
    listed = stand.bodega.json(f"/simple/{name}/").body
    assert wheel.name.encode() in listed
    assert f"{module}-1.0.tar.gz".encode() in listed
    stand.run(command, cwd=folder)
    assert stand.bodega.json(f"/simple/{name}/").body == listed
    wheel.write_bytes(wheel_bytes(name, "1.0", files={f"{module}.py": b"ANSWER = 7\n"}))
    refused = stand.run(command, cwd=folder, code=None)
    # pdm's cache drops the reason: it stands in the log that pdm names.
    logs = [Path(log).read_text() for log in re.findall(r"See (\S+\.log)", refused.stderr)]
    assert "File already exists" in refused.stdout + refused.stderr + "".join(logs)
    assert stand.bodega.json(f"/simple/{name}/").body == listed


def test_flit_builds_and_publishes(stand: Stand, tools: Tools) -> None:
    folder = stand.folder / "with-flit"
    folder.mkdir()
    (folder / "by_flit.py").write_text('"""Made by flit."""\n__version__ = "1.0"\nVERSION = "1.0"\n')
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["flit_core>=3.4"]\nbuild-backend = "flit_core.buildapi"\n'
        '[project]\nname = "by_flit"\ndynamic = ["version", "description"]\n'
    )
    login = {
        "FLIT_INDEX_URL": f"{stand.url}/legacy/",
        "FLIT_USERNAME": "__token__",
        "FLIT_PASSWORD": stand.token,
    }
    words = [tools.program("flit"), "publish"]
    stand.run(words, cwd=folder, SOURCE_DATE_EPOCH="1700000000", **login)
    stand.run(words, cwd=folder, SOURCE_DATE_EPOCH="1700000000", **login)
    (folder / "by_flit.py").write_text('"""Made by flit."""\n__version__ = "1.0"\nVERSION = "other"\n')
    refused = stand.run(words, cwd=folder, code=None, **login)
    assert "File already exists" in refused.stdout + refused.stderr
    target = stand.folder / "flit-target"
    stand.run([program("pip"), "install", "-q", "--target", target, "by-flit"], PIP_INDEX_URL=stand.simple)
    assert version_in(stand, sys.executable, "by_flit", PYTHONPATH=str(target)) == "1.0"
