"""What people run in an environment behaves in one of ours as in one that pip filled; the store stays as it was.

Both environments have the same projects at the same versions, and both are given the same work.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bodega.installer.store.store import Store
from support.environments import new_environment, snapshot
from support.peers import program, run_python

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

PROJECTS = ("attrs", "basedpyright", "coverage", "debugpy", "flit-core", "ipython", "mypy", "tox")

SCRIPT = """\
import attr, sys

@attr.s
class Point:
    x = attr.ib()

print(Point(3), sys._getframe().f_code.co_filename.rpartition("/")[2])
"""
TYPED = "import attrs\n\n@attrs.define\nclass Point:\n    x: int\n\nreveal_type(Point(1).x)\nPoint('a')\n"
TOX = "[testenv]\nskip_install = true\ndeps = attrs\ncommands = python -c \"import attr; print('ran', attr.s)\"\n"
METADATA = """
import importlib.metadata as m, json
print(json.dumps({
    d.metadata["Name"]: [d.version, sorted(map(str, d.requires or ())),
        sorted(e.name + "=" + e.value for e in d.entry_points),
        sorted(str(f) for f in d.files if f.locate().exists() and "__pycache__" not in str(f)
               and not str(f).endswith(("INSTALLER", "REQUESTED"))),
        all(f.hash is None or f.read_binary() is not None for f in d.files[:20])]
    for d in m.distributions() if d.metadata["Name"] != "pip"}, sort_keys=True))
"""


@dataclass(frozen=True)
class Twins:
    """The environments, what may be run in both, and the store behind ours."""

    ours: Path
    theirs: Path
    store: Store
    environ: dict[str, str]

    def run(self, env: Path, folder: Path, *words: str) -> tuple[int, str]:
        """How a program of an environment ended, and what it said, its place aside."""
        done = subprocess.run(
            [str(env / "bin" / words[0]), *words[1:]],
            cwd=folder,
            env={**self.environ, "PATH": f"{env}/bin{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        said = (done.stdout + done.stderr).replace(str(env), "<env>").replace(str(folder), "<here>")
        return done.returncode, re.sub(r"\d+\.\d\d+ ?s(econds)?|\d+\.\d+ seconds", "TIME", said)

    def stored(self) -> dict[str, tuple[str, int]]:
        """Trees and bytecode, byte for byte, with modes."""
        return {**snapshot(self.store.layout.trees), **snapshot(self.store.layout.bytecode)}


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("tools")
    environ = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    environ |= {"HOME": str(folder / "home"), "BODEGA_STORE": str(folder / "store")}
    (folder / "home").mkdir()
    ours, theirs = folder / "bodega" / "env", folder / "pipped" / "env"
    with Store(str(folder / "store")) as store:
        new_environment(ours, store)
        new_environment(theirs, store)
        install = [
            sys.executable,
            "-m",
            "bodega",
            "install",
            "-q",
            "--compile",
            "--python",
            str(ours),
            *PROJECTS,
        ]
        subprocess.run(install, check=True, env=environ, capture_output=True, timeout=300)
        freeze = [sys.executable, "-m", "bodega", "freeze", "--all", "--python", str(ours)]
        pins = subprocess.run(freeze, check=True, env=environ, capture_output=True, text=True).stdout.split()
        again = [
            program("pip"),
            "--python",
            str(theirs / "bin/python"),
            "install",
            "-q",
            "--no-compile",
            *pins,
        ]
        subprocess.run(again, check=True, env=environ, capture_output=True, timeout=300)
        store.wait_for_bytecode(120)
        made = Twins(ours, theirs, store, environ)
        before = made.stored()
        yield made
        # Nothing that ran in the environment reached through its hardlinks.
        assert made.stored() == before
        assert store.verify().damage == ()


def both(twins: Twins, tmp_path: Path, *words: str) -> tuple[int, str]:
    """Run in both; the outcome, which is the same."""
    theirs = twins.run(twins.theirs, tmp_path, *words)
    ours = twins.run(twins.ours, tmp_path, *words)
    assert ours == theirs
    return ours


def test_metadata_reads_the_same(twins: Twins) -> None:
    ours, theirs = (run_python(str(env / "bin/python"), METADATA) for env in (twins.ours, twins.theirs))
    assert '"coverage"' in ours
    assert ours == theirs


def test_coverage_counts_the_users_files_alone(twins: Twins, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    assert both(twins, tmp_path, "coverage", "run", "script.py")[0] == 0
    status, said = both(twins, tmp_path, "coverage", "report")
    assert (status, "script.py" in said, "site-packages" in said) == (0, True, False)


def test_the_debugger_runs_a_script(twins: Twins, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    words = ("python", "-Xfrozen_modules=off", "-m", "debugpy", "--listen", "127.0.0.1:0", "script.py")
    status, said = both(twins, tmp_path, *words)
    assert (status, "Point(x=3) script.py" in said) == (0, True)


@pytest.mark.parametrize(
    ("words", "found"),
    [(("mypy", "--no-incremental", "typed.py"), "incompatible type"), (("basedpyright", "typed.py"), "is not assignable")],
)  # fmt: skip
def test_type_checkers_find_the_types_of_what_is_installed(
    twins: Twins, tmp_path: Path, words: tuple[str, ...], found: str
) -> None:
    (tmp_path / "typed.py").write_text(TYPED)
    status, said = both(twins, tmp_path, *words)
    assert status == 1
    assert found in said
    assert "int" in said


def test_ipython_looks_into_what_is_installed(twins: Twins, tmp_path: Path) -> None:
    words = (
        "ipython",
        "--colors=NoColor",
        "-c",
        "import attr\nprint(attr.asdict.__doc__[:20])\n%pinfo attr.asdict",
    )
    status, said = both(twins, tmp_path, *words)
    assert status == 0
    assert "Signature:" in said


def test_tox_runs(twins: Twins, tmp_path: Path) -> None:
    for env in (twins.theirs, twins.ours):
        folder = tmp_path / env.parent.name
        folder.mkdir()
        (folder / "tox.ini").write_text(TOX)
        status, said = twins.run(env, folder, "tox", "-q")
        assert status == 0, said
        assert "ran <function" in said
