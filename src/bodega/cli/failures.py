"""Failures in words: what happened, why, what to do next, and the exit code of the contract."""

import os
import sys
from collections.abc import Mapping
from typing import TypeVar

from bodega.cli.colour import paint
from bodega.cli.hints import HINTS
from bodega.cli.log import note
from bodega.formats.errors import BodegaError

Fact = TypeVar("Fact", int, str)

#: How much of a long text is shown around the character that a caret points to.
_SHOWN_BEFORE, _SHOWN_BEHIND = 60, 40

FAILED, USAGE, NO_SOLUTION, REFUSED, NETWORK = 1, 2, 3, 4, 5

#: Exit codes by the beginning of an error's code; the longest beginning wins, else 1.
EXIT_CODES: dict[str, int] = {
    "E-USAGE": USAGE,
    "E-NAME": USAGE,
    "E-REQUIREMENT": USAGE,
    "E-NOTHING-ASKED": USAGE,
    "E-SCOPE": USAGE,
    "E-STATUS": USAGE,
    "E-REASON": USAGE,
    "E-INPUT-INVALID": USAGE,
    "E-PROMOTION-TARGET": USAGE,
    "E-EXPIRY": USAGE,
    "E-SETTING": USAGE,
    "E-RESOLVE": NO_SOLUTION,
    "E-PIP-SETTING": USAGE,
    "E-GROUP": USAGE,
    "E-SCRIPT-BLOCK": USAGE,
    "E-PROJECT-INDEX-REFUSED": REFUSED,
    "E-PYPROJECT": USAGE,
    "E-AUTOREMOVE": REFUSED,
    "E-PYPROJECT-PYTHON": NO_SOLUTION,
    "E-REFERENCE": USAGE,
    "E-HASH": REFUSED,
    "E-SIZE": REFUSED,
    "E-WHEEL": REFUSED,
    "E-SDIST-UNSAFE": REFUSED,
    "E-FILE-OWNED": REFUSED,
    "E-RECORD": REFUSED,
    "E-METADATA-DISAGREES": REFUSED,
    "E-PLATFORM-UNKNOWN": USAGE,
    "E-LOCK-PART": USAGE,
    "E-LOCK-PARTS-CONFLICT": USAGE,
    "E-PYTHON-VERSION-UNKNOWN": USAGE,
    "E-LOCK-REFUSED": REFUSED,
    "E-LOCK-FILE-NOWHERE": NETWORK,
    "E-LOCK-FILE-CHANGED": REFUSED,
    "E-BUILD-NEVER": REFUSED,
    "E-BUILD-SANDBOX": REFUSED,
    "E-BUILD-RESULT": REFUSED,
    "E-ENTRY-POINT": REFUSED,
    "E-EXTERNALLY-MANAGED": REFUSED,
    "E-PAGE": REFUSED,
    "E-POLICY": REFUSED,
    "E-RULE-INVALID": USAGE,
    "E-DURATION": USAGE,
    "E-INDEX": NETWORK,
    "E-INDEX-NOT-FOUND": FAILED,
    "E-INDEX-OUT-OF-REACH": REFUSED,
    "E-DOWNLOAD": NETWORK,
    "E-UPSTREAM": NETWORK,
    "E-OFFLINE": NETWORK,
    "E-ADVISORIES": NETWORK,
    "E-LICENSE-LIST": USAGE,
    "E-SERVER-ANSWER": NETWORK,
    "E-PUBLISH-WHERE": USAGE,
    "E-PUBLISH-CREDENTIALS": NETWORK,
}


def report(error: Exception, arguments: list[str]) -> int:
    """Say what went wrong, as text on stderr or as JSON on stdout, and return the exit code."""
    if not isinstance(error, BodegaError):
        error = _translated(error)
    note(f"error[{code_of(error)}]: {error.what}" + (f" ({error.why})" if error.why else ""))
    if "--json" in arguments:
        _print_json(error)
    else:
        sys.stderr.write(words(error))
    return exit_code(code_of(error))


def words(error: BodegaError) -> str:
    """The message: what happened, then why, then what to try."""
    lines = [f"{paint('error', 'red')}[{code_of(error)}]: {error.what}"]
    if error.why:
        lines += ["", f"why: {error.why}"]
    lines += _pointed(error)
    steps = _steps(error)
    if steps:
        lines += ["", f"try: {steps[0]}", *(f" or: {step}" for step in steps[1:])]
    return "\n".join(lines) + "\n"


def _steps(error: BodegaError) -> list[str]:
    """What to do next: what the error knows itself, else what helps after an error of its code."""
    own: list[str] = getattr(error, "steps", list)()
    hint = hint_for(code_of(error))
    return own or ([hint] if hint else [])


def _pointed(error: BodegaError) -> list[str]:
    """The text that is wrong, and a caret below the character where that shows."""
    text, column = getattr(error, "text", None), getattr(error, "column", None)
    if not isinstance(text, str) or not isinstance(column, int) or not text.isprintable():
        return []
    if "//" in text:  # a URL may hold a password
        return []
    start = max(0, column - _SHOWN_BEFORE)
    shown = text[start : column + _SHOWN_BEHIND]
    return ["", f"    {shown}", f"    {' ' * (column - start)}^"]


def code_of(error: BodegaError) -> str:
    """The stable code of the reason: that of a server, where it was the server that said no."""
    server_code: str | None = getattr(error, "server_code", None)
    return server_code or error.code


def exit_code(code: str) -> int:
    """The exit code of the contract for an error code."""
    return _longest(EXIT_CODES, code) or FAILED


def hint_for(code: str) -> str | None:
    """What to try after an error of that code."""
    return _longest(HINTS, code)


def _longest(table: Mapping[str, Fact], code: str) -> Fact | None:
    fitting = [prefix for prefix in table if code == prefix or code.startswith(f"{prefix}-")]
    return table[max(fitting, key=len)] if fitting else None


class UnexpectedError(BodegaError):
    """A failure that nobody foresaw: a defect of bodega's, or of the machine."""

    code = "E-UNEXPECTED"


class SystemFailureError(BodegaError):
    """The operating system said no."""

    code = "E-SYSTEM"


def _translated(error: Exception) -> BodegaError:
    if os.environ.get("BODEGA_TRACEBACK"):
        raise error
    if isinstance(error, OSError) and error.strerror:
        place = f" ({error.filename})" if error.filename else ""
        return SystemFailureError(f"{error.strerror}{place}")
    return UnexpectedError(
        f"{type(error).__name__}: {error}", why="this is a defect; BODEGA_TRACEBACK=1 shows where it happened"
    )


def _print_json(error: BodegaError) -> None:
    import json

    told: dict[str, object] = {"code": code_of(error), "what": error.what, "why": error.why}
    steps = _steps(error)
    if steps:
        told["try"] = steps[0]
    if _pointed(error):
        told |= {"text": getattr(error, "text", ""), "column": getattr(error, "column", 0)}
    details = getattr(error, "details", dict)
    sys.stdout.write(json.dumps({"version": 1, "error": told, **details()}, indent=2) + "\n")
