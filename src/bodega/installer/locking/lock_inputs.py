"""All that a lock is made from, as one digest, and which locks are known to be what it comes to.

That is kept beside the store, under the digest of inputs and text: a lock that was checked here before is
known to be current without asking anybody, one that was edited or merged since is not. Nothing of it stands
in the lock, where it would be in conflict with every other change.
"""

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass

from bodega.installer.locking.computed_cache import ComputedCache

_FORMAT = 1
#: What of a request changes no lock that is in force: where words stood, and what is kept if it can be.
_LEFT_OUT = frozenset({"origin", "kept", "there", "most_steps", "earlier"})


def inputs_digest(*parts: object) -> str:
    """The digest, in hexadecimal, of what a lock is made from: plain values, collections, dataclasses."""
    return hashlib.sha256(repr([_plain(part) for part in parts]).encode("utf-8", "replace")).hexdigest()


def is_known_current(data: bytes, inputs: str, cache: ComputedCache) -> bool:
    """Whether this very text was found to be what these inputs come to."""
    return cache.get(_key(data, inputs)) is not None


def keep_current(data: bytes, inputs: str, cache: ComputedCache) -> None:
    """Remember that this text is what these inputs come to."""
    cache.keep(_key(data, inputs), b"current")


def _key(data: bytes, inputs: str) -> str:
    return f"lock-{_FORMAT}-{inputs[:40]}-{hashlib.sha256(data).hexdigest()[:40]}"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return [
            (field.name, _plain(getattr(value, field.name)))
            for field in fields(value)
            if field.name not in _LEFT_OUT
        ]
    if isinstance(value, Mapping):
        return sorted((str(key), repr(_plain(one))) for key, one in value.items())
    if isinstance(value, AbstractSet):
        return sorted(repr(_plain(one)) for one in value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
