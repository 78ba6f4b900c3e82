"""Verified downloads: hashed while they arrive, resumed when cut, never visible unless right."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from bodega.formats.digests import Digest, best_digest
from bodega.installer.indexes.downloadable import Downloadable, Progress, no_progress
from bodega.installer.indexes.errors import (
    DownloadUnwritableError,
    IndexFailedError,
    OfflineError,
    UnhashedFileError,
    WrongHashError,
    WrongSizeError,
)
from bodega.installer.indexes.places import local_path
from bodega.installer.indexes.refusals import REFUSALS, detail, refused
from bodega.installer.indexes.traffic import Traffic
from bodega.simple_api.transport import Answer, IndexUnreachableError, Transport, TruncatedDownloadError

if TYPE_CHECKING:
    from bodega.installer.indexes.deltas import Deltas

#: Another place of a file, at which it is held to the same digest; ``None`` where none is known.
Elsewhere = Callable[[Downloadable], Downloadable | None]

_PIECE = 1 << 18
RESUMES = 5
_OK = 200
_PARTIAL = 206
#: What a system says where nothing can be written, or not so much.
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM})


def _nowhere(_file: Downloadable) -> None:
    """No other place is known."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here: its path, what it turned out to be, and its length in bytes."""

    path: str
    sha256: str
    size: int


class Downloads:
    """Fetches files into a folder. ``traffic`` counts what came, and what did not have to."""

    def __init__(
        self, transport: Transport, folder: str, *, offline: bool = False, resumes: int = RESUMES
    ) -> None:
        """``resumes``: how many times a download that was cut is gone on with."""
        self._resumes = resumes
        self.traffic = Traffic()
        self._transport = transport
        self._folder = folder
        self._offline = offline
        self._elsewhere: Elsewhere = _nowhere
        self._deltas: Deltas | None = None
        self._aside: dict[str, str] = {}
        self._lock = Lock()

    def fetch(self, file: Downloadable, progress: Progress = no_progress, *, old: str | None = None) -> str:
        """Fetch a file and return the path of its verified bytes, which then belong to the caller.

        ``old`` is the path of another version of the wheel, where one is at hand: what they share is then
        not fetched, if the index answers ranges.

        Raises UnhashedFileError, WrongHashError, WrongSizeError, IndexRefusedError, RefusedByPolicyError,
        IndexFailedError, OfflineError and the failures of ``simple_api.transport``; the folder then holds
        nothing of it. Also DownloadUnwritableError.
        """
        digest = best_digest(file.hashes)
        if digest is None:
            raise UnhashedFileError(file.filename, url=file.url)
        aside = self._aside.pop(str(digest), None)
        if aside is not None:
            return aside
        try:
            return self._fetched(file, digest, progress, old)
        except (IndexUnreachableError, IndexFailedError):
            other = self._elsewhere(file)
            if other is None:
                raise
            return self._fetched(other, digest, progress, old)

    def fall_back(self, elsewhere: Elsewhere) -> None:
        """From now on ask for another place of a file that is not where it was looked for."""
        self._elsewhere = elsewhere

    def _fetched(self, file: Downloadable, digest: Digest, progress: Progress, old: str | None) -> str:
        if self._offline and local_path(file.url) is None:
            raise OfflineError(file.filename)
        with self._place() as path:
            local = local_path(file.url)
            if local is not None:
                _copied(local, path, file, digest)
            elif old is None or not self._rebuilt(file, digest, old=old, path=path, progress=progress):
                _Fetch(self._transport, file, self._counted(progress), self._resumes).into(path, digest)
        return path

    @contextlib.contextmanager
    def _place(self) -> Iterator[str]:
        """Where a file may arrive; after a failure nothing is there."""
        path = os.path.join(self._folder, f"{os.getpid()}-{os.urandom(8).hex()}.part")
        try:
            os.makedirs(self._folder, exist_ok=True)
            yield path
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(path)
            if isinstance(error, OSError) and error.errno in _UNWRITABLE:
                why = error.strerror or str(error)
                raise DownloadUnwritableError(self._folder, why) from error
            raise

    def set_aside(self, file: Downloadable, path: str) -> None:
        """Take a fetched file back: the next ``fetch`` of it gives it, and ``close`` removes it."""
        digest = best_digest(file.hashes)
        if digest is not None:
            self._aside[str(digest)] = path

    def close(self) -> None:
        """Remove what was set aside and not fetched again."""
        while self._aside:
            with contextlib.suppress(OSError):
                os.unlink(self._aside.popitem()[1])

    def _counted(self, progress: Progress) -> Progress:
        def arrived(count: int) -> None:
            self.traffic.arrived(count)
            progress(count)

        return arrived

    def _rebuilt(
        self, file: Downloadable, digest: Digest, *, old: str, path: str, progress: Progress
    ) -> bool:
        with self._lock:
            if self._deltas is None:
                from bodega.installer.indexes.deltas import Deltas  # noqa: PLC0415 - only for an upgrade

                self._deltas = Deltas(self._transport)
        came = Traffic()

        def arrived(count: int) -> None:
            came.arrived(count)
            self.traffic.arrived(count)
            progress(count)

        size = self._deltas.rebuild(file, digest, old=old, path=path, progress=arrived)
        if size is not None:
            self.traffic.spared(size - came.downloaded)
        return size is not None

    def fetch_url(
        self, url: str, filename: str, hashes: AbstractSet[str], progress: Progress = no_progress
    ) -> Arrived:
        """Fetch what a user named by a URL, and learn its sha256; ``hashes`` are those allowed, if any.

        Raises what ``fetch`` raises but UnhashedFileError.
        """
        if self._offline:
            raise OfflineError(filename)
        with self._place() as path:
            return _Fetch(
                self._transport, _Named(filename, url), self._counted(progress), self._resumes
            ).learn(path, hashes)


