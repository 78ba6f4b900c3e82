"""Publish: every file is checked before the first is sent; then one after the other."""

import glob
import os
from collections.abc import Callable, Sequence

from bodega.installer.publishing.errors import NothingToPublishError
from bodega.installer.publishing.outgoing import Outgoing, prepare
from bodega.installer.publishing.ports import Publisher

#: Where build tools put what they build.
DEFAULT_PATTERN = "dist/*"
_ENDINGS = (".whl", ".tar.gz")


def outgoing(patterns: Sequence[str]) -> list[Outgoing]:
    """The files that paths, folders and patterns mean, sources first; raises what ``prepare`` raises.

    Raises NothingToPublishError.
    """
    paths: dict[str, None] = {}
    for pattern in patterns or (DEFAULT_PATTERN,):
        named = f"{pattern}/*" if os.path.isdir(pattern) else pattern
        found = [pattern] if os.path.isfile(pattern) else sorted(glob.glob(named))
        # A file that is named is judged; of a folder the distributions are taken.
        taken = [path for path in found if path.endswith(_ENDINGS) or path == pattern]
        if not taken:
            raise NothingToPublishError(pattern)
        paths |= dict.fromkeys(taken)
    return [prepare(path) for path in sorted(paths, key=lambda path: (path.endswith(".whl"), path))]


def publish(files: Sequence[Outgoing], publisher: Publisher, tell: Callable[[Outgoing], None]) -> None:
    """Send files; ``tell`` is told each before it is sent. Raises what the publisher raises."""
    for file in files:
        tell(file)
        publisher.send(file)
