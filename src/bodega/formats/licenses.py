"""The licence of a distribution as an SPDX expression: said (PEP 639), or guessed from what was said before.

``packaging`` is the authority on expressions. A guess never says more than was written: where a name may
mean several licences (``BSD License``), the result is a ``LicenseRef-`` of that name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bodega.formats.osv import printable

Origin = Literal["expression", "field", "classifiers", "told", "nothing"]

_LONGEST = 2000
#: What the old free text is short enough to be, where it is a name and not the licence itself.
_LONGEST_NAME = 120
_CLASSIFIER = "License :: "
_APPROVED = "OSI Approved :: "
#: Names that mean one licence, in small letters without the words that ``_bare`` takes off.
_NAMES: Mapping[str, str] = {
    "mit": "MIT",
    "mit (mit)": "MIT",
    "expat": "MIT",
    "mit/x": "MIT",
    "x11": "MIT",
    "mit-0": "MIT-0",
    "mit no attribution (mit-0)": "MIT-0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache2": "Apache-2.0",
    "asl 2.0": "Apache-2.0",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-3": "BSD-3-Clause",
    "3-clause bsd": "BSD-3-Clause",
    "bsd 3 clause": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "modified bsd": "BSD-3-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "2-clause bsd": "BSD-2-Clause",
    "simplified bsd": "BSD-2-Clause",
    "bsd-2": "BSD-2-Clause",
    "isc": "ISC",
    "isc (iscl)": "ISC",
    "iscl": "ISC",
    "psf": "PSF-2.0",
    "python software foundation": "PSF-2.0",
    "psf-2.0": "PSF-2.0",
    "mpl 2.0": "MPL-2.0",
    "mpl2": "MPL-2.0",
    "mozilla public 2.0 (mpl 2.0)": "MPL-2.0",
    "mozilla public 1.1 (mpl 1.1)": "MPL-1.1",
    "mpl-2.0": "MPL-2.0",
    "gpl v2": "GPL-2.0-only",
    "gplv2": "GPL-2.0-only",
    "gnu general public v2 (gplv2)": "GPL-2.0-only",
    "gnu general public v2 or later (gplv2+)": "GPL-2.0-or-later",
    "gplv2+": "GPL-2.0-or-later",
    "gpl v3": "GPL-3.0-only",
    "gplv3": "GPL-3.0-only",
    "gnu general public v3 (gplv3)": "GPL-3.0-only",
    "gnu general public v3 or later (gplv3+)": "GPL-3.0-or-later",
    "gplv3+": "GPL-3.0-or-later",
    "gnu lesser general public v2 (lgplv2)": "LGPL-2.0-only",
    "gnu lesser general public v2 or later (lgplv2+)": "LGPL-2.0-or-later",
    "lgpl v3": "LGPL-3.0-only",
    "lgplv3": "LGPL-3.0-only",
    "gnu lesser general public v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public v3 or later (lgplv3+)": "LGPL-3.0-or-later",
    "lgplv3+": "LGPL-3.0-or-later",
    "gnu affero general public v3": "AGPL-3.0-only",
    "agplv3": "AGPL-3.0-only",
    "gnu affero general public v3 or later (agplv3+)": "AGPL-3.0-or-later",
    "agplv3+": "AGPL-3.0-or-later",
    "unlicense": "Unlicense",
    "unlicense (unlicense)": "Unlicense",
    "zlib": "Zlib",
    "zlib/libpng": "Zlib",
    "zpl 2.1": "ZPL-2.1",
    "zope public": "ZPL-2.1",
    "boost software 1.0 (bsl-1.0)": "BSL-1.0",
    "eclipse public 1.0 (epl-1.0)": "EPL-1.0",
    "eclipse public 2.0 (epl-2.0)": "EPL-2.0",
    "european union public 1.1 (eupl 1.1)": "EUPL-1.1",
    "european union public 1.2 (eupl 1.2)": "EUPL-1.2",
    "universal permissive (upl)": "UPL-1.0",
    "mulan permissive software v2 (mulanpsl-2.0)": "MulanPSL-2.0",
    "cc0 1.0 universal (cc0 1.0) public domain dedication": "CC0-1.0",
    "cc0": "CC0-1.0",
    "wtfpl": "WTFPL",
    "historical permission notice and disclaimer (hpnd)": "HPND",
    "sil open font 1.1 (ofl-1.1)": "OFL-1.1",
    "artistic 2.0": "Artistic-2.0",
}
#: How the text of a licence begins, where that was put in the place of its name.
_BEGINNINGS = (
    ("mit license", "MIT"),
    ("the mit license", "MIT"),
    ("permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"),
    ("bsd 3-clause license", "BSD-3-Clause"),
    ("bsd 2-clause license", "BSD-2-Clause"),
    ("apache license version 2.0", "Apache-2.0"),
    ("isc license", "ISC"),
    ("mozilla public license version 2.0", "MPL-2.0"),
)
_WORDS = re.compile(r"\b(?:the|licen[cs]ed?|version|under|software licen[cs]e)\b|,", re.IGNORECASE)
_SOFTWARE = re.compile(r"\bapache software\b")
_NOT_IN_REF = re.compile(r"[^A-Za-z0-9.]+")
#: Spellings that SPDX took back, and what they are called now.
_DEPRECATED = re.compile(r"((?:A|L)?GPL-\d\.\d|GFDL-\d\.\d)(\+?)")


@dataclass(frozen=True, slots=True)
class License:
    """The licence of one distribution.

    ``expression`` is canonical SPDX; ``None`` where nothing says it. ``origin`` is where it was read, and
    ``text`` what stands there.
    """

    expression: str | None
    origin: Origin
    text: str = ""

    @property
    def is_guessed(self) -> bool:
        """Whether the expression is not the publisher's own."""
        return self.expression is not None and self.origin in ("field", "classifiers")