def _copied(source: str, path: str, file: Downloadable, digest: Digest) -> None:
    """Take a copy of a file of this machine, which is the user's own, and hold it to its hash."""
    hasher = hashlib.new(digest.algorithm)
    try:
        reader = open(source, "rb", buffering=0)  # noqa: SIM115 - the next line closes it
    except OSError as error:
        raise IndexFailedError(file.url, detail=(error.strerror or str(error)).lower()) from error
    with reader, open(path, "wb", buffering=0) as out:
        while piece := reader.read(_PIECE):
            hasher.update(piece)
            out.write(piece)
    if hasher.hexdigest() != digest.value:
        raise WrongHashError(
            file.filename, expected=str(digest), got=f"{digest.algorithm}:{hasher.hexdigest()}"
        )


@dataclass(frozen=True, slots=True)
class _Named:
    """A file of which nothing is known but where it is."""

    filename: str
    url: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None


class _Fetch:
    """One file on its way, over as many requests as it takes."""

    def __init__(self, transport: Transport, file: Downloadable, progress: Progress, resumes: int) -> None:
        self._transport = transport
        self._resumes = resumes
        self._file = file
        self._progress = progress
        self._got = 0
        self._validator = ""

    def into(self, path: str, digest: Digest) -> None:
        hasher = hashlib.new(digest.algorithm)
        with open(path, "wb", buffering=0) as out:

            def keep(piece: bytes) -> None:
                out.write(piece)
                hasher.update(piece)

            self._whole(keep)
        if hasher.hexdigest() != digest.value:
            raise WrongHashError(
                self._file.filename, expected=str(digest), got=f"{digest.algorithm}:{hasher.hexdigest()}"
            )

    def learn(self, path: str, allowed: AbstractSet[str]) -> Arrived:
        """Fetch into a file, and say what it is."""
        hashers = {
            name: hashlib.new(name) for name in {"sha256", *(one.partition(":")[0] for one in allowed)}
        }
        with open(path, "wb", buffering=0) as out:

            def keep(piece: bytes) -> None:
                out.write(piece)
                for hasher in hashers.values():
                    hasher.update(piece)

            self._whole(keep)
        got = {f"{name}:{hasher.hexdigest()}" for name, hasher in hashers.items()}
        if allowed and not got & allowed:
            raise WrongHashError(
                self._file.filename, expected=" or ".join(sorted(allowed)), got=" ".join(sorted(got))
            )
        return Arrived(path, hashers["sha256"].hexdigest(), self._got)

    def _whole(self, keep: Callable[[bytes], None]) -> None:
        for attempt in range(self._resumes + 1):
            before = self._got
            try:
                self._stream(keep)
                break
            except TruncatedDownloadError:
                # A server that sends nothing more will not do so at the next try either.
                if attempt == self._resumes or self._got == before:
                    raise
        if self._file.size is not None and self._got != self._file.size:
            raise WrongSizeError(self._file.filename, expected=self._file.size, got=self._got)

    def _stream(self, keep: Callable[[bytes], None]) -> None:
        headers = {"Accept-Encoding": "identity"}
        if self._got:
            headers["Range"] = f"bytes={self._got}-"
            if self._validator:
                headers["If-Range"] = self._validator
        with self._transport.get(self._file.url, headers) as answer:
            skip = self._begin(answer)
            for piece in answer.pieces(_PIECE):
                kept = piece[skip:] if skip else piece
                skip = max(0, skip - len(piece))
                self._got += len(kept)
                if self._file.size is not None and self._got > self._file.size:
                    raise WrongSizeError(self._file.filename, expected=self._file.size, got=self._got)
                keep(kept)
                self._progress(len(kept))

    def _begin(self, answer: Answer) -> int:
        """Check the answer's head; returns how many of its first bytes are here already."""
        if answer.status in REFUSALS:
            raise refused(answer)
        if answer.status == _PARTIAL and self._got:
            expected = f"bytes {self._got}-"
            if not answer.headers.get("content-range", "").startswith(expected):
                raise IndexFailedError(answer.url, detail="it resumed the download at another place")
            return 0
        if answer.status != _OK:
            raise IndexFailedError(answer.url, detail=f"it answered {answer.status}: {detail(answer)}")
        etag = answer.headers.get("etag", "")
        self._validator = "" if etag.startswith("W/") else etag
        return self._got
