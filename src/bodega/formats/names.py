"""Project names and their normalized form (PEP 503, name rules of PEP 508 anchored as of August 2025)."""

import re
from dataclasses import dataclass, field
from typing import NewType

from bodega.formats.errors import BodegaError

NormalizedName = NewType("NormalizedName", str)

_VALID = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_SEPARATORS = re.compile(r"[-_.]+")


class InvalidProjectNameError(BodegaError):
    """The text is not a project name."""

    code = "E-NAME-INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:120]!r} is not a valid project name",
            why="a name is ASCII letters, digits and '._-', with a letter or digit at both ends",
        )
        self.text = text


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A project's name: compared by its normalized form, shown as its owner typed it."""

    normalized: NormalizedName
    typed: str = field(compare=False)

    def __str__(self) -> str:
        return self.normalized


def project_name(text: str) -> ProjectName:
    """Parse a name; raises InvalidProjectNameError."""
    if not _VALID.fullmatch(text):
        raise InvalidProjectNameError(text)
    return ProjectName(normalize(text), text)


def normalize(text: str) -> NormalizedName:
    """The normalized form of a name known to be valid: lower case, runs of ``-_.`` as one ``-``."""
    return NormalizedName(_SEPARATORS.sub("-", text).lower())
