"""Twin environments in which pip and bodega do the same, and what came of it on either side."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pip

from bodega.installer.store.store import Store
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename, write_wheel
from support.environments import new_environment
from support.upstream import Upstream

_RUNNER = Path(pip.__file__).parent / "__pip-runner__.py"
SITE = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"

#: A build backend of its own in each project (PEP 517, 660): nothing to fetch before something is built.
BACKEND = """
import base64, hashlib, io, os, re, tarfile, zipfile

TEXT = open("pyproject.toml").read()
NAME = re.search(r'^name = "(.*)"', TEXT, re.M)[1]
VERSION = re.search(r'^version = "(.*)"', TEXT, re.M)[1]
NEEDS = re.findall(r'^  "(.*)",', TEXT, re.M)
INFO = NAME.replace("-", "_") + "-" + VERSION + ".dist-info"


def _metadata():
    lines = ["Metadata-Version: 2.1", "Name: " + NAME, "Version: " + VERSION]
    return "\\n".join(lines + ["Requires-Dist: " + need for need in NEEDS]) + "\\n"


def _wheel(folder, files):
    files = dict(files)
    files[INFO + "/METADATA"] = _metadata()
    files[INFO + "/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append("%s,sha256=%s,%d\\n" % (path, digest, len(text.encode())))
    files[INFO + "/RECORD"] = "".join(rows) + INFO + "/RECORD,,\\n"
    name = NAME.replace("-", "_") + "-" + VERSION + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    marker = "SETTING = %r\\n" % sorted((config_settings or {}).items())
    return _wheel(wheel_directory, {NAME.replace("-", "_") + ".py": marker})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {"__editable__" + NAME.replace("-", "_") + ".pth": os.getcwd() + "\\n"})


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError
"""


def project_files(name: str, version: str, needs: Sequence[str] = ()) -> dict[str, bytes]:
    """A project that builds itself."""
    listed = "".join(f'  "{need}",\n' for need in needs)
    text = (
        f'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = [\n{listed}]\n'
    )
    return {"pyproject.toml": text.encode(), "backend.py": BACKEND.encode()}


def write_project(folder: Path, name: str, version: str, needs: Sequence[str] = ()) -> Path:
    folder.mkdir(parents=True)
    for path, content in project_files(name, version, needs).items():
        (folder / path).write_bytes(content)
    return folder


@dataclass
class Side:
    """What one of the two did: how it ended, what it said, what is installed, what else is there."""

    status: int
    out: str
    err: str
    installed: dict[str, dict[str, Any]]
    trees: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return sorted(line.rstrip() for line in self.out.splitlines())

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Twins:
    """An index, folders of material, and environments to copy."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.material = folder / "material"
        self.material.mkdir(parents=True)
        self._count = 0
        self._bases: dict[str, Path] = {}
        with Store(str(folder / "store")) as store:
            new_environment(folder / "base", store)

    def run(self, who: str, case: "Mapping[str, Any]") -> Side:
        """Let ``pip`` or ``bodega`` do a case in an environment of its own."""
        self._count += 1
        here = self.folder / f"{self._count:04}-{who[0]}"  # as long as its twin: widths are compared
        here.mkdir()
        env = here / "env"
        shutil.copytree(self._base(case.get("before", ())), env, symlinks=True)
        for path, content in case.get("files", {}).items():
            (here / path).parent.mkdir(parents=True, exist_ok=True)
            (here / path).write_text(self._filled(content, here))
        done = self._start(who, env, here, case)
        return Side(
            done.returncode,
            self._plain(done.stdout, here),
            self._plain(done.stderr, here),
            self._installed(env, here),
            {name: self._plain(text, here) for name, text in _tree(here / "out").items()},
        )

    def _start(
        self, who: str, env: Path, here: Path, case: Mapping[str, Any]
    ) -> subprocess.CompletedProcess[str]:
        words = [self._filled(word, here) for word in case["words"]]
        command = (
            [str(env / "bin/python"), str(_RUNNER), *words]
            if who == "pip"
            else [sys.executable, "-m", "bodega", "--as-pip", str(env), *words]
        )
        return subprocess.run(
            command,
            cwd=here,
            env={**self._environ(here, env), **case.get("variables", {})},
            input=case.get("stdin", ""),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def _environ(self, here: Path, env: Path) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
        return {
            **kept,
            "HOME": str(here),
            "XDG_CONFIG_DIRS": str(here / "none"),
            "VIRTUAL_ENV": str(env),
            "PIP_INDEX_URL": self.upstream.root,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "BODEGA_STORE": str(self.folder / "store"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }

    def _base(self, before: Sequence[str]) -> Path:
        """An environment in which pip installed something, made once."""
        key = "+".join(before) or "base"
        if not before:
            return self.folder / "base"
        if key not in self._bases:
            path = self.folder / f"base-{len(self._bases)}"
            shutil.copytree(self.folder / "base", path, symlinks=True)
            words = [self._filled(word, path) for word in before]
            command = [str(path / "bin/python"), str(_RUNNER), "install", "-q", "--no-deps", *words]
            environ = self._environ(path, path)
            subprocess.run(command, env=environ, check=True, capture_output=True, text=True, cwd="/")
            self._bases[key] = path
        return self._bases[key]

    def _filled(self, text: str, here: Path) -> str:
        for name, value in (
            ("{material}", self.material),
            ("{here}", here),
            ("{pythons}", Path(sys.base_prefix) / "bin"),
            ("{index}", self.upstream.root),
            ("{host}", self.upstream.root.removesuffix("simple/")),
        ):
            text = text.replace(name, str(value))
        return text

    def _plain(self, text: str, here: Path) -> str:
        for path in (os.path.realpath(here), str(here)):
            text = text.replace(path, "<here>")
        return text

    def _installed(self, env: Path, here: Path) -> dict[str, dict[str, Any]]:
        found = distributions(path=[str(env / SITE)])
        return {
            re.sub(r"[-_.]+", "-", one.metadata["Name"] or "").lower(): _facts(
                one, lambda t: self._plain(t, here)
            )
            for one in found
        }


def _facts(one: Distribution, plain: Any) -> dict[str, Any]:
    direct = one.read_text("direct_url.json")
    document = json.loads(plain(direct)) if direct else None
    if document and "archive_info" in document:
        document["archive_info"].pop("hash", None)  # deprecated, and beside hashes only
    return {
        "version": one.version,
        "requested": one.read_text("REQUESTED") is not None,
        "direct_url": document,
    }


def _tree(folder: Path) -> dict[str, str]:
    """The files below a folder by relative path; of RECORD the rows, of scripts not the first line."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = str(path.relative_to(folder))
        if path.is_dir() or "__pycache__" in name or ".bodega" in name or path.suffix == ".whl":
            found.update({name: ""} if path.suffix == ".whl" else {})
            continue
        content = path.read_text(errors="replace")
        if path.name == "RECORD":
            rows = (row.partition(",")[0] for row in content.splitlines())
            content = "\n".join(sorted(row for row in rows if "__pycache__" not in row))
        elif path.name == "INSTALLER":
            content = ""
        elif path.parent.name == "bin":
            content = "script"
        found[name] = content
    return found


def fill_index(upstream: Upstream) -> None:
    """The projects of the comparison."""

    def add(
        name: str, version: str, *needs: str, lines: str = "", tag: str = "py3-none-any", **entry: Any
    ) -> None:
        metadata = "".join(f"Requires-Dist: {need}\n" for need in needs) + lines
        content = wheel_bytes(name, version, metadata=metadata, tag=tag, extra_info=entry.pop("info", None))
        upstream.add(name, wheel_filename(name, version, tag), content, **entry)

    for version in ("1.0", "1.1", "2.0", "3.0b1"):
        add("alpha", version)
    add("beta", "1.0", "alpha>=1.0")
    add("beta", "2.0", "alpha>=2.0")
    add(
        "gamma",
        "1.0",
        'delta; extra == "x"',
        'beta; extra == "y"',
        lines="Provides-Extra: x\nProvides-Extra: y\n",
    )
    add("delta", "1.0")
    add("delta", "1.1", yanked="broken")
    add("marked", "1.0", 'delta; sys_platform == "linux"', 'alpha; python_version < "3"')
    add("aged", "1.0")
    add("aged", "2.0", **{"requires-python": "<3.8"})
    add("foreign", "1.0", tag="cp27-cp27m-win32", **{"requires-python": None})
    add("older", "1.0", "alpha<2")
    add("newer", "1.0", "alpha>=2")
    add("early", "1.0a1")
    add("early", "1.0a2")
    add("tool", "1.0", info={"entry_points.txt": b"[console_scripts]\ntool-run = tool:main\n"})
    add("summed", "1.0", lines="Summary: A sum\nAuthor: Somebody\nLicense: MIT\nProject-URL: Homepage, https://example.org/\n"
        "Classifier: Programming Language :: Python\n")  # fmt: skip
    add("local", "1.0+one")
    add("both", "1.0")
    add("Mixed.Case-name", "1.0")
    upstream.pages["mixed-case-name"] = upstream.pages.pop("Mixed.Case-name")
    for name, version in (("both", "2.0"), ("sourced", "1.0")):
        content = sdist_bytes(name, version, members=project_files(name, version))
        upstream.add(name, f"{name}-{version}.tar.gz", content)


def fill_material(folder: Path) -> None:
    """Wheels in a folder, projects in folders, a git repository."""
    (folder / "links").mkdir()
    write_wheel(folder / "links", "linked", "1.0")
    write_wheel(folder / "links", "alpha", "9.0")
    content = sdist_bytes("packed", "1.0", members=project_files("packed", "1.0"))
    (folder / "links" / "packed-1.0.tar.gz").write_bytes(content)
    write_project(folder / "project", "placed", "0.5", ["delta"])
    repository = write_project(folder / "repository", "tracked", "0.7")
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main"]
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
               "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}  # fmt: skip
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"], ["tag", "v1"]):
        subprocess.run([*git, *words], cwd=repository, check=True, capture_output=True, env=environ)
