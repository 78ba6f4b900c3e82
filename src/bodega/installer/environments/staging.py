"""Prepare distributions beside the environment, as they are to be in it: linked, with scripts and RECORD."""

import hashlib
import os
import posixpath
from collections.abc import Iterator

from bodega.content.manifest import ROOT, Manifest, Section
from bodega.formats.direct_url import direct_url_text
from bodega.formats.names import NormalizedName
from bodega.formats.record import record_line
from bodega.installer.environments.errors import FileOwnedError
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linked import source_lines
from bodega.installer.environments.linking import Linker
from bodega.installer.environments.places import Places, joined
from bodega.installer.environments.scripts import rewritten, wrapper
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Staging:
    """A folder that mirrors the environment's root and gets what is new in it.

    Two distributions may bring one path only with the same content; else FileOwnedError is raised.
    ``records`` has the sha256 of each RECORD that was written.
    """

    def __init__(self, folder: str, interpreter: Interpreter, places: Places, linker: Linker) -> None:
        self.folder = folder
        self._interpreter = interpreter
        self._places = places
        self._linker = linker
        self._made: set[str] = {""}
        self._staged: list[Tree] = []
        self.records: dict[NormalizedName, str] = {}
        os.mkdir(folder)

    def add(self, one: Selected, tree: Tree, store: Store | None) -> None:
        """Stage one distribution, with bytecode where a store is given that has it."""
        manifest = tree.manifest
        rows: list[str] = [manifest.record]
        for section in manifest.sections:
            if section.key == "scripts":
                rows.extend(self._own_scripts(tree, section))
            else:
                rows.extend(self._section(tree, section))
        rows.extend(self._wrappers(manifest))
        self._bytecode(tree, store)
        self._facts(one, manifest, rows)
        self._staged.append(tree)

    def add_linked(self, one: Selected, tree: Tree) -> None:
        """Stage what a linked distribution has in the environment itself: all but its packages."""
        manifest = tree.manifest
        rows = [f"{line}\n" for line in source_lines(tree, self._places)]
        for section in manifest.sections:
            if section.key == "scripts":
                rows.extend(self._own_scripts(tree, section))
            elif section.key not in (ROOT, "purelib", "platlib"):
                rows.extend(self._section(tree, section))
            else:
                self._own_part(tree, section)
        rows.extend(self._wrappers(manifest))
        base = self._places.purelib
        for name, content in _facts_of(one).items():
            _write(f"{self.folder}/{joined(base, f'{manifest.dist_info}/{name}')}", content, 0o644)
            rows.append(f"{manifest.dist_info}/{name}\n")
        # The hashes and lengths of a RECORD's rows are of no use there.
        sources = "".join(f"{row.partition(',')[0].rstrip()}\n" for row in rows)
        _write(f"{self.folder}/{joined(base, f'{manifest.dist_info}/SOURCES.txt')}", sources.encode(), 0o644)
        self.records[one.name] = hashlib.sha256(sources.encode()).hexdigest()
        self._staged.append(tree)

    def _own_part(self, tree: Tree, section: Section) -> None:
        info = f"{tree.manifest.dist_info}/"
        source = f"{tree.files}/{section.prefix}"
        for folder, names in section.folders:
            if folder.startswith(info):
                own = tuple(name for name in names if f"{folder}{name}" != f"{info}RECORD")
            else:
                own = () if folder else tuple(name for name in names if name.endswith(".pth"))
            if own:
                target = joined(self._places.purelib, folder).rstrip("/")
                self._link(tree, f"{source}{folder}", target, own)

    def _section(self, tree: Tree, section: Section) -> Iterator[str]:
        base = self._places.of_section(tree.manifest, section)
        source = f"{tree.files}/{section.prefix}"
        for folder, names in section.folders:
            self._link(tree, f"{source}{folder}", joined(base, folder).rstrip("/"), names)
        if section.key != ROOT:
            for path, fields in zip(section.files(), section.hashes, strict=True):
                yield f"{self._recorded(tree.manifest, joined(base, path))},{fields}\n"

    def _link(self, tree: Tree, source: str, target: str, names: tuple[str, ...]) -> None:
        self._make(target)
        for name in names and self._linker.folder(source.rstrip("/"), f"{self.folder}/{target}", names):
            path = joined(target, name)
            if not same_content(f"{source}/{name}", f"{self.folder}/{path}"):
                raise FileOwnedError(path, wanted_by=tree.manifest.name, owner=self._owner(path))

    def _own_scripts(self, tree: Tree, section: Section) -> Iterator[str]:
        replaced = {script.name for script in tree.manifest.scripts}
        for path in section.files():
            name = path.rpartition("/")[2]
            if name in replaced:
                continue
            with open(f"{tree.files}/{section.prefix}{path}", "rb") as file:
                content = file.read()
            content = rewritten(content, self._interpreter.executable) or content
            yield self._write_script(tree.manifest, name, content)

    def _wrappers(self, manifest: Manifest) -> Iterator[str]:
        for script in manifest.scripts:
            yield self._write_script(manifest, script.name, wrapper(script, self._interpreter.executable))

    def _write_script(self, manifest: Manifest, name: str, content: bytes) -> str:
        path = joined(self._places.scripts, name)
        if self._places.is_own(path):
            raise FileOwnedError(path, wanted_by=manifest.name, owner="the environment itself")
        self._make(self._places.scripts)
        try:
            _write(f"{self.folder}/{path}", content, 0o755)
        except FileExistsError:
            with open(f"{self.folder}/{path}", "rb") as file:
                if file.read() != content:
                    raise FileOwnedError(path, wanted_by=manifest.name, owner=self._owner(path)) from None
        return record_line(self._recorded(manifest, path), hashlib.sha256(content).digest(), len(content))

    def _bytecode(self, tree: Tree, store: Store | None) -> None:
        compiled = store.bytecode(tree.sha256, self._interpreter.bytecode) if store else None
        if compiled is None:
            return
        base = self._places.purelib if tree.manifest.purelib else self._places.platlib
        for folder, names in compiled.folders:
            target = joined(base, f"{folder}__pycache__")
            self._make(target)
            self._linker.folder(f"{compiled.files}/{folder}".rstrip("/"), f"{self.folder}/{target}", names)

    def _facts(self, one: Selected, manifest: Manifest, rows: list[str]) -> None:
        base = self._places.purelib if manifest.purelib else self._places.platlib
        for name, content in _facts_of(one).items():
            path = f"{manifest.dist_info}/{name}"
            _write(f"{self.folder}/{joined(base, path)}", content, 0o644)
            rows.append(record_line(path, hashlib.sha256(content).digest(), len(content)))
        path = f"{manifest.dist_info}/RECORD"
        rows.append(record_line(path))
        record = "".join(rows).encode()
        _write(f"{self.folder}/{joined(base, path)}", record, 0o644)
        self.records[one.name] = hashlib.sha256(record).hexdigest()

    def _recorded(self, manifest: Manifest, path: str) -> str:
        base = self._places.purelib if manifest.purelib else self._places.platlib
        return posixpath.relpath(path, base)

    def _make(self, folder: str) -> None:
        missing = []
        while folder not in self._made:
            self._made.add(folder)
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        for path in reversed(missing):
            os.mkdir(f"{self.folder}/{path}")

    def _owner(self, path: str) -> str | None:
        return next((tree.manifest.name for tree in self._staged if self.brings(tree, path)), None)

    def owner(self, path: str) -> str:
        """The staged distribution that brings a path."""
        return self._owner(path) or "an installation"

    def files(self, tree: Tree) -> list[str]:
        """The paths of a tree's files, relative to the root."""
        paths = [joined(self._places.scripts, script.name) for script in tree.manifest.scripts]
        for section in tree.manifest.sections:
            base = self._places.of_section(tree.manifest, section)
            paths += [joined(base, path) for path in section.files()]
        return paths

    def brings(self, tree: Tree, path: str) -> bool:
        """Whether a path, relative to the root, is one of the tree's."""
        if path.startswith(f"{self._places.scripts}/") and path.rpartition("/")[2] in {
            script.name for script in tree.manifest.scripts
        }:
            return True
        for section in tree.manifest.sections:
            base = self._places.of_section(tree.manifest, section)
            inside = path[len(base) + 1 :] if base else path
            if (not base or path.startswith(f"{base}/")) and inside in section.files():
                return True
        return False


def _facts_of(one: Selected) -> dict[str, bytes]:
    """What an installer writes beside a distribution (PEP 376, 610)."""
    facts = {"INSTALLER": b"bodega\n"}
    if one.requested:
        facts["REQUESTED"] = b""
    if one.direct_url is not None:
        facts["direct_url.json"] = direct_url_text(one.direct_url).encode()
    return facts


def same_content(one: str, other: str) -> bool:
    """Whether two files hold the same bytes."""
    try:
        if os.path.samefile(one, other):
            return True
        if os.path.getsize(one) != os.path.getsize(other):
            return False
        with open(one, "rb") as left, open(other, "rb") as right:
            return left.read() == right.read()
    except OSError:
        return False


def _write(path: str, content: bytes, mode: int) -> None:
    descriptor = os.open(path, _CREATE, mode)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)
