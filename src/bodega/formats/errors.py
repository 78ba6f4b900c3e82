"""The root of every error that bodega raises on purpose.

An error is data: one class per reason, with fields and a stable code. Words for people that depend on
the place (exit code, HTTP status, the hint) are added at the edges, in ``cli/failures.py`` and
``web/problems.py``.
"""

from typing import ClassVar


class BodegaError(Exception):
    """A failure with a stable code.

    Subclasses set ``code`` (``E-`` and upper-case words, never reused), build one sentence that says what
    happened, and may give ``why``: the deciding facts, one sentence.
    """

    code: ClassVar[str] = "E-INTERNAL"

    def __init__(self, what: str, *, why: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
