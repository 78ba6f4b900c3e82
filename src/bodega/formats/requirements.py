"""Requirements (PEP 508): what someone asks for. ``packaging`` is the authority on all but plain forms."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, normalize

_CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9_.*+!-]+"
#: The forms that make up nearly all requirements: no URL, no marker but a plain one behind ``;``.
_PLAIN = re.compile(
    rf"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([A-Za-z0-9._, \t-]*)\])?"
    rf"\s*(?:\(\s*({_CLAUSE}(?:\s*,\s*{_CLAUSE})*)?\s*\)|({_CLAUSE}(?:\s*,\s*{_CLAUSE})*))?\s*(?:;(.*))?",
    re.ASCII | re.DOTALL,
)
#: Of these it depends on the place whether they are refused.
_ODD_SPACE = re.compile(r"[^\S \t]")
_SECRET = re.compile(r"//[^/@\s]*@")
_SINGLE_EQUALS = re.compile(r"(?<![=<>!~])=(?!=)")


class InvalidRequirementError(BodegaError):
    """The text is not a requirement."""

    code = "E-REQUIREMENT-INVALID"

    def __init__(
        self, text: str, reason: str, *, origin: str | None = None, column: int | None = None
    ) -> None:
        """``column`` is where reading ended, counted from 0, where that is known."""
        place = f" ({origin})" if origin else ""
        single = _SINGLE_EQUALS.search(text) if "//" not in text else None
        hint = f"; for one version write == ({_SINGLE_EQUALS.sub('==', text)[:200]})" if single else ""
        shown = _SECRET.sub("//", text)[:200]
        super().__init__(f"{shown!r} is not a requirement{place}", why=f"{reason}{hint}")
        self.text = text
        self.reason = reason
        self.origin = origin
        self.column = column if column is not None or single is None else single.start()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement. ``extras`` are normalized and sorted; ``specifier`` is a PEP 440 set, maybe empty.

    ``marker`` is the text behind ``;``, ``url`` that of a direct reference; ``text`` is as written.
    """

    name: NormalizedName
    extras: tuple[str, ...]
    specifier: str
    marker: str | None
    url: str | None
    text: str


@lru_cache(maxsize=16384)
def parse_requirement(text: str) -> Requirement:
    """Parse a requirement; raises InvalidRequirementError."""
    plain = _PLAIN.fullmatch(text)
    if plain is None or _ODD_SPACE.search(text):
        return _parse_with_packaging(text)
    name, extras, in_parentheses, bare, marker = plain.groups()
    specifier = in_parentheses or bare or ""
    if "===" in specifier or (marker is not None and not marker.strip()):
        return _parse_with_packaging(text)
    if not _are_versions(specifier) or not _are_extras(extras):
        return _parse_with_packaging(text)
    return Requirement(
        normalize(name),
        _extras(extras.split(",")) if extras and extras.strip() else (),
        "".join(specifier.split()),
        marker.strip() if marker is not None else None,
        None,
        text.strip(),
    )


#: Versions so plain that every reader takes them alike; anything else is for ``packaging`` to judge.
_PLAIN_VERSION = re.compile(
    r"(?:(?:<=|>=|<|>|~=)\d+(?:\.\d+)+|(?:<=|>=|<|>)\d+|(?:==|!=)\d+(?:\.\d+)*(?:\.\*)?"
    r"|(?:<=|>=|<|>|==|!=)\d+(?:\.\d+)*(?:a|b|rc|\.post|\.dev)\d+)",
    re.ASCII,
)


def _are_versions(specifier: str) -> bool:
    clauses = "".join(specifier.split()).split(",") if specifier else []
    return all(_PLAIN_VERSION.fullmatch(clause) for clause in clauses)


_EXTRA = re.compile(r"\s*[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*", re.ASCII)


def _are_extras(extras: str | None) -> bool:
    if extras is None or not extras.strip():
        return True
    return all(_EXTRA.fullmatch(extra) for extra in extras.split(","))


def _extras(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted({normalize(name.strip()) for name in names}))


def _parse_with_packaging(text: str) -> Requirement:
    from packaging.requirements import Requirement as Authority  # noqa: PLC0415 - dear to import, rarely needed

    try:
        parsed = Authority(text)
    except RecursionError:
        raise InvalidRequirementError(text, "it is nested too deep") from None
    except ValueError as error:  # invalid, or with a number of too many digits
        reason, *pointed = str(error).split("\n")
        raise InvalidRequirementError(
            text, reason[:1].lower() + reason[1:], column=_column(text, pointed)
        ) from None
    return Requirement(
        normalize(parsed.name),
        _extras(list(parsed.extras)),
        str(parsed.specifier),
        str(parsed.marker) if parsed.marker is not None else None,
        parsed.url,
        text.strip(),
    )


def _column(text: str, pointed: list[str]) -> int | None:
    """Where the authority points to, in its two lines: the text, indented, and a caret below it."""
    if not text or not pointed or text not in pointed[0]:
        return None
    at = pointed[-1].find("^") - pointed[0].index(text)
    return at if at >= 0 else None
