"""Stored bytes against those who refer to them: what is missing, damaged, or needed by nobody."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bodega.content.blob_store import BlobNotFoundError, BlobStore
from bodega.formats.digests import Digest

#: A blob that nobody refers to may be one whose row is about to be written; an old one is not.
ORPHAN_AGE = timedelta(hours=1)

#: ``damaged-kept`` are bytes of an upstream, which can be fetched again.
Kind = Literal["missing", "damaged", "damaged-kept", "orphan"]
Part = Literal["file", "metadata", "provenance"]
#: Told of each number of bytes read; may wait, so that others come to the disk.
Pace = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Bytes that must be there: which part of which published file they are, and how many, where told."""

    digest: Digest
    size: int | None = None
    index: str
    project: str
    filename: str
    file_digest: Digest
    part: Part = "file"

    def __str__(self) -> str:
        part = "" if self.part == "file" else f" ({self.part})"
        return f"{self.index}/{self.project}/{self.filename}{part}"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob that lies in the store, when it came there, and when it was last used, as far as is known."""

    digest: Digest
    size: int
    modified: datetime
    used: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be; ``of`` names who refers to the bytes."""

    kind: Kind
    digest: Digest
    of: str
    why: str
    size: int = 0
    reference: Reference | None = None


class References(Protocol):
    """Who refers to stored bytes. What is committed meanwhile, by any process, is seen by the next call."""

    def owned(self) -> Iterator[Reference]:
        """What the published files of every index are made of, those of the same bytes in a row."""

    def is_owned(self, digest: Digest) -> bool:
        """Whether a published file is made of those bytes now."""

    def kept(self, digest: Digest) -> str | None:
        """The name of an upstream's file that those bytes are kept for."""


class BlobInventory(Protocol):
    """What lies in a store."""

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob, in no order; what comes or goes meanwhile may be missed."""


def check_owned(references: References, blobs: BlobStore, pace: Pace) -> Iterator[Finding | Reference]:
    """Each reference of a published file, or the finding about it."""
    last: tuple[Digest, tuple[Kind, str] | None] | None = None
    for reference in references.owned():
        if last is None or last[0] != reference.digest:
            last = (reference.digest, _fault(blobs, reference.digest, reference.size, pace))
        fault = last[1]
        # It may have been deleted since it was listed.
        if fault is None or not references.is_owned(reference.digest):
            yield reference
        else:
            yield Finding(
                kind=fault[0],
                digest=reference.digest,
                of=str(reference),
                why=fault[1],
                reference=reference,
            )


def check_stored(
    inventory: BlobInventory, references: References, blobs: BlobStore, *, now: datetime, pace: Pace
) -> Iterator[Finding | StoredBlob]:
    """Each kept blob of an upstream, or the finding about it, and the orphans. Owned ones are passed over."""
    for blob in inventory.stored():
        if references.is_owned(blob.digest):
            continue
        name = references.kept(blob.digest)
        if name is None:
            if now - blob.modified >= ORPHAN_AGE:
                why = f"nothing refers to its {blob.size} bytes"
                yield Finding(kind="orphan", digest=blob.digest, of=str(blob.digest), why=why, size=blob.size)
            continue
        fault = _fault(blobs, blob.digest, None, pace)
        if fault is None or fault[0] == "missing":
            yield blob
        else:
            yield Finding(kind="damaged-kept", digest=blob.digest, of=name, why=fault[1], size=blob.size)


def _fault(blobs: BlobStore, digest: Digest, size: int | None, pace: Pace) -> tuple[Kind, str] | None:
    hasher, length = hashlib.new(digest.algorithm, usedforsecurity=False), 0
    try:
        for piece in blobs.read(digest):
            hasher.update(piece)
            length += len(piece)
            pace(len(piece))
    except BlobNotFoundError:
        return "missing", f"its bytes are not in the store ({digest})"
    except OSError as error:
        return "damaged", f"its bytes cannot be read: {error.strerror or error}"
    if hasher.hexdigest() != digest.value:
        return "damaged", f"its bytes are not those of {digest}"
    if size is not None and length != size:
        return "damaged", f"its length is {length}, and {size} is told to readers"
    return None
