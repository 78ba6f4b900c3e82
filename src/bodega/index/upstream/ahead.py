"""Metadata of the newest releases, asked for behind their page: clients want it next, pages tell it then."""

import logging
import threading
from collections.abc import Mapping
from functools import partial

from bodega.formats.filenames import wheel_parts
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import VersionKey, is_prerelease, version_key
from bodega.index.upstream.errors import UpstreamError
from bodega.index.upstream.metadata import UpstreamMetadata
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.ports import Background, UpstreamRecords
from bodega.simple_api.pages import ProjectPage

#: Documents of one page: most releases have one, which all of their wheels share.
MOST_DOCUMENTS = 10
#: Pages that wait; those that come while so many do are passed over, as when everything is mirrored.
MOST_WAITING = 100
_log = logging.getLogger(__name__)


class MetadataAhead:
    """Asks one upstream for documents, one after the other. May be called from any thread.

    ``releases`` is how many of a project, newest first, are asked for. Only documents that the upstream
    declares: no wheel is opened for this.
    """

    def __init__(
        self, records: UpstreamRecords, metadata: UpstreamMetadata, background: Background, releases: int
    ) -> None:
        self._records = records
        self._metadata = metadata
        self._background = background
        self._releases = releases
        self._lock = threading.Lock()
        self._waiting: set[NormalizedName] = set()

    def __call__(self, page: ProjectPage) -> None:
        """A page came, as the upstream gave it."""
        with self._lock:
            if page.name in self._waiting or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting.add(page.name)
        self._background(partial(self._ask, page))

    def _ask(self, page: ProjectPage) -> None:
        with self._lock:
            self._waiting.discard(page.name)
        try:
            for file in wanted(page, self._records.files(page.name), self._releases):
                self._metadata.of(file)
        except UpstreamError as error:
            # Whoever wants one of them asks for it.
            _log.info("metadata of %s not asked for ahead: %s", page.name, error.why or error.what)


def wanted(page: ProjectPage, known: Mapping[str, SeenFile], releases: int) -> list[SeenFile]:
    """The wheels whose documents are asked for: one for each document, of the newest final releases."""
    files: dict[VersionKey, dict[str, SeenFile]] = {}
    for file in page.files:
        parts = wheel_parts(file.filename)
        seen = known.get(file.filename)
        if parts is None or file.yanked is not None or seen is None or seen.metadata_sha256 is None:
            continue
        key = version_key(parts.version)
        if key is not None and not is_prerelease(key):
            files.setdefault(key, {}).setdefault(seen.metadata_sha256, seen)
    newest = sorted(files, reverse=True)[:releases]
    return [seen for key in newest for seen in files[key].values()][:MOST_DOCUMENTS]
