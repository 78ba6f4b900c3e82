"""New environments: as ``python -m venv`` makes them, with a pip that starts bodega."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.creation import Form, create
from bodega.installer.environments.errors import CreationError
from bodega.installer.environments.installed import scan
from bodega.installer.environments.pip_shim import Shim
from bodega.installer.environments.plan import plan, removal
from support.environments import contents, snapshot

SHIM = Shim(sys.executable, "1.2.3")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_it_equals_that_of_venv(base, store, tmp_path: Path) -> None:
    path = tmp_path / "environment"
    run(base.executable, "-I", "-m", "venv", "--without-pip", str(path))
    expected = contents(path)
    shutil.rmtree(path)
    create(str(path), base, store)
    assert contents(path) == expected


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (Form(system_site_packages=True), ["--system-site-packages"]),
        (Form(copies=True), ["--copies"]),
        (Form(prompt="some 'name'"), ["--prompt", "some 'name'"]),
    ],
    ids=["system site packages", "copies", "prompt"],
)
def test_its_forms_are_those_of_venv(base, store, tmp_path: Path, form: Form, words: list[str]) -> None:
    path = tmp_path / "environment"
    run(base.executable, "-I", "-m", "venv", "--without-pip", *words, str(path))
    expected = snapshot(path)
    shutil.rmtree(path)
    create(str(path), base, store, form=form)
    assert snapshot(path) == expected


@pytest.mark.parametrize("name", ["with a space", "übung-Ω", "x" * 140, "it's $HOME"], ids=repr)
def test_scripts_start_wherever_it_lies(base, store, tmp_path: Path, put, name: str) -> None:
    made = create(str(tmp_path / name), base, store)
    one = put(
        "sample",
        files={
            "sample.py": b"import sys\ndef main():\n    print(sys.prefix)\n",
            "sample-1.0.data/scripts/own": b"#!python -I\nimport sys\nprint(sys.prefix, sys.argv[1:])\n",
        },
        extra_info={
            "entry_points.txt": b"[console_scripts]\na = sample:main\n[gui_scripts]\nb = sample:main\n"
        },
    )
    apply(made, plan([one], scan(made)), store, compile="never")
    for script in ("a", "b"):
        assert run(f"{made.scheme.scripts}/{script}").stdout == f"{made.prefix}\n"
    assert run(f"{made.scheme.scripts}/own", "one word").stdout == f"{made.prefix} ['one word']\n"


def test_its_pip_starts_bodega(base, store, tmp_path: Path) -> None:
    made = create(str(tmp_path / "environment"), base, store, shim=SHIM)
    version = ".".join(made.target.python.split(".")[:2])
    for command in (["pip"], ["pip3"], [f"pip{version}"], ["python", "-m", "pip"]):
        done = run(f"{made.scheme.scripts}/{command[0]}", *command[1:], "--version")
        assert done.returncode == 0, done
        assert done.stdout.startswith("pip 26.3+bodega.1.2.3 from "), done
        assert f" from {made.scheme.purelib}/pip " in done.stdout


def test_its_pip_says_when_bodega_is_gone(base, store, tmp_path: Path) -> None:
    made = create(str(tmp_path / "environment"), base, store, shim=Shim(str(tmp_path / "gone"), "1"))
    done = run(f"{made.scheme.scripts}/pip", "list")
    assert done.returncode == 1
    assert "whose interpreter is gone" in done.stderr


def test_its_pip_can_be_uninstalled(base, store, tmp_path: Path) -> None:
    made = create(str(tmp_path / "environment"), base, store, shim=SHIM)
    assert scan(made)["bodega-pip"].installer == "bodega"
    apply(made, removal(scan(made).values()), store)
    assert os.listdir(made.scheme.purelib) == []
    assert not os.path.exists(f"{made.scheme.scripts}/pip3")


def test_the_real_pip_takes_its_place(base, store, tmp_path: Path, put) -> None:
    made = create(str(tmp_path / "environment"), base, store, shim=SHIM)
    real = put(
        "pip",
        "26.0",
        files={"pip/__init__.py": b"def main():\n    print('the real one')\n"},
        extra_info={"entry_points.txt": b"[console_scripts]\npip = pip:main\npip3 = pip:main\n"},
    )
    apply(made, plan([real], scan(made)), store, compile="never")
    assert list(scan(made)) == ["pip"]
    assert run(f"{made.scheme.scripts}/pip").stdout == "the real one\n"
    assert not os.path.exists(f"{made.scheme.purelib}/pip/__main__.py")


def test_nothing_is_overwritten(base, store, tmp_path: Path) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("x")
    folder.mkdir()
    (folder / "mine").write_text("x")
    for path in (file, folder):
        for clear in (False, True):
            before = snapshot(tmp_path)
            with pytest.raises(CreationError):
                create(str(path), base, store, form=Form(clear=clear))
            after = snapshot(tmp_path)
            assert {path: after[path] for path in before} == before


def test_an_environment_is_made_anew_only_where_asked(base, store, tmp_path: Path) -> None:
    path = str(tmp_path / "environment")
    create(path, base, store, shim=SHIM)
    with pytest.raises(CreationError):
        create(path, base, store)
    create(path, base, store, form=Form(clear=True))
    assert not os.path.exists(f"{path}/bin/pip")


def test_an_empty_folder_may_be_used_and_stays_when_it_fails(base, store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    create(str(tmp_path / "empty"), base, store)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(CreationError):
        create(str(file / "below"), base, store)
