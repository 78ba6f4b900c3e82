"""Which environment is meant."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.installer.environments.discovery import find, refuse_managed
from bodega.installer.environments.errors import (
    ExternallyManagedError,
    InterpreterFailedError,
    NoEnvironmentError,
)


def test_what_was_named_comes_first(environment, store, tmp_path: Path) -> None:
    for name in (environment.prefix, environment.executable, f"{environment.prefix}/"):
        assert find(name, {"VIRTUAL_ENV": str(tmp_path / "none")}, store) == environment


def test_then_the_active_one(environment, store) -> None:
    assert find(None, {"VIRTUAL_ENV": environment.prefix}, store) == environment


def test_then_the_one_beside(environment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoEnvironmentError):
        find(None, {}, store)
    (tmp_path / ".venv").symlink_to(environment.prefix)
    found = find(None, {"VIRTUAL_ENV": ""}, store)
    assert found.prefix == str(tmp_path / ".venv")
    assert found.is_venv


def test_a_name_is_looked_up(environment, store) -> None:
    path = {"PATH": environment.scheme.scripts}
    assert find("python3", path, store).prefix == environment.prefix
    version = ".".join(environment.target.python.split(".")[:2])
    assert find(version, path, store).prefix == environment.prefix


@pytest.mark.parametrize("asked", ["no-such-python", "9.9", "./none/bin/python", "."])
def test_what_is_not_there(store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InterpreterFailedError):
        find(asked, {"PATH": str(tmp_path)}, store)


def test_what_is_no_interpreter(store, tmp_path: Path) -> None:
    for name, text in {
        "fails": "#!/bin/sh\necho broken >&2; exit 3\n",
        "lies": "#!/bin/sh\necho 3.11\n",
    }.items():
        program = tmp_path / name
        program.write_text(text)
        program.chmod(0o755)
        with pytest.raises(InterpreterFailedError):
            find(str(program), {}, store)


def test_paths_are_those_that_the_interpreter_itself_gives(environment) -> None:
    code = (
        "import sysconfig, sys; p = sysconfig.get_paths(); "
        "print(p['purelib'], p['platlib'], p['scripts'], p['data'], sys.prefix, sep='\\n')"
    )
    done = subprocess.run(
        [environment.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    scheme = environment.scheme
    expected = [scheme.purelib, scheme.platlib, scheme.scripts, scheme.data, environment.prefix]
    assert done.stdout.split("\n")[:5] == expected


def test_an_interpreter_is_asked_once(environment, store, tmp_path: Path) -> None:
    """With the answer kept, finding starts no process: not even one that cannot be started is noticed."""
    kept = os.listdir(store.layout.interpreters)
    assert len(kept) == 1
    program = Path(environment.base)
    assert program == Path(os.path.realpath(sys.executable))
    assert find(environment.prefix, {}, store) == environment
    assert os.listdir(store.layout.interpreters) == kept


def test_an_answer_kept_for_another_program_is_not_taken(environment, store) -> None:
    kept = Path(store.layout.interpreters, os.listdir(store.layout.interpreters)[0])
    said = f'"python_full_version": "{environment.target.python}"'
    kept.write_text(kept.read_text().replace(said, '"python_full_version": "3.99.1"'))
    assert find(environment.prefix, {}, store).target.python == "3.99.1"
    kept.write_text(kept.read_text().replace('"key": [1, ', '"key": [0, '))
    assert find(environment.prefix, {}, store) == environment
    kept.write_text("garbage")
    assert find(environment.prefix, {}, store) == environment


def test_what_the_system_manages_is_refused(environment, tmp_path: Path) -> None:
    refuse_managed(environment)
    marker = tmp_path / "EXTERNALLY-MANAGED"
    managed = replace(environment, externally_managed=str(marker))
    for text in ("[externally-managed]\nError=Use apt.\n", "garbage", ""):
        marker.write_text(text)
        with pytest.raises(ExternallyManagedError) as refused:
            refuse_managed(managed)
        assert (refused.value.why == "Use apt.") == ("apt" in text)
