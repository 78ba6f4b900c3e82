"""Wheels that the store keeps as they came: which of a project's is nearest to one that is wanted."""

import os
import re
from collections.abc import Iterator

from bodega.content.manifest import load_manifest
from bodega.formats.wheel_file import WheelName, wheel_name
from bodega.installer.store.layout import MANIFEST, Layout

_NUMBERS = re.compile(r"\d{1,9}")


def nearest_wheel(layout: Layout, filename: str) -> str | None:
    """The path of the kept wheel of another version that is likely to share most with the named one."""
    wanted = wheel_name(filename)
    if wanted is None:
        return None
    found = [
        (_likeness(wanted, one), path)
        for one, path in _kept(layout, wanted.name)
        if one.version != wanted.version
    ]
    return max(found)[1] if found else None


def _kept(layout: Layout, name: str) -> Iterator[tuple[WheelName, str]]:
    try:
        shas = os.listdir(f"{layout.projects}/{name}")
    except OSError:
        return
    for sha256 in shas:
        path = layout.wheel(sha256)
        if not os.path.exists(path):
            continue
        try:
            with open(f"{layout.tree(sha256)}/{MANIFEST}", "rb") as file:
                manifest = load_manifest(file.read())
        except OSError:
            continue
        named = wheel_name(manifest.filename) if manifest else None
        if named is not None:
            yield named, path


def _likeness(wanted: WheelName, other: WheelName) -> tuple[bool, int, int]:
    """The same tags first, then versions that begin the same, then the smallest step between them."""
    ours, theirs = (tuple(map(int, _NUMBERS.findall(one.version))) for one in (wanted, other))
    same = next(
        (at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
        min(len(ours), len(theirs)),
    )
    step = abs((*ours[same:], 0)[0] - (*theirs[same:], 0)[0])
    return bool(wanted.tags & other.tags), same, -step
