"""Sources to be built: backends written on the spot that need nothing, and a workshop to build them in."""

import gzip
import hashlib
import io
import os
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.installer.building.build_environments import Tools
from bodega.installer.building.builder import BuildSettings, SourceBuilder
from bodega.installer.environments.discovery import find
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.locking.ports import Source
from bodega.installer.store.store import Store
from support.memory_index import MemoryCache, MemoryReferences

#: A backend of the project's own, so that no index is needed. ``HOOK`` runs first in each hook.
BACKEND = """
import base64, hashlib, json, os, sys, zipfile

NAME, VERSION, TAG = {name!r}, {version!r}, {tag!r}

def _hook(name, settings):
    with open(os.environ.get("CALLS", os.devnull), "a") as file:
        file.write(name + " " + json.dumps(settings, sort_keys=True) + "\\n")
{code}

def _wheel(folder, settings):
    info = NAME + "-" + VERSION + ".dist-info/"
    files = {{NAME + ".py": b"ANSWER = 42\\n",
        info + "METADATA": ("Metadata-Version: 2.1\\nName: " + NAME + "\\nVersion: " + VERSION + "\\n").encode(),
        info + "WHEEL": ("Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: " + TAG + "\\n").encode()}}
    record = ""
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += path + ",sha256=" + digest + "," + str(len(content)) + "\\n"
    files[info + "RECORD"] = (record + info + "RECORD,,\\n").encode()
    name = NAME + "-" + VERSION + "-" + TAG + ".whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    _hook("build_wheel", config_settings)
    return _wheel(wheel_directory, config_settings)

def build_sdist(sdist_directory, config_settings=None):
    _hook("build_sdist", config_settings)
    name = NAME + "-" + VERSION + ".tar.gz"
    import tarfile
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz") as archive:
        archive.add(".", NAME + "-" + VERSION)
    return name
"""


def backend(
    name: str = "made", version: str = "1.0", code: str = "pass", more: str = "", tag: str = "py3-none-any"
) -> str:
    """A backend; ``code`` runs in each hook (``name`` is the hook's), ``more`` stands at the end."""
    indented = "".join(f"    {line}\n" for line in code.splitlines())
    return BACKEND.format(name=name, version=version, tag=tag, code=indented) + more


def project(
    name: str = "made",
    version: str = "1.0",
    code: str = "pass",
    *,
    more: str = "",
    tag: str = "py3-none-any",
    requires: str = "",
) -> dict[str, bytes]:
    """The files of a project that builds itself."""
    table = f'[build-system]\nrequires = [{requires}]\nbuild-backend = "own"\nbackend-path = ["."]\n'
    return {"pyproject.toml": table.encode(), "own.py": backend(name, version, code, more, tag).encode()}


def sdist(
    files: Mapping[str, bytes], *, name: str = "made", version: str = "1.0", pkg_info: str | None = None
) -> bytes:
    """An sdist of these files; without PKG-INFO unless its text is given."""
    folder, out = f"{name}-{version}", io.BytesIO()
    everything = dict(files) if pkg_info is None else {"PKG-INFO": pkg_info.encode(), **files}
    with (
        gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path, content in everything.items():
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


class Told:
    """Implements ``building.ports.Progress``."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def tell(self, text: str) -> None:
        pass

    def say(self, text: str) -> None:
        self.said.append(text)

    def done(self) -> None:
        pass


class Workbench:
    """A store, an index in memory, and builders over them."""

    def __init__(
        self, folder: Path, reader: MemoryIndexReader | None = None, python: str = sys.executable
    ) -> None:
        self.folder = folder
        self.store = Store(str(folder / "store"))
        self.calls = folder / "calls"
        self.told = Told()
        self._reader = reader or MemoryIndexReader({}, {})
        self._python = python

    def builder(self, **settings: object) -> SourceBuilder:
        interpreter = find(self._python, {}, self.store)
        tools = Tools(
            interpreter=lambda: interpreter,
            store=self.store,
            reader=self._reader,
            downloads=Downloads(_NoTransport(), self.store.incoming()),
            computed=MemoryCache(),
            references=MemoryReferences({}),
            progress=self.told,
        )
        environ = {**os.environ, "CALLS": str(self.calls)}
        return SourceBuilder(tools, BuildSettings(**{"environ": environ, **settings}))  # type: ignore[arg-type]

    def archive(self, content: bytes, filename: str = "made-1.0.tar.gz", **fields: object) -> Source:
        """A source that is an archive."""
        path = self.folder / filename
        path.write_bytes(content)
        source = Source(
            url=path.as_uri(),
            filename=filename,
            path=str(path),
            hashes={"sha256": hashlib.sha256(content).hexdigest()},
        )
        return replace(source, **fields)  # type: ignore[arg-type]

    def tree(self, files: Mapping[str, bytes], name: str = "project", **fields: object) -> Source:
        """A source that is a folder."""
        folder = self.folder / name
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return replace(Source(url=folder.as_uri(), path=str(folder)), **fields)  # type: ignore[arg-type]

    def called(self) -> list[str]:
        """The hooks that ran, where they could write it down: in builds that are not shut in."""
        return (
            [line.split()[0] for line in self.calls.read_text().splitlines()] if self.calls.exists() else []
        )

    def leftovers(self) -> list[str]:
        """What is on its way in the store."""
        layout = self.store.layout
        return [
            f"{folder}/{name}" for folder in (layout.staging, layout.incoming) for name in os.listdir(folder)
        ]


class _NoTransport:
    def get(self, url: str, headers: object = None) -> None:
        raise AssertionError(f"asked the network for {url}")
