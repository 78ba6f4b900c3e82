"""Compatibility tags (PEP 425): which wheel fits a target, and which fits best."""

from collections.abc import Iterable, Mapping
from functools import lru_cache


class TagRanking:
    """The tags of a target, best first, as ranks."""

    def __init__(self, tags: Iterable[str]) -> None:
        self._ranks: Mapping[str, int] = {tag: rank for rank, tag in reversed(list(enumerate(tags)))}
        self._known: dict[str, int | None] = {}

    def rank(self, compressed: str) -> int | None:
        """The best rank of a wheel's tags, given as in its file name; ``None`` when none of them fits."""
        if compressed not in self._known:
            fitting = [self._ranks[tag] for tag in expanded(compressed) if tag in self._ranks]
            self._known[compressed] = min(fitting, default=None)
        return self._known[compressed]


@lru_cache(maxsize=4096)
def expanded(compressed: str) -> tuple[str, ...]:
    """``py2.py3-none-any`` as ``py2-none-any``, ``py3-none-any``; empty for what has not three parts."""
    parts = compressed.lower().split("-")
    if len(parts) != 3:  # noqa: PLR2004 - interpreter, ABI, platform
        return ()
    interpreters, abis, platforms = (part.split(".") for part in parts)
    return tuple(f"{i}-{a}-{p}" for i in interpreters for a in abis for p in platforms)
