"""pip and uv acting on environments that bodega filled: as on any other, and never through to the store."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.creation import create
from bodega.installer.environments.discovery import find
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.pip_shim import Shim
from bodega.installer.environments.plan import plan
from bodega.installer.store.store import Store
from support.environments import add, contents, install, new_environment, snapshot, uninstall
from support.peers import Peer, download, program, run_python

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

OLD = ("requests==2.31.0", "idna==3.6", "markupsafe==2.1.5", "attrs==23.2.0")
LIVE = ("requests", "idna", "urllib3", "certifi", "charset-normalizer", "jinja2", "markupsafe")
NAMESPACE = ("numpy", "zope.interface", "zope.event", "attrs")
IMPORTS = "import requests, numpy, jinja2, attr, zope.interface, zope.event; print(requests.__version__)"


@dataclass
class Scene:
    """The wheels, a store that holds them, and an environment filled from it."""

    folder: Path
    wheels: Path
    store: Store
    versions: dict[str, str]

    def environment(self) -> Interpreter:
        """The environment as bodega filled it; still hardlinks into the store."""
        path = self.folder / "environment"
        shutil.rmtree(path, ignore_errors=True)
        made = new_environment(path, self.store)
        selected = [add(self.store, wheel) for wheel in self.new_wheels()]
        apply(made, plan(selected, scan(made)), self.store, compile="now")
        return made

    def new_wheels(self) -> list[Path]:
        old = {one.replace("==", "-").replace("markupsafe", "MarkupSafe") for one in OLD}
        return [wheel for wheel in self.wheels.glob("*.whl") if not wheel.name.startswith(tuple(old))]

    def peer(self, name: str) -> Peer:
        return Peer(name, self.wheels, self.folder / "home")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("peers")
    wheels = folder / "wheels"
    download(wheels, *OLD)
    for wheel in download(folder / "new", *LIVE, *NAMESPACE):
        shutil.move(wheel, wheels / wheel.name)
    (folder / "home").mkdir()
    with Store(str(folder / "store")) as store:
        made = Scene(folder, wheels, store, {})
        made.versions.update({name: one.version for name, one in scan(made.environment()).items()})
        yield made
        assert store.verify().damage == ()


def store_contents(scene: Scene) -> dict[str, tuple[str, int]]:
    """Trees and bytecode, byte for byte, with modes."""
    return {**snapshot(scene.store.layout.trees), **snapshot(scene.store.layout.bytecode)}


ACTIONS = {
    "uninstall": ("uninstall", ("requests",), {"requests": None}),
    "reinstall": ("install", ("--force-reinstall", "--no-deps", "requests", "zope.interface"), {}),
    "downgrade": ("install", ("--no-deps", "requests==2.31.0"), {"requests": "2.31.0"}),
    "downgrade compiled": ("install", ("--no-deps", "markupsafe==2.1.5"), {"markupsafe": "2.1.5"}),
    "uninstall in a namespace": ("uninstall", ("zope.event",), {"zope-event": None}),
}


@pytest.mark.parametrize("name", ["pip", "uv"])
@pytest.mark.parametrize("action", ACTIONS)
def test_actions_of_peers_never_reach_the_store(scene: Scene, name: str, action: str) -> None:
    interpreter = scene.environment()
    before = store_contents(scene)
    peer = scene.peer(name)
    assert peer.listed(interpreter.executable) == scene.versions
    command, words, changes = ACTIONS[action]
    words = tuple("--reinstall" if name == "uv" and word == "--force-reinstall" else word for word in words)
    done = peer.act(interpreter.executable, command, *words)
    assert done.returncode == 0, done.stderr
    expected = {one: changes.get(one, version) for one, version in scene.versions.items()}
    expected = {one: version for one, version in expected.items() if version is not None}
    assert peer.listed(interpreter.executable) == expected
    assert {one: found.version for one, found in scan(interpreter).items()} == expected
    assert store_contents(scene) == before
    if command == "install":
        assert run_python(interpreter.executable, IMPORTS) == expected["requests"]


def test_uv_sync_to_something_else(scene: Scene, tmp_path: Path) -> None:
    interpreter = scene.environment()
    before = store_contents(scene)
    (tmp_path / "requirements.txt").write_text("attrs==23.2.0\n")
    done = scene.peer("uv").act(interpreter.executable, "sync", str(tmp_path / "requirements.txt"))
    assert done.returncode == 0, done.stderr
    assert [*scan(interpreter)] == ["attrs"]
    site = Path(interpreter.scheme.purelib)
    assert not (site / "numpy").exists()
    assert store_contents(scene) == before


@pytest.mark.parametrize("name", ["pip", "uv"])
def test_what_peers_installed_is_upgraded_and_uninstalled(scene: Scene, name: str) -> None:
    interpreter = new_environment(scene.folder / f"theirs-{name}", scene.store)
    empty = contents(interpreter.prefix)
    peer = scene.peer(name)
    done = peer.act(interpreter.executable, "install", *OLD, *LIVE[2:6], *NAMESPACE[:3])
    assert done.returncode == 0, done.stderr
    run_python(interpreter.executable, IMPORTS)
    install(interpreter, scene.store, *scene.new_wheels())
    assert peer.listed(interpreter.executable) == scene.versions
    assert run_python(interpreter.executable, IMPORTS) == scene.versions["requests"]
    uninstall(interpreter, scene.store, *scene.versions)
    assert kept(contents(interpreter.prefix)) == kept(empty)


@pytest.mark.parametrize("maker", ["venv", "uv"])
def test_environments_of_others_are_filled_and_emptied(scene: Scene, maker: str, tmp_path: Path) -> None:
    path = tmp_path / maker
    if maker == "venv":
        command = [sys.executable, "-m", "venv", str(path)]
    else:
        command = [program("uv"), "venv", "-q", "--no-config", "--python", sys.executable, str(path)]
    subprocess.run(command, check=True, capture_output=True)
    interpreter = find(str(path), {}, scene.store)
    before = contents(path)
    install(interpreter, scene.store, *scene.new_wheels())
    assert run_python(interpreter.executable, IMPORTS) == scene.versions["requests"]
    listed = scene.peer("uv").listed(interpreter.executable)
    assert scene.versions.items() <= listed.items()
    uninstall(interpreter, scene.store, *scene.versions)
    assert contents(path) == before


def test_the_real_pip_takes_the_place_of_ours(scene: Scene, tmp_path: Path) -> None:
    base = find(sys.executable, {}, scene.store)
    interpreter = create(str(tmp_path / "own"), base, scene.store, shim=Shim(sys.executable, "0.0.0"))
    assert [*scan(interpreter)] == ["bodega-pip"]
    pip = download(tmp_path / "pip", "pip")
    install(interpreter, scene.store, *pip)
    assert [*scan(interpreter)] == ["pip"]
    code = "import pip, os; print(os.path.exists(os.path.join(os.path.dirname(pip.__file__), '_internal')))"
    assert run_python(interpreter.executable, code) == "True"
    done = scene.peer("pip").act(interpreter.executable, "install", "idna==3.6")
    assert done.returncode == 0, done.stderr


def kept(found: dict[str, str]) -> dict[str, str]:
    """Without what peers make and list nowhere: caches, uv's lock, a folder that a wheel has empty."""
    unlisted = ("__pycache__", ".lock", "MarkupSafe.libs")
    return {
        path: content for path, content in found.items() if not path.endswith(unlisted) and ".pyc" not in path
    }
