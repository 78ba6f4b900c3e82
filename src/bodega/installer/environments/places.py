"""An environment as one folder with paths below it: where parts of the scheme lie, what is off limits."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bodega.content.manifest import ROOT, Manifest, Section
from bodega.installer.environments.interpreter import Interpreter

# What makes an environment one; no distribution brings or takes these, whatever its RECORD says.
_OWN = re.compile(
    r"pyvenv\.cfg|(?:bin|Scripts)/(?:[Aa]ctivate(?:_this)?(?:\.\w+)?|deactivate\.\w+|pydoc\.bat"
    r"|python(?:w?\.exe|\d*(?:\.\d+)?t?)?)"
)
# What a path has that is not in its plain form.
_ODD = re.compile(r"//|/\.|\\|/$")


@dataclass(frozen=True, slots=True)
class Places:
    """Paths relative to ``root``, with ``/``; ``lasting`` are folders that stay even when empty.

    ``state`` is bodega's own folder.
    """

    root: str
    state: str
    site: str
    purelib: str
    platlib: str
    scripts: str
    data: str
    headers: str
    lasting: frozenset[str]

    def of_section(self, manifest: Manifest, section: Section) -> str:
        """Where the files of a section go."""
        if section.key in (ROOT, "purelib", "platlib"):
            pure = manifest.purelib if section.key == ROOT else section.key == "purelib"
            return self.purelib if pure else self.platlib
        if section.key == "headers":
            return f"{self.headers}/{manifest.name}"
        return self.scripts if section.key == "scripts" else self.data

    def within(self, site: str, path: str) -> str | None:
        """A path of a RECORD in ``site`` (absolute) as one below the root; ``None`` when it is not ours."""
        if site.startswith(f"{self.root}/") and path[:1] not in ("/", ".", "") and not _ODD.search(path):
            # Nearly every path of every RECORD, and so worth a way of its own.
            inside = f"{site[len(self.root) + 1 :]}/{path}"
            return None if f"{inside}/".startswith(f"{self.state}/") else inside
        absolute = os.path.normpath(os.path.join(site, path))
        if not absolute.startswith(f"{self.root}/"):
            return None
        relative = absolute[len(self.root) + 1 :]
        return None if self.is_own(relative) else relative

    def is_own(self, relative: str) -> bool:
        """Whether a path is that of a file which makes the environment one, or of bodega's state of it."""
        inside = relative.removeprefix(f"{self.data}/") if self.data else relative
        return _OWN.fullmatch(inside) is not None or f"{relative}/".startswith(f"{self.state}/")


def places(interpreter: Interpreter) -> Places:
    """The places of an environment."""
    scheme = interpreter.scheme
    folders = (scheme.purelib, scheme.platlib, scheme.scripts, scheme.data)
    root = _root(folders, scheme.headers)
    purelib, platlib, scripts, data = (_below(root, folder) for folder in folders)
    lasting = {""}
    for folder in (purelib, platlib, scripts, data):
        while folder and folder not in lasting:
            lasting.add(folder)
            folder = folder.rpartition("/")[0]  # noqa: PLW2901 - walks up
    return Places(
        root=root,
        state=_below(root, interpreter.state),
        site=scheme.purelib,
        purelib=purelib,
        platlib=platlib,
        scripts=scripts,
        data=data,
        headers=_headers(root, scheme.headers),
        lasting=frozenset({*lasting, "include", "lib64"}),
    )


def _root(folders: Iterable[str], headers: str) -> str:
    """The folder that all lies below; Debian's headers, beside ``/usr/local``, widen it to ``/usr``."""
    root = os.path.commonpath([os.path.abspath(folder) for folder in folders])
    wider = os.path.commonpath([root, os.path.abspath(headers)])
    return root if wider == os.path.dirname(wider) else wider


def _headers(root: str, folder: str) -> str:
    """Where headers go: those that have nothing in common with the rest go below its root all the same."""
    inside = _below(root, folder)
    return f"include/{os.path.basename(folder)}" if inside.startswith("../") else inside


def joined(folder: str, name: str) -> str:
    """A path below a folder that may be the root itself."""
    return f"{folder}/{name}" if folder else name


def _below(root: str, folder: str) -> str:
    relative = os.path.relpath(folder, root)
    return "" if relative == "." else relative.replace(os.sep, "/")