def license_of(raw: Mapping[str, Any]) -> License:
    """The licence that the fields of core metadata give, as ``raw_metadata`` reads them."""
    said = raw.get("license_expression")
    if isinstance(said, str) and said:
        expression = spdx_expression(said)
        if expression is not None:
            return License(expression, "expression", said)
    text = str(raw.get("license") or "")
    guessed = _guessed(text)
    if guessed is not None:
        return License(guessed, "field", printable(text))
    classifiers = _classifiers(raw.get("classifiers") or ())
    if classifiers:
        expressions = sorted({_named(name) for name in classifiers})
        return License(" AND ".join(expressions), "classifiers", "; ".join(classifiers))
    if text.strip():
        short = len(text) <= _LONGEST_NAME and "\n" not in text.strip()
        return License(reference(text) if short else None, "field", printable(text))
    return License(None, "nothing")


def spdx_expression(text: str) -> str | None:
    """The canonical form of an SPDX expression; ``None`` for text that is none."""
    from packaging.licenses import (  # noqa: PLC0415 - dear to import
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    if len(text) > _LONGEST:
        return None
    try:
        return _DEPRECATED.sub(_today, f"{canonicalize_license_expression(text)} ").rstrip()
    except (InvalidLicenseExpression, RecursionError, MemoryError):
        return None


def reference(name: str) -> str:
    """The ``LicenseRef-`` of a name that SPDX does not know."""
    short = name.strip().removesuffix(" License").removesuffix(" license")
    return f"LicenseRef-{_NOT_IN_REF.sub('-', short).strip('-')[:80] or 'unknown'}"


def _today(found: re.Match[str]) -> str:
    name, plus = found.groups()
    end = found.string[found.end() : found.end() + 1]
    if end == "-":
        return found[0]
    return f"{name}-{'or-later' if plus else 'only'}"


def _guessed(text: str) -> str | None:
    line = " ".join(text.split())
    if not line:
        return None
    if len(line) <= _LONGEST_NAME:
        named = _NAMES.get(_bare(line))
        return named or spdx_expression(line)
    lowered = line[:_LONGEST].lower()
    return next((name for beginning, name in _BEGINNINGS if lowered.startswith(beginning)), None)


def _bare(name: str) -> str:
    lowered = _SOFTWARE.sub("apache", " ".join(name.lower().split()))
    return " ".join(_WORDS.sub(" ", lowered).split()).strip(" .'\"")


def _classifiers(given: Sequence[Any]) -> list[str]:
    """The names at the end of licence classifiers."""
    names = [str(one).removeprefix(_CLASSIFIER) for one in given if str(one).startswith(_CLASSIFIER)]
    return [one.removeprefix(_APPROVED) for one in names if one != "OSI Approved"]


def _named(name: str) -> str:
    """Apache's and BSD's names, of which there were several versions, stay references."""
    if name in ("Apache Software License", "BSD License"):
        return reference(name.replace(" Software", ""))
    return _NAMES.get(_bare(name)) or reference(name)
