"""One wheel made into a tree, in a folder that nobody sees yet."""

import os
from collections.abc import Callable, Iterable

from bodega.content.manifest import dump_digests, dump_manifest
from bodega.content.wheel_archive import open_wheel
from bodega.installer.store.layout import DIGESTS, FILES, MANIFEST
from bodega.installer.store.tree import Tree
from bodega.installer.store.unpacking import SHARED_FROM, Known, close_folders, unpack


def make_tree(path: str, filename: str, folder: str, relatives: Callable[[str], Iterable[Tree]]) -> str:
    """Unpack a wheel into an empty folder and describe it there; the name of its project.

    ``relatives`` gives trees of a project, whose contents are linked where the wheel has the same. Raises
    WheelError, OSError; the caller then clears the folder.
    """
    with open_wheel(path, filename) as archive:
        os.mkdir(f"{folder}/{FILES}")
        known = _contents(relatives(archive.name))
        manifest, digests = unpack(archive, f"{folder}/{FILES}", known)
    _write(f"{folder}/{MANIFEST}", dump_manifest(manifest))
    _write(f"{folder}/{DIGESTS}", dump_digests(digests))
    close_folders(folder)
    return manifest.name


def _contents(trees: Iterable[Tree]) -> Known:
    return {
        (file.sha256, file.executable): f"{tree.files}/{file.path}"
        for tree in trees
        for file in tree.digests()
        if file.size >= SHARED_FROM
    }


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
