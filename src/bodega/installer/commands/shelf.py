"""Where what is in a lock is looked for: the store, what is kept of indexes, then the indexes."""

import os
import re

from bodega.installer.auditing.described import Shelf
from bodega.installer.commands.workshop import Workshop
from bodega.simple_api.pages import ProjectFile

_SHA256 = re.compile("[0-9a-f]{64}", re.ASCII)


def shelf_of(workshop: Workshop) -> Shelf:
    """The shelf of one command."""

    def tree(sha256: str) -> str | None:
        found = workshop.store.look(sha256) if _SHA256.fullmatch(sha256) else None
        return found.files if found is not None else None

    def sdist(file: ProjectFile) -> bytes:
        from bodega.content.sdist_archive import read_sdist  # noqa: PLC0415 - few projects have no wheel

        path = workshop.downloads.fetch(file)
        try:
            return read_sdist(path, file.filename, os.path.getsize(path), lambda _: None).pkg_info
        finally:
            os.unlink(path)

    return Shelf(reader=lambda: workshop.reader, tree=tree, sdist=sdist)
