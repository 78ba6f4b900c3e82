"""A glance at a tree before environments get links to it: was any of its files written to?

Every file of a tree has a modification time that follows from its content and lies in the past
(``layout.MTIMES``); whoever writes to one, through the link of an environment too, moves that to now. So one
look at the times finds it, and only what is off is read and compared with its digest.
"""

import os

from bodega.installer.store.layout import MTIMES
from bodega.installer.store.tree import Tree


def altered(tree: Tree) -> str | None:
    """The path of a file of the tree that is gone or has another content, if there is one."""
    earliest, latest = MTIMES
    odd: list[str] = []
    look = os.lstat
    for section in tree.manifest.sections:
        for folder, names in section.folders:
            below = f"{section.prefix}{folder}"
            place = f"{tree.files}/{below}"
            for name in names:
                try:
                    if not earliest <= look(place + name).st_mtime < latest:
                        odd.append(below + name)
                except FileNotFoundError:
                    return place + name
    return _changed(tree, odd) if odd else None


def _changed(tree: Tree, odd: list[str]) -> str | None:
    import hashlib  # noqa: PLC0415 - mostly there is nothing odd

    digests = {file.path: file.sha256 for file in tree.digests()}
    for path in odd:
        with open(f"{tree.files}/{path}", "rb") as file:
            # A store that was copied has other times, and all its contents.
            if hashlib.file_digest(file, "sha256").digest() != digests.get(path):
                return f"{tree.files}/{path}"
    return None
