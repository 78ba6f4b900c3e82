"""What stands behind the ``#`` of a direct reference: hashes, ``subdirectory=``, ``egg=``, as in pip."""

from dataclasses import dataclass
from urllib.parse import unquote

from bodega.formats.digests import TRUSTED_ALGORITHMS


@dataclass(frozen=True, slots=True)
class Fragment:
    """``hashes`` are ``algorithm:value`` of trusted algorithms; ``egg`` may hold extras."""

    subdirectory: str = ""
    egg: str = ""
    hashes: frozenset[str] = frozenset()


def split_fragment(url: str) -> tuple[str, Fragment]:
    """The URL without its fragment, and what that says; unknown keys are passed over."""
    bare, _, text = url.partition("#")
    found: dict[str, str] = {}
    for part in text.split("&"):
        key, equals, value = part.partition("=")
        if equals:
            found.setdefault(key, unquote(value))
    hashes = {f"{name}:{found[name].lower()}" for name in TRUSTED_ALGORITHMS if found.get(name)}
    return bare, Fragment(found.get("subdirectory", "").strip("/"), found.get("egg", ""), frozenset(hashes))
