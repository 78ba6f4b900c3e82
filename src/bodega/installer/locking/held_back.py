"""What an index hides by its policy, in sentences: which versions exist, and why they are not offered."""

from collections.abc import Container, Sequence

from bodega.formats.version_order import VersionKey, version_key
from bodega.simple_api.pages import HiddenFile

#: Versions named one by one.
_NAMED = 5


def held_back(hidden: Sequence[HiddenFile], listed: Container[VersionKey] = ()) -> tuple[str, ...]:
    """One sentence for each version of which no file is listed, newest first, and one on all older ones."""
    reasons: dict[VersionKey, tuple[str, str]] = {}
    for file in hidden:
        key = version_key(file.version) if file.version is not None else None
        if key is not None and file.version is not None and key not in listed:
            reasons.setdefault(key, (file.version, file.reason))
    newest = [reasons[key] for key in sorted(reasons, reverse=True)]
    more = len(newest) - _NAMED
    return (
        *(f"{version} exists, {reason}" for version, reason in newest[:_NAMED]),
        *((f"{more} older versions exist and are hidden by the policy of the index",) if more > 0 else ()),
    )
