"""What an index says when it gives no page and no file, fit to be shown, and the error that it comes to."""

import json
from typing import NamedTuple

from bodega.formats.errors import BodegaError
from bodega.installer.indexes.errors import IndexRefusedError, RefusedByPolicyError
from bodega.simple_api.transport import Answer

REFUSALS = frozenset({401, 403})
#: How the codes begin by which an index of ours marks a refusal by policy.
_POLICY = "E-POLICY-"
_PROBLEM = "application/problem+json"
_MOST_BYTES = 65536
_LONGEST = 300
_LONGEST_REASON = 700


class _Said(NamedTuple):
    """An answer's words on one line, without what a terminal would obey, and the code that they end with."""

    words: str
    code: str


def detail(answer: Answer) -> str:
    """The answer's words on one line, fit to be shown."""
    return _said(answer).words[:_LONGEST]


def refused(answer: Answer) -> BodegaError:
    """The error of a 401 or 403: by policy, where the answer's code says so."""
    words, code = _said(answer)
    if code.startswith(_POLICY):
        return RefusedByPolicyError(answer.url, detail=words[:_LONGEST_REASON])
    return IndexRefusedError(answer.url, answer.status, detail=words[:_LONGEST])


def _said(answer: Answer) -> _Said:
    text = answer.read(_MOST_BYTES).decode("utf-8", "replace")
    if answer.headers.get("content-type", "").partition(";")[0].strip().lower() == _PROBLEM:
        return _problem(text)
    words, bracket, end = text.rstrip().rpartition("[E-")
    if bracket and end.endswith("]"):
        return _Said(_line(words), f"E-{end[:-1]}")
    return _Said(_line(text), "")


def _problem(text: str) -> _Said:
    """The words of a problem document (RFC 9457)."""
    try:
        document = json.loads(text)
        told = [document[key] for key in ("detail", "why") if isinstance(document.get(key), str)]
        code = document.get("code")
    except (ValueError, RecursionError, AttributeError):
        return _Said(_line(text), "")
    return _Said(_line("; ".join(told)), code if isinstance(code, str) else "")


def _line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
