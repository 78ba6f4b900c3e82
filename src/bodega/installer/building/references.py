"""Direct references: what a URL or path names is fetched, looked into, and made something to install."""

import hashlib
import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from bodega.content.wheel_archive import read_metadata
from bodega.formats.direct_url import without_credentials
from bodega.formats.filenames import wheel_parts
from bodega.formats.metadata import parse_metadata
from bodega.formats.names import normalize, project_name
from bodega.formats.version_order import normalized, version_key
from bodega.installer.building.errors import NoProjectError
from bodega.installer.building.git import check_out, git_url
from bodega.installer.building.reference_errors import (
    ReferenceKindError,
    ReferenceNameError,
    SourceHashError,
)
from bodega.installer.indexes.downloads import Arrived, Downloads
from bodega.installer.locking.ports import Builder, Prepared, Reference, Source
from bodega.installer.store.store import Store

_OTHER_VCS = ("hg+", "svn+", "bzr+")
_PIECE = 1 << 20


class DirectReferences:
    """Implements ``locking.ports.References``. Checkouts of editables go below ``checkouts``."""

    def __init__(self, store: Store, downloads: Downloads, builder: Builder, checkouts: str) -> None:
        self._store = store
        self._downloads = downloads
        self._builder = builder
        self._checkouts = checkouts

    def prepare(self, reference: Reference) -> Prepared:
        """Fetch and look inside; see the port."""
        if reference.url.startswith("git+"):
            return self._checkout(reference)
        if reference.url.startswith(_OTHER_VCS):
            kind = reference.url.partition("+")[0]
            raise ReferenceKindError(reference.text, f"{kind} checkouts are not done; git's are")
        path = _local_path(reference.url)
        if path is None:
            return self._archive(reference, self._fetched(reference))
        if os.path.isdir(path):
            return self._folder(reference, path)
        return self._archive(reference, _looked_at(path, reference))

    def _checkout(self, reference: Reference) -> Prepared:
        git = git_url(reference.url)
        if reference.editable:
            folder = f"{self._checkouts}/{reference.name or _last_part(git.url)}"
            if not os.path.isdir(f"{folder}/.git"):
                check_out(git, folder)
            return self._folder(reference, folder)
        folder = self._store.scratch()
        commit = check_out(git, folder)
        info = {"vcs": "git", "commit_id": commit}
        if git.revision:
            info["requested_revision"] = git.revision
        document = _document(reference, git.url, vcs_info=info)
        return self._built(reference, self._source(reference, git.url, folder, revision=commit), document)

    def _folder(self, reference: Reference, path: str) -> Prepared:
        inside = f"{path}/{reference.subdirectory}" if reference.subdirectory else path
        if not any(os.path.exists(f"{inside}/{name}") for name in ("pyproject.toml", "setup.py")):
            raise NoProjectError(inside)
        url = f"file://{_quoted(path)}"
        info: dict[str, object] = {"editable": True} if reference.editable else {}
        document = _document(reference, url, dir_info=info)
        return self._built(reference, self._source(reference, url, path), document)

    def _source(self, reference: Reference, url: str, path: str, *, revision: str = "") -> Source:
        return Source(
            url=without_credentials(url),
            path=path,
            name=reference.name,
            subdirectory=reference.subdirectory,
            editable=reference.editable,
            config_settings=reference.config_settings,
            revision=revision,
        )

    def _archive(self, reference: Reference, arrived: Arrived) -> Prepared:
        filename = _last_part(reference.url)
        hashes = {"sha256": arrived.sha256}
        document = _document(
            reference,
            reference.url,
            archive_info={"hash": f"sha256={arrived.sha256}", "hashes": hashes},
        )
        if wheel_parts(filename) is not None:
            self._store.add_wheel(arrived.path, arrived.sha256, filename)
            metadata = read_metadata(self._store.wheel(arrived.sha256) or arrived.path, filename)
            return _prepared(
                reference,
                metadata,
                filename=filename,
                url=reference.url,
                direct_url=document,
                hashes=hashes,
                size=arrived.size,
            )
        source = Source(
            url=without_credentials(reference.url),
            filename=filename,
            path=arrived.path,
            hashes=hashes,
            size=arrived.size,
            name=reference.name,
            subdirectory=reference.subdirectory,
            config_settings=reference.config_settings,
        )
        return self._built(reference, source, document)

    def _fetched(self, reference: Reference) -> Arrived:
        if not reference.url.startswith(("https:", "http:")):
            raise ReferenceKindError(reference.text, "only https, http, file and git+ URLs can be fetched")
        return self._downloads.fetch_url(reference.url, _last_part(reference.url), reference.hashes)

    def _built(self, reference: Reference, source: Source, document: Mapping[str, object]) -> Prepared:
        return _prepared(
            reference,
            self._builder.metadata(source),
            filename=source.filename,
            url=source.url,
            direct_url=document,
            hashes=source.hashes,
            size=source.size,
            source=source,
        )


def _prepared(reference: Reference, metadata: bytes, **found: object) -> Prepared:
    facts = parse_metadata(metadata)
    name = project_name(facts.name).normalized
    if reference.name is not None and name != normalize(reference.name):
        raise ReferenceNameError(reference.text, name)
    if version_key(facts.version) is None:
        raise ReferenceNameError(reference.text, f"{name} of the version {facts.version[:80]!r}")
    version = normalized(facts.version) or facts.version
    return Prepared(name=name, version=version, metadata=metadata, **found)  # type: ignore[arg-type]


def _looked_at(path: str, reference: Reference) -> Arrived:
    """A local file, hashed and held to the hashes that were given."""
    hashers = {
        name: hashlib.new(name) for name in {"sha256", *(one.partition(":")[0] for one in reference.hashes)}
    }
    size = 0
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            for hasher in hashers.values():
                hasher.update(piece)
    got = {f"{name}:{hasher.hexdigest()}" for name, hasher in hashers.items()}
    if reference.hashes and not got & reference.hashes:
        raise SourceHashError(path, sorted(got))
    return Arrived(path, hashers["sha256"].hexdigest(), size)


def _document(reference: Reference, url: str, **info: object) -> dict[str, object]:
    document: dict[str, object] = {"url": without_credentials(url), **info}
    if reference.subdirectory:
        document["subdirectory"] = reference.subdirectory
    return document


def _local_path(url: str) -> str | None:
    parts = urlsplit(url)
    return unquote(parts.path).rstrip("/") or "/" if parts.scheme == "file" else None


def _last_part(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _quoted(path: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415

    return quote(path)
