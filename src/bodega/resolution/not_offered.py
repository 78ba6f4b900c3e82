"""What exists and is not offered, with its reason: for explanations, and for machines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Versions named one by one.
_NAMED = 3
#: Characters of a reason.
_LONGEST = 700


@dataclass(frozen=True, slots=True)
class NotOffered:
    """Versions of a project, newest first, that are not offered, all for one reason.

    Without versions it is said of the project as a whole. ``reason`` is stable: ``unknown-project``,
    ``near-name``, ``other-index``, ``python``, ``platform``, ``sdist``, ``wheel``, ``hash``, ``yanked``,
    ``prerelease``, ``cooldown``, ``denied``, ``quarantined``, ``cutoff``, ``policy``. ``detail`` says it in
    words, without a full stop. ``remedy`` are words for what would make it offered, where the user can do
    that; ``until`` is a moment (ISO 8601, UTC) from which it is offered by itself.
    """

    reason: str
    versions: tuple[str, ...]
    detail: str
    remedy: str = ""
    until: str | None = None

    def __post_init__(self) -> None:
        """Whatever an index says stays one line of a bounded length, and moves no cursor."""
        shown = "".join(letter if letter.isprintable() else " " for letter in self.detail)
        object.__setattr__(self, "detail", shown[:_LONGEST])

    def words(self) -> str:
        """One sentence, without the name of the project and without a full stop."""
        remedy = f" ({self.remedy})" if self.remedy else ""
        if not self.versions:
            return f"{self.detail}{remedy}"
        exists = "exists" if len(self.versions) == 1 else "exist"
        return f"{named(self.versions)} {exists}, not offered: {self.detail}{remedy}"

    def as_json(self, project: str) -> dict[str, object]:
        """For machines; ``versions`` newest first, all of them."""
        return {
            "project": project,
            "reason": self.reason,
            "versions": list(self.versions),
            "detail": self.detail,
            **({"remedy": self.remedy} if self.remedy else {}),
            **({"until": self.until} if self.until else {}),
        }


def grouped(found: Iterable[NotOffered]) -> list[NotOffered]:
    """The same, versions with one reason and detail taken together, in the order of their first."""
    groups: dict[tuple[str, str, str, str | None], list[str]] = {}
    for one in found:
        groups.setdefault((one.reason, one.detail, one.remedy, one.until), []).extend(one.versions)
    return [
        NotOffered(reason, tuple(versions), detail, remedy, until)
        for (reason, detail, remedy, until), versions in groups.items()
    ]


def named(versions: Sequence[str]) -> str:
    """Versions that come newest first, in words: few by name, of many the newest and the oldest."""
    if len(versions) <= _NAMED:
        return ", ".join(versions)
    return f"{versions[-1]} to {versions[0]} ({len(versions)} versions)"
