"""Start-up is a feature, and the installer never reaches the index: what is imported before work begins."""

import os
import subprocess
import sys

import pytest

from bodega.cli.table import COMMANDS
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import install, new_environment
from support.server import environment

# Costly, or of the other half; each is imported only when its work begins.
LATE = (
    "asyncio",
    "bodega.adapters.sql",
    "bodega.index",
    "bodega.web",
    "http.client",
    "packaging",
    "sqlalchemy",
    "ssl",
    "urllib.request",
    "uvicorn",
)
INSTALLER = (
    "cache",
    "check",
    "config",
    "debug",
    "hash",
    "history",
    "inspect",
    "rollback",
    "show",
    "diff",
    "install",
    "uninstall",
    "list",
    "freeze",
    "venv",
    "lock",
    "sync",
    "verify",
    "add",
    "remove",
    "upgrade",
    "outdated",
    "autoremove",
    "tree",
    "why",
)


def imported(*arguments: str) -> set[str]:
    """Every module that one command line imports, by the interpreter's own log."""
    command = [sys.executable, "-X", "importtime", "-m", "bodega", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return {
        line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")
    }


def too_early(modules: set[str]) -> set[str]:
    return {name for name in modules if any(name == late or name.startswith(f"{late}.") for late in LATE)}


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), *((name, "--help") for name in INSTALLER)], ids=" ".join
)
def test_nothing_heavy_before_the_work_begins(arguments):
    modules = imported(*arguments)
    assert "bodega" in modules
    assert too_early(modules) == set()


def test_what_is_heavy_would_be_seen():
    command = [sys.executable, "-X", "importtime", "-c", "import bodega.adapters.sql, urllib.request"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    modules = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert {"bodega.adapters.sql", "http.client", "urllib.request"} <= too_early(modules)


def test_the_version_costs_few_imports():
    bare = subprocess.run(
        [sys.executable, "-c", "import sys; print(len(sys.modules))"],
        check=True,
        capture_output=True,
        text=True,
    )
    # runpy and what it needs come with "-m"; a console script has fewer.
    assert len(imported("--version")) <= int(bare.stdout) + 25


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help(name):
    command = [sys.executable, "-m", "bodega", name, "--help"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert name in done.stdout
    assert done.stderr == ""


def test_a_command_at_work_never_reaches_the_other_half(tmp_path):
    home = str(tmp_path)
    command = [sys.executable, "-X", "importtime", "-m", "bodega", "list", "--python", sys.executable]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": home}
    )
    modules = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    other = ("bodega.index", "bodega.web", "bodega.adapters.sql", "sqlalchemy", "uvicorn")
    assert "bodega.installer.environments.installed" in modules
    assert {name for name in modules if name.startswith(other)} == set()


def test_where_all_is_there_nothing_dear_is_imported(tmp_path):
    store = Store(str(tmp_path / "store"))
    interpreter = new_environment(tmp_path / "environment", store)
    needs = "Requires-Dist: other>=1,<3 ; python_version >= '3.8' and sys_platform != 'win32'\n"
    wheels = [write_wheel(tmp_path, "sample", metadata=needs), write_wheel(tmp_path, "other", "2.0")]
    install(interpreter, store, *wheels)
    command = [sys.executable, "-X", "importtime", "-m", "bodega", "install", "sample"]
    # Of nobody's settings: without a cache an interpreter has to be asked anew, which is dear.
    folders = {"BODEGA_STORE": str(tmp_path / "store"), "VIRTUAL_ENV": str(tmp_path / "environment")}
    variables = environment(tmp_path, **folders)
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=variables)
    assert "nothing to do" in done.stderr
    modules = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    dear = ("bodega.content.wheel_archive", "bodega.installer.locking.resolve", "hashlib", "subprocess")
    assert too_early(modules) == set()
    assert modules.isdisjoint(dear)
