"""Which form and coding of a page to send (PEP 691; RFC 9110 section 12)."""

from functools import lru_cache
from typing import Literal

Form = Literal["json", "html"]
Coding = Literal["identity", "gzip", "zstd"]

#: The real types: an alias with ``latest`` is answered with them.
CONTENT_TYPES: dict[Form, str] = {
    "json": "application/vnd.pypi.simple.v1+json",
    "html": "application/vnd.pypi.simple.v1+html",
}
PLAIN_HTML = "text/html"
_HTML_TYPES = ("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html")
_FORMS: dict[str, Form] = {
    "application/vnd.pypi.simple.v1+json": "json",
    "application/vnd.pypi.simple.latest+json": "json",
    "application/json": "json",
    "application/vnd.pypi.simple.v1+html": "html",
    "application/vnd.pypi.simple.latest+html": "html",
    "text/html": "html",
}
#: Types in the order in which we prefer them when a client takes several equally.
_PREFERENCE = (
    "application/vnd.pypi.simple.v1+json",
    "application/vnd.pypi.simple.latest+json",
    "application/vnd.pypi.simple.v1+html",
    "application/vnd.pypi.simple.latest+html",
    "text/html",
    "application/json",
)
_CODINGS: tuple[Coding, ...] = ("zstd", "gzip")
_MOST_RANGES = 64


def form_named(text: str) -> Form | None:
    """The form that a ``?format=`` names, ``None`` when there is none of that name.

    A plus that was not escaped has become a space on the way; no type has one.
    """
    return _FORMS.get(text.strip().lower().replace(" ", "+"))


@lru_cache(maxsize=512)
def content_type(form: Form, accept: str) -> str:
    """The type to send a form as, for an ``Accept`` value (or the type that ``?format=`` names).

    HTML is ``text/html`` unless its other name is asked for: clients of before PEP 691 and browsers read
    nothing else.
    """
    if form == "json":
        return CONTENT_TYPES["json"]
    ranges = _weights(accept.replace(" html", "+html"))
    named = max(ranges.get(kind, 0.0) for kind in _HTML_TYPES)
    return CONTENT_TYPES["html"] if named > 0 and named >= ranges.get(PLAIN_HTML, 0.0) else PLAIN_HTML


@lru_cache(maxsize=512)
def acceptable_form(accept: str) -> Form | None:
    """The form to send for an ``Accept`` value (empty: no preference), ``None`` for 406.

    A client that takes anything gets HTML, the form that every client reads.
    """
    if not accept.strip():
        return "html"
    ranges = _weights(accept)
    best = (0.0, 0)
    chosen: Form | None = None
    for rank, kind in enumerate(_PREFERENCE):
        weight, exact = _weight_of(kind, ranges)
        if weight <= 0:
            continue
        # What was only covered by */* is not asked for: then HTML, the oldest form, is the safe one.
        order = -rank if exact else -100 + (10 if kind == "text/html" else -rank)
        if chosen is None or (weight, order) > best:
            best = (weight, order)
            chosen = _FORMS[kind]
    return chosen


@lru_cache(maxsize=512)
def acceptable_coding(accept_encoding: str) -> Coding:
    """The coding to send for an ``Accept-Encoding`` value; identity when nothing better is welcome."""
    ranges = _weights(accept_encoding)
    best: Coding = "identity"
    most = 0.0
    for coding in _CODINGS:
        weight = ranges.get(coding, ranges.get("*", 0.0))
        if weight > most:
            best, most = coding, weight
    return best


@lru_cache(maxsize=512)
def accepts(accept: str, kind: str) -> bool:
    """Whether an ``Accept`` value, or none at all, takes a type: by its name, or by a range of types."""
    return not accept.strip() or _weight_of(kind, _weights(accept))[0] > 0


def _weight_of(kind: str, ranges: dict[str, float]) -> tuple[float, bool]:
    if kind in ranges:
        return ranges[kind], True
    family = f"{kind.partition('/')[0]}/*"
    return ranges.get(family, ranges.get("*/*", 0.0)), False


def _weights(value: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for entry in value.split(",")[:_MOST_RANGES]:
        kind, *parameters = (part.strip().lower() for part in entry.split(";"))
        if kind:
            weights[kind] = _quality(parameters)
    return weights


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0.0 <= quality <= 1.0 else 0.0
    return 1.0
