"""The sides of a file with git's conflict markers, with a common base (diff3, zdiff3) or without."""

from dataclasses import dataclass

OURS, BASE, THEIRS, END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
#: Which marker may come behind which.
_FOLLOWS = {"": (OURS,), OURS: (BASE, THEIRS), BASE: (THEIRS,), THEIRS: (END,)}


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Each side's whole text; no ``base`` where the markers have none."""

    ours: str
    theirs: str
    base: str | None


def conflicted(text: str) -> Conflicted | None:
    """Take a file apart by its markers; ``None`` where it has none, or not in their order."""
    reader = _Reader()
    for line in text.splitlines(keepends=True):
        if not reader.take(line):
            return None
    return reader.sides()


class _Reader:
    """Reads line by line; ``place`` is the side that lines belong to, empty outside of conflicts."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {OURS: [], BASE: [], THEIRS: []}
        self._place = ""
        self._conflicts = 0
        self._bases = 0

    def take(self, line: str) -> bool:
        """Take a line; whether it may stand where it does."""
        mark = _mark(line)
        if not mark:
            for place, lines in self._lines.items():
                if self._place in ("", place):
                    lines.append(line)
            return True
        if mark not in _FOLLOWS[self._place]:
            return False
        self._conflicts += mark == OURS
        self._bases += mark == BASE
        self._place = "" if mark == END else mark
        return True

    def sides(self) -> Conflicted | None:
        """The sides, once all is read."""
        if self._place or not self._conflicts:
            return None
        whole = {place: "".join(lines) for place, lines in self._lines.items()}
        return Conflicted(whole[OURS], whole[THEIRS], whole[BASE] if self._bases == self._conflicts else None)


def _mark(line: str) -> str:
    head, rest = line[:7], line[7:8]
    return head if head in (OURS, BASE, THEIRS, END) and rest in ("", " ", "\n", "\r") else ""
