"""pip and uv acting on a linked environment never reach through to the store."""

import subprocess
import sys
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.installed import scan
from bodega.installer.environments.linked import seal
from bodega.installer.environments.plan import plan
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add, new_environment, snapshot
from support.server import environment

pytestmark = pytest.mark.peers

PIP = (sys.executable, "-m", "pip", "--python", "{python}", "--disable-pip-version-check")
UV = (str(Path(sys.executable).with_name("uv")), "pip")
ACTS = [
    (*PIP, "uninstall", "-y", "lib"),
    (*PIP, "install", "--no-index", "-f", "{wheels}", "--force-reinstall", "lib==1.0"),
    (*PIP, "install", "--no-index", "-f", "{wheels}", "--upgrade", "lib"),
    (*PIP, "install", "--no-index", "-f", "{wheels}", "--ignore-installed", "lib"),
    (*UV, "uninstall", "-p", "{python}", "lib"),
    (*UV, "install", "-p", "{python}", "--no-index", "-f", "{wheels}", "--reinstall", "lib==1.0"),
    (*UV, "install", "-p", "{python}", "--no-index", "-f", "{wheels}", "lib==2.0"),
]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        write_wheel(folder, "lib", version, files={"lib/__init__.py": f"V = {version!r}\n".encode()})
    write_wheel(folder, "other", "1.0", files={"other/__init__.py": b"V = 1\n", "other/x.py": b""})
    return folder


@pytest.fixture
def store(tmp_path):
    with Store(str(tmp_path / "store")) as made:
        yield made


@pytest.fixture
def linked(tmp_path, store, wheels):
    made = new_environment(tmp_path / "environment", store)
    seal(made.prefix)
    selected = [add(store, path) for path in wheels.glob("*-1.0-*")]
    apply(made, plan(selected, scan(made)), store)
    return made


@pytest.mark.parametrize("act", ACTS, ids=lambda act: " ".join(act[1:])[-50:])
def test_the_store_is_as_it_was(tmp_path, store, linked, wheels, act):
    before = snapshot(store.layout.root)
    words = [word.format(python=linked.executable, wheels=wheels) for word in act]
    subprocess.run(
        words, check=False, capture_output=True, env=environment(tmp_path), cwd=tmp_path, timeout=120
    )
    for name in ("lib", "other"):
        code = f"import {name}; print({name}.V)"
        subprocess.run([linked.executable, "-c", code], check=False, capture_output=True, timeout=60)
    assert snapshot(store.layout.root) == before
    assert store.verify().damage == ()


def test_both_list_what_is_there(tmp_path, linked):
    for words in (
        (*PIP, "list", "--format", "freeze"),
        (*UV, "list", "-p", "{python}", "--format", "freeze"),
    ):
        done = subprocess.run(
            [word.format(python=linked.executable) for word in words],
            check=True,
            capture_output=True,
            text=True,
            env=environment(tmp_path),
            timeout=120,
        )
        assert {"lib==1.0", "other==1.0"} <= set(done.stdout.split())
