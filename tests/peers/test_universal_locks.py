"""A universal lock of real projects installs the right set on each of twelve machines, as others judge it."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.metadata import parse_email
from packaging.pylock import Pylock
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.peers import program
from support.universal import PLATFORMS, PYTHONS, environments, faults

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

ROOTS = ("black", "ipython", "importlib-metadata", "pywin32; sys_platform == 'win32'")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("universal")


def bodega(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # The index that is built in has the files of all platforms; configured ones may have those of this one.
    command = [sys.executable, "-m", "bodega", *words]
    variables = {"HOME": str(home), "BODEGA_STORE": str(home / "store"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, capture_output=True, text=True, env=variables, cwd=home, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def lock(home) -> Pylock:
    pythons = [word for python in PYTHONS for word in ("--python-version", python)]
    platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
    done = bodega(home, "lock", "--isolated", *platforms, *pythons, *ROOTS)
    assert done.returncode == 0, done.stderr
    return Pylock.from_dict(tomllib.loads((home / "pylock.toml").read_text()))


def needs(home: Path, digest: str) -> list[str]:
    """What the metadata of a wheel requires, the names normalized."""
    path = home / "store" / "metadata" / digest[:2] / f"sha256-{digest[2:]}"
    metadata, _ = parse_email(path.read_bytes())
    return [normalized(text) for text in metadata.get("requires_dist", [])]


def normalized(text: str) -> str:
    requirement = Requirement(text)
    requirement.name = canonicalize_name(requirement.name)
    requirement.extras = {canonicalize_name(extra) for extra in requirement.extras}
    return str(requirement)


def test_each_machine_gets_a_solution_and_nothing_superfluous(home, lock):
    for environment, tags in environments(PLATFORMS, PYTHONS, (0, 9)):
        chosen = {
            one.name: (str(one.version), file)
            for one, file in lock.select(environment=environment, tags=tags)
        }
        table = {
            name: {version: needs(home, file.hashes["sha256"])} for name, (version, file) in chosen.items()
        }
        versions = {name: version for name, (version, _) in chosen.items()}
        assert faults(table, map(normalized, ROOTS), versions, environment) == [], environment


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_install_there_would_choose_the_same(home, lock, platform):
    for python in (PYTHONS[0], PYTHONS[-1]):
        (environment, tags), *_ = environments((platform,), (python,))
        locked = {one.name: str(one.version) for one, _ in lock.select(environment=environment, tags=tags)}
        machine = ("--platform", platform, "--python-version", python, "--only-binary", ":all:")
        words = (
            "install",
            "--isolated",
            "--dry-run",
            "--ignore-installed",
            "--json",
            "--python",
            sys.executable,
        )
        done = bodega(home, *words, *machine, *ROOTS)
        assert done.returncode == 0, done.stderr
        changes = json.loads(done.stdout)["changes"]
        assert {one["name"]: one["after"] for one in changes} == locked


def test_uv_and_pip_choose_the_same_from_it_here(home, lock):
    here = {one.name: str(one.version) for one, _ in lock.select()}
    place, path = home / "there", str(home / "pylock.toml")
    uv = [program("uv"), "pip", "install", "--dry-run", "--target", str(place), "-r", path]
    told = subprocess.run(uv, capture_output=True, text=True, cwd=home, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    lines = [line.removeprefix(" + ").split("==") for line in told.stderr.splitlines() if "==" in line]
    assert {canonicalize_name(name): version for name, version in lines} == here
    report = home / "report.json"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--dry-run",
        "--ignore-installed",
        "--report",
        str(report),
    ]
    told = subprocess.run(
        [*pip, "-r", path], capture_output=True, text=True, cwd=home, check=False, timeout=200
    )
    assert told.returncode == 0, told.stderr
    installs = [one["metadata"] for one in json.loads(report.read_text())["install"]]
    assert {canonicalize_name(one["name"]): one["version"] for one in installs} == here
