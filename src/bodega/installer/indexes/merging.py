"""Several pages of one project as one: first come, first named."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bodega.installer.indexes.ports import IndexPage
from bodega.simple_api.pages import ProjectFile


def merged(pages: Sequence[IndexPage]) -> IndexPage:
    """One page with the files of all; of two files of one name the first page's counts.

    Its index is the first page's. A status (PEP 792) is the first page's, too.
    """
    if len(pages) == 1:
        return pages[0]
    fingerprint = hashlib.sha256("\n".join(page.fingerprint for page in pages).encode()).hexdigest()[:32]
    files: dict[str, ProjectFile] = {}
    for page in pages:
        for file in page.page.files:
            files.setdefault(file.filename, file)
    hidden = tuple(one for page in pages for one in page.page.hidden)
    first = replace(pages[0].page, files=tuple(files.values()), hidden=hidden)
    return IndexPage(first, pages[0].index, fingerprint)
