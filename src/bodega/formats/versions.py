"""Versions and specifiers (PEP 440) over a list of known versions; ``packaging`` is the authority."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

_LETTER = re.compile("[A-Za-z]")


@lru_cache(maxsize=65536)
def parse_version(text: str) -> "Version | None":
    """The version; ``None`` for text that is none."""
    from packaging.version import Version  # noqa: PLC0415 - dear to import

    try:
        return Version(text)
    except ValueError:  # invalid, or of more digits than a number has
        return None


def canonical_version(text: str) -> str:
    """The one spelling of all versions that are equal to it; text that is none as it is."""
    from packaging.utils import canonicalize_version  # noqa: PLC0415 - dear to import

    return canonicalize_version(text)


@lru_cache(maxsize=8192)
def parse_specifier(text: str) -> "SpecifierSet | None":
    """The specifier set; ``None`` for text that is none."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - dear to import

    try:
        return SpecifierSet(text)
    except ValueError:  # as above
        return None


@lru_cache(maxsize=4096)
def python_allows(requires_python: str, python: str) -> bool:
    """Whether ``Requires-Python`` allows a Python version; a value that cannot be read allows all."""
    specifier = parse_specifier(requires_python)
    try:
        return specifier is None or specifier.contains(python, prereleases=True)
    except ValueError:  # numbers of too many digits are read only now
        return True


def allowed(specifier: str, versions: Sequence[str]) -> list[bool]:
    """Which of the versions the specifier admits, pre-releases by their number alone.

    Whether pre-releases are wanted at all is decided where candidates are chosen, not here.
    """
    if not specifier:
        return [True] * len(versions)
    parsed = parse_specifier(specifier)
    if parsed is None:
        return [False] * len(versions)
    try:
        return [parsed.contains(version, prereleases=True) for version in versions]
    except ValueError:  # numbers of too many digits are read only now
        return [False] * len(versions)


def names_prerelease(specifier: str) -> bool:
    """Whether a clause of the specifier names a pre-release, and so asks for them (PEP 440)."""
    if not _LETTER.search(specifier):
        return False  # no letter, no pre-release: spares the import
    parsed = parse_specifier(specifier)
    return parsed is not None and bool(parsed.prereleases)


def is_exact_pin(specifier: str) -> bool:
    """Whether the specifier is one ``==V`` or ``===V``, the only way to a yanked release (PEP 592)."""
    text = specifier.strip()
    return "," not in text and text.startswith("==") and not text.endswith(".*")


def exact_pins(specifier: str) -> tuple[str, ...]:
    """The clauses ``==V`` and ``===V`` of a specifier set."""
    return tuple(clause for clause in specifier.split(",") if is_exact_pin(clause))
