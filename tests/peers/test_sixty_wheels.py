"""Sixty real wheels of all kinds: installed as ``python -m installer`` does, byte for byte, and gone again."""

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import installer
import pytest

from bodega.formats.names import normalize
from bodega.installer.environments.checking import check_environment
from bodega.installer.environments.discovery import find
from bodega.installer.environments.installed import scan
from bodega.installer.store.store import Store
from support.environments import install, new_environment, snapshot, uninstall
from support.peers import download

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

#: Which, and what for.
WHEELS = {
    "six": "one module, tags of two Pythons",
    "idna": "pure, with a program",
    "attrs": "two packages in one wheel",
    "certifi": "data inside the package",
    "click": "pure",
    "flask": "a program, extras",
    "requests": "pure, extras",
    "urllib3": "pure",
    "charset-normalizer": "compiled, with a program",
    "packaging": "pure",
    "typing-extensions": "one module",
    "python-dateutil": "name unlike its package",
    "pytz": "hundreds of data files",
    "tzdata": "hundreds of data files without a suffix",
    "markupsafe": "one compiled module",
    "jinja2": "pure",
    "pyyaml": "two packages, one compiled",
    "cffi": "a compiled module beside its package",
    "cryptography": "abi3",
    "bcrypt": "abi3",
    "pynacl": "abi3",
    "protobuf": "abi3, in a namespace",
    "numpy": "compiled, its own libraries beside it, scripts",
    "greenlet": "headers",
    "zope.interface": "namespace, compiled",
    "zope.event": "namespace, pure",
    "google-auth": "namespace, two packages",
    "googleapis-common-protos": "namespace of many",
    "jaraco.functools": "namespace without __init__",
    "jaraco.text": "namespace without __init__, data files",
    "sphinxcontrib-applehelp": "namespace, translations",
    "ruamel.yaml": "namespace, pure",
    "ruamel.yaml.clib": "namespace, one compiled module beside it",
    "setuptools": ".pth, and many files",
    "wheel": "a program",
    "pip": "three programs, vendored packages",
    "virtualenv": "wheels inside",
    "ruff": "a binary as script",
    "uv": "binaries as scripts, and a package",
    "cmake": "thousands of files, permissions",
    "ninja": "a binary as script",
    "notebook-shim": "data: configuration below etc",
    "jupyterlab-pygments": "data: share",
    "jupyterlab-widgets": "data: share",
    "widgetsnbextension": "data: share and etc",
    "ipykernel": "data: share, and modules at the top",
    "docutils": "many programs",
    "babel": "a thousand data files",
    "black": "compiled with hashed names at the top",
    "pywin32-ctypes": "packages of another platform",
    "qtpy": "name in other case",
    "guidata": "programs with windows",
    "lxml": "compiled, with its headers inside the package",
    "pybind11": "headers inside the package",
    "sqlalchemy": "compiled and pure side by side",
    "django": "thousands of files, templates of Python files",
    "boto3": "pure, data in JSON",
    "debugpy": "compiled for every platform in one",
    "scons": "a thousand files, programs",
    "pyinstaller": "binaries of a boot loader",
}


@dataclass
class Scene:
    """The wheels by project, a store, an environment's place, and what a new one is like."""

    wheels: dict[str, Path]
    store: Store
    place: Path
    clean: Path

    def renew(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.clean, self.place, symlinks=True)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("sixty")
    wheels = {normalize(path.name.split("-")[0]): path for path in download(folder / "wheels", *WHEELS)}
    with Store(str(folder / "store")) as store:
        new_environment(folder / "environment", store)
        shutil.copytree(folder / "environment", folder / "clean", symlinks=True)
        yield Scene(wheels, store, folder / "environment", folder / "clean")


def test_there_are_sixty(scene: Scene) -> None:
    assert len(WHEELS) == len(scene.wheels) == 60


@pytest.mark.parametrize("name", WHEELS)
def test_it_is_installed_as_the_reference_does_and_goes_whole(scene: Scene, name: str) -> None:
    wheel = scene.wheels[normalize(name)]
    expected = reference(scene, wheel)
    scene.renew()
    interpreter = find(str(scene.place), {}, scene.store)
    before = snapshot(scene.place)
    install(interpreter, scene.store, wheel)
    assert check_environment(interpreter) == []
    info = Path(scan(interpreter)[normalize(name)].path)
    # Who installed it, and that it was asked for, are facts of the installer's own.
    (info / "REQUESTED").unlink()
    ours = contents(scene.place, before)
    generated = {path for path in ours if b"sys.exit" in ours[path] and path.startswith("bin/")}
    assert generated <= expected.keys()
    for path in (*generated, f"{relative(scene, info)}/INSTALLER"):
        del ours[path]
        expected.pop(path, None)
    record = f"{relative(scene, info)}/RECORD"
    assert rows(ours.pop(record), generated) == rows(expected.pop(record), generated)
    assert ours.keys() == expected.keys()
    assert [path for path in ours if ours[path] != expected[path]] == []
    uninstall(interpreter, scene.store, name)
    assert snapshot(scene.place) == before


def reference(scene: Scene, wheel: Path) -> dict[str, bytes]:
    """What ``python -m installer`` adds, by its path in the environment."""
    scene.renew()
    destination = scene.place.parent / "reference"
    shutil.rmtree(destination, ignore_errors=True)
    python = scene.place / "bin" / "python"
    subprocess.run(
        [python, "-m", "installer", "--no-compile-bytecode", "--destdir", destination, wheel],
        env={"PYTHONPATH": str(Path(installer.__file__).parent.parent)},
        check=True,
        capture_output=True,
    )
    root = destination / scene.place.relative_to("/")
    found = contents(root, {})
    # Headers go beside those of Python itself there; in an environment pip puts them below include/site.
    return {path.replace("include/python", "include/site/python"): one for path, one in found.items()}


def contents(root: Path, before: dict[str, tuple[str, int]]) -> dict[str, bytes]:
    """The files below a folder that were not there before, with an x behind those that can be run."""
    found: dict[str, bytes] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one not in (".bodega", "__pycache__")]
        for name in names:
            path = Path(folder, name)
            if (inside := str(path.relative_to(root))) not in before:
                found[inside] = path.read_bytes() + (b"\nx" if path.stat().st_mode & 0o100 else b"")
    return found


def relative(scene: Scene, path: Path) -> str:
    return str(path.relative_to(scene.place))


def rows(record: bytes, generated: set[str]) -> set[tuple[str, ...]]:
    """The rows of a RECORD, but for those facts, generated programs, and where headers lie."""
    apart = {Path(path).name for path in generated} | {"INSTALLER", "REQUESTED"}
    return {
        (Path(row[0]).name if "/include/" in row[0] else row[0], *row[1:])
        for row in csv.reader(io.StringIO(record.decode()))
        if Path(row[0]).name not in apart
    }
