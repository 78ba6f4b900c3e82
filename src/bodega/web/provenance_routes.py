"""Attestations of files, beside the file or by release (``integrity/PROJECT/VERSION/FILENAME/provenance``).

What is served is what came with the file, held to its name and digest when it came (PEP 740). Signatures are
not verified here: whoever relies on them does that.
"""

from bodega.bootstrap.served_index import Served, ServedIndex
from bodega.formats.attestations import MEDIA_TYPE
from bodega.formats.filenames import file_version
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.versions import parse_version
from bodega.index.views.errors import FileNotFoundHereError, ProjectNotFoundError, ProvenanceNotFoundError
from bodega.index.views.index_view import ViewedFile
from bodega.simple_api.negotiate import accepts
from bodega.simple_api.parse_file import is_plain_filename
from bodega.web.admission import admit_to
from bodega.web.blob_replies import Content, send_blob
from bodega.web.coalescing import Coalescing
from bodega.web.problems import NotAcceptableError
from bodega.web.request import Reply, Request

SUFFIX = ".provenance"


class ProvenanceRoutes:
    """Answers with the provenance objects of one server's files."""

    def __init__(self, served: Served, work: Coalescing) -> None:
        self._served = served
        self._work = work

    async def beside(
        self, request: Request, reply: Reply, index: ServedIndex, place: tuple[str, str]
    ) -> None:
        """By the file's own place, key and name; the name ends in ``.provenance``."""
        key, filename = place[0], place[1].removesuffix(SUFFIX)
        file = index.view.file(key, filename) if is_plain_filename(filename) else None
        request.route = "provenance"
        if file is None:
            raise FileNotFoundHereError(filename[:200])
        admit_to(request, index, file.project)
        await self._send(request, reply, file)

    async def of_release(
        self, request: Request, reply: Reply, index: ServedIndex, place: tuple[str, str, str]
    ) -> None:
        """By project, version and file name, as the public index has it."""
        request.route = "provenance"
        name, version, filename = normalize(place[0]), place[1], place[2]
        admit_to(request, index, name)
        file = await self._work.run(
            ("integrity", index.name, name, filename), lambda: _found(index, name, filename)
        )
        fits = parse_version(version) is not None and parse_version(version) == _version_in(filename, name)
        if file is None or not fits:
            raise FileNotFoundHereError(filename[:200])
        await self._send(request, reply, file)

    async def _send(self, request: Request, reply: Reply, file: ViewedFile) -> None:
        accept = request.headers.get("accept", "")
        if not accepts(accept, MEDIA_TYPE):
            raise NotAcceptableError(accept, MEDIA_TYPE)
        digest = file.provenance_kept()
        if digest is None:
            raise ProvenanceNotFoundError(file.filename)
        content = Content(self._served.blobs, digest, MEDIA_TYPE.encode("ascii"), is_fixed=False)
        await send_blob(request, reply, content)


def _found(index: ServedIndex, name: NormalizedName, filename: str) -> ViewedFile | None:
    found = index.view.page(name)
    if found is None:
        raise ProjectNotFoundError(name)
    keys = (file.hashes.get("sha256") for file in found[1].files if file.filename == filename)
    key = next(keys, None)
    return index.view.file(key, filename) if key else None


def _version_in(filename: str, name: NormalizedName) -> object:
    text = file_version(filename, name)
    return parse_version(text) if text else None
