"""Making room: which kept files of upstreams go when they are more than an index is to keep.

What was used longest ago goes first. What was used a moment ago may be on its way to a reader, and stays.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bodega.content.stored_bytes import BlobInventory, References, StoredBlob

#: A file that was used within this time stays.
IN_USE = timedelta(minutes=2)
#: Room is made for a while: down to this part of what is allowed.
_KEEP = 0.9
_METADATA = " (metadata)"


def surplus(blobs: BlobInventory, references: References, limit: int, now: datetime) -> list[StoredBlob]:
    """The kept files that go, so that all of them are at most ``limit`` bytes; used longest ago first.

    Published files and core metadata never go, nor do bytes that a published file is made of, too.
    """
    stored = list(blobs.stored())
    if sum(blob.size for blob in stored) <= limit:
        return []
    kept = [blob for blob in stored if _is_only_kept(blob, references)]
    total = sum(blob.size for blob in kept)
    if total <= limit:
        return []
    return list(_oldest(kept, total - int(limit * _KEEP), now))


def _is_only_kept(blob: StoredBlob, references: References) -> bool:
    kept_for = references.kept(blob.digest)
    return kept_for is not None and not kept_for.endswith(_METADATA) and not references.is_owned(blob.digest)


def _oldest(kept: Iterable[StoredBlob], too_many: int, now: datetime) -> Iterable[StoredBlob]:
    for blob in sorted(kept, key=lambda blob: blob.used):
        if too_many <= 0 or now - blob.used < IN_USE:
            return
        too_many -= blob.size
        yield blob
