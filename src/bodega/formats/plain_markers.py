"""Environment markers of the common forms (PEP 508), evaluated without the library that knows all forms.

Comparisons of a variable with a text, joined by ``and``, ``or`` and parentheses: nearly all that occur. What
is not plain beyond doubt is left to ``packaging``, the authority; a test holds both to the same answers.
"""

import re
from collections.abc import Mapping

from bodega.formats.names import normalize
from bodega.formats.version_order import admits

_TOKEN = re.compile(
    r"""\s*(?:(?P<join>and\b|or\b|[()])|(?P<variable>[a-z_]+)\s*(?P<operator>==|!=|<=|>=|<|>|~=)\s*"""
    r"""(?:"(?P<double>[^"'\\]*)"|'(?P<single>[^"'\\]*)'))\s*""",
    re.ASCII,
)
_VERSIONS = frozenset({"python_version", "python_full_version", "implementation_version"})
_WORDS = frozenset(
    {
        "implementation_name",
        "os_name",
        "platform_machine",
        "platform_python_implementation",
        "platform_system",
        "sys_platform",
    }
)
#: Texts that no reader takes for a version.
_WORD = re.compile(r"(?![vV][0-9])[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:\.\*)?", re.ASCII)
_EXTRA = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)

Environment = Mapping[str, str]


class _NotPlainError(Exception):
    """The marker needs the authority."""


def plain_answer(marker: str, environment: Environment) -> bool | None:
    """Whether the marker holds; ``None`` where it is not plain, or not a marker."""
    try:
        tokens = _tokens(marker)
        answer = _either(tokens, environment)
    except (_NotPlainError, RecursionError):
        return None
    return answer if not tokens else None


def _tokens(marker: str) -> list[re.Match[str]]:
    """The tokens, last first."""
    found: list[re.Match[str]] = []
    at = 0
    while at < len(marker):
        match = _TOKEN.match(marker, at)
        if match is None:
            raise _NotPlainError
        found.append(match)
        at = match.end()
    found.reverse()
    return found


def _either(tokens: list[re.Match[str]], environment: Environment) -> bool:
    answer = _all(tokens, environment)
    while tokens and tokens[-1]["join"] == "or":
        tokens.pop()
        answer = _all(tokens, environment) or answer
    return answer


def _all(tokens: list[re.Match[str]], environment: Environment) -> bool:
    answer = _one(tokens, environment)
    while tokens and tokens[-1]["join"] == "and":
        tokens.pop()
        answer = _one(tokens, environment) and answer
    return answer


def _one(tokens: list[re.Match[str]], environment: Environment) -> bool:
    if not tokens:
        raise _NotPlainError
    token = tokens.pop()
    if token["join"] == "(":
        answer = _either(tokens, environment)
        if not tokens or tokens.pop()["join"] != ")":
            raise _NotPlainError
        return answer
    if token["join"]:
        raise _NotPlainError
    return _comparison(token, environment)


def _comparison(token: re.Match[str], environment: Environment) -> bool:
    variable, operator = token["variable"], token["operator"]
    text = token["double"] if token["double"] is not None else token["single"]
    value = environment.get(variable)
    if value is None:
        raise _NotPlainError
    if variable in _VERSIONS:
        answer = admits(f"{operator}{text}", value) if _NUMBERS.fullmatch(text) else None
        if answer is None:
            raise _NotPlainError
        return answer
    if operator not in ("==", "!="):
        raise _NotPlainError
    if variable == "extra" and _EXTRA.fullmatch(text):
        return (normalize(text) == value) == (operator == "==")
    if variable in _WORDS and _WORD.fullmatch(text):
        return (text == value) == (operator == "==")
    raise _NotPlainError
