"""What an index says when it gives no page and no file, fit to be shown, and the error that it comes to."""

from bodega.formats.errors import BodegaError
from bodega.installer.indexes.errors import IndexRefusedError, RefusedByPolicyError
from bodega.simple_api.transport import Answer

REFUSALS = frozenset({401, 403})
#: How an index of ours marks a refusal by policy, at the end of its plain words.
_POLICY_MARK = "[E-POLICY-"
_MOST_BYTES = 65536
_LONGEST = 300
_LONGEST_REASON = 700


def detail(answer: Answer) -> str:
    """The answer's words on one line, without what a terminal would obey."""
    return _words(answer)[:_LONGEST]


def refused(answer: Answer) -> BodegaError:
    """The error of a 401 or 403: by policy, where the answer's words say so."""
    words = _words(answer)
    reason, mark, _ = words.rpartition(_POLICY_MARK)
    if mark:
        return RefusedByPolicyError(answer.url, detail=reason.strip()[:_LONGEST_REASON])
    return IndexRefusedError(answer.url, answer.status, detail=words[:_LONGEST])


def _words(answer: Answer) -> str:
    text = " ".join(answer.read(_MOST_BYTES).decode("utf-8", "replace").split())
    return "".join(letter for letter in text if letter.isprintable())
