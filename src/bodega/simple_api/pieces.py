"""A long document in pieces that are compressed each on its own, so that a change costs one piece.

Frames of zstd one after the other are one stream (RFC 8878 section 3.1), and so are blocks of deflate that
end at a byte (RFC 1951): between the header and the trailer of gzip (RFC 1952) they are one member, which
clients read that know no further ones.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bodega.simple_api.checksums import crc32_joined
from bodega.simple_api.codings import decode, encode
from bodega.simple_api.negotiate import Coding

_LEVEL = 6
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
#: An empty last block.
_DEFLATE_END = b"\x03\x00"
_SENT_TOGETHER = 64 << 10


@dataclass(slots=True)
class Piece:
    """A part of a document: its length in bytes, CRC-32 and sha256, and its compressed form."""

    size: int
    crc: int
    digest: bytes
    zstd: bytes
    _deflate: bytes = field(default=b"", repr=False, compare=False)

    @property
    def deflate(self) -> bytes:
        """Blocks of deflate that end at a byte, made when first wanted: a millisecond for 30 KB."""
        if not self._deflate:
            packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
            body = decode(self.zstd, "zstd")
            self._deflate = packing.compress(body) + packing.flush(zlib.Z_FULL_FLUSH)
        return self._deflate


def piece(body: bytes) -> Piece:
    """The part as a piece."""
    digest = hashlib.sha256(body, usedforsecurity=False).digest()
    return Piece(len(body), zlib.crc32(body), digest, encode(body, "zstd"))


@dataclass(slots=True)
class PiecedDocument:
    """A whole document, to be sent piece by piece; it never changes."""

    pieces: Sequence[Piece]
    _seal: str = field(init=False, repr=False)
    _trailer: bytes = field(default=b"", init=False, repr=False)
    _lengths: dict[Coding, int] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        digests = b"".join(part.digest for part in self.pieces)
        self._seal = hashlib.sha256(digests, usedforsecurity=False).hexdigest()[:32]

    def is_measured(self, coding: Coding) -> bool:
        """Whether ``length`` is known at once; for gzip that is a millisecond for each piece that is new."""
        return coding in self._lengths

    def etag(self, coding: Coding) -> str:
        """A strong ETag of the document in that coding, with its quotes.

        The digests of all pieces decide: so the same text, cut elsewhere, is another state, as its compressed
        bytes are.
        """
        return f'"{self._seal}-{coding}"'

    def length(self, coding: Coding) -> int:
        """How many bytes it has in that coding."""
        if coding not in self._lengths:
            self._lengths[coding] = self._measured(coding)
        return self._lengths[coding]

    def chunks(self, coding: Coding) -> Iterator[bytes]:
        """Its bytes in that coding, some tens of kilobytes at a time."""
        together: list[bytes] = []
        size = 0
        for part in self._coded(coding):
            together.append(part)
            size += len(part)
            if size >= _SENT_TOGETHER:
                yield b"".join(together)
                together, size = [], 0
        yield b"".join(together)

    def _measured(self, coding: Coding) -> int:
        if coding == "identity":
            return sum(part.size for part in self.pieces)
        if coding == "zstd":
            return sum(len(part.zstd) for part in self.pieces)
        self._trailer = self._gzip_trailer()
        framing = len(_GZIP_HEADER) + len(_DEFLATE_END) + len(self._trailer)
        return framing + sum(len(part.deflate) for part in self.pieces)

    def _coded(self, coding: Coding) -> Iterator[bytes]:
        if coding == "identity":
            yield from (decode(part.zstd, "zstd") for part in self.pieces)
        elif coding == "zstd":
            yield from (part.zstd for part in self.pieces)
        else:
            yield _GZIP_HEADER
            yield from (part.deflate for part in self.pieces)
            yield _DEFLATE_END
            yield self._trailer or self._gzip_trailer()

    def _gzip_trailer(self) -> bytes:
        """CRC and length of the whole (RFC 1952 section 2.3.1)."""
        crc = size = 0
        for part in self.pieces:
            crc = crc32_joined(crc, part.crc, part.size)
            size += part.size
        return crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
