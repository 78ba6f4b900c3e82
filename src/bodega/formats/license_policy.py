"""Which licences are allowed: SPDX expressions judged by lists of ids (PEP 639's AND, OR, WITH)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bodega.formats.errors import BodegaError
from bodega.formats.licenses import spdx_expression

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_DEEPEST = 50


class InvalidLicenseListError(BodegaError):
    """What is to be allowed or denied is no SPDX id, nor a pattern of such."""

    code = "E-LICENSE-LIST"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is no SPDX licence id", why="it is one such as MIT, LicenseRef-NAME or GPL-*"
        )
        self.text = text


@dataclass(frozen=True, slots=True)
class _Node:
    """A licence (with its exception), or several joined by ``AND`` or ``OR``."""

    text: str
    joined: str = ""
    parts: "tuple[_Node, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensePolicy:
    """What is allowed (nothing named: all that is not denied), and what is denied, in small letters."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def broken_by(self, expression: str | None) -> tuple[str, ...]:
        """The licences for which an expression is refused; none where it can be satisfied.

        A licence that nobody knows is refused where there is a list of what is allowed.
        """
        if expression is None:
            return ("unknown",) if self.allow else ()
        tree = _parsed(expression)
        if tree is None:
            return (expression,) if self.allow or self.deny else ()
        return tuple(dict.fromkeys(_refused(tree, self._allows)))

    def _allows(self, license_text: str) -> bool:
        whole = license_text.lower()
        base = whole.partition(" with ")[0]
        if whole != base and _matches(whole, self.allow):
            return True
        if _matches(base, self.deny) or _matches(whole, self.deny):
            return False
        return not self.allow or _matches(base, self.allow)


def license_policy(allow: Sequence[str], deny: Sequence[str]) -> LicensePolicy:
    """The policy of two lists; raises InvalidLicenseListError."""
    return LicensePolicy(
        allow=tuple(_pattern(one) for one in allow), deny=tuple(_pattern(one) for one in deny)
    )


def _pattern(text: str) -> str:
    if "*" in text:
        if not re.fullmatch(r"[A-Za-z0-9.+*-]+", text):
            raise InvalidLicenseListError(text)
        return text.lower()
    expression = spdx_expression(text)
    if expression is None or " AND " in expression or " OR " in expression:
        raise InvalidLicenseListError(text)
    return expression.lower()


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _refused(node: _Node, allows: Callable[[str], bool]) -> list[str]:
    if not node.parts:
        return [] if allows(node.text) else [node.text]
    each = [_refused(part, allows) for part in node.parts]
    if node.joined == "OR" and not all(each):
        return []
    return [name for names in each for name in names]


def _parsed(expression: str) -> _Node | None:
    """The tree of a canonical expression; ``None`` for what is nested beyond reason."""
    tokens = _TOKEN.findall(expression)
    reader = _Reader(tokens)
    node = reader.either(0)
    return node if node is not None and not reader.rest else None


class _Reader:
    """Reads tokens: OR binds least, then AND, then WITH."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]

    def either(self, depth: int) -> _Node | None:
        return self._joined("OR", lambda: self._joined("AND", lambda: self._one(depth)))

    def _joined(self, word: str, part: Callable[[], _Node | None]) -> _Node | None:
        parts = [part()]
        while self.rest and self.rest[-1] == word:
            self.rest.pop()
            parts.append(part())
        sound = tuple(one for one in parts if one is not None)
        if len(sound) != len(parts):
            return None
        return sound[0] if len(sound) == 1 else _Node("", word, sound)

    def _one(self, depth: int) -> _Node | None:
        if not self.rest or depth > _DEEPEST:
            return None
        token = self.rest.pop()
        if token == "(":  # noqa: S105 - a parenthesis
            inner = self.either(depth + 1)
            return inner if self.rest and self.rest.pop() == ")" else None
        if self.rest and self.rest[-1] == "WITH" and len(self.rest) > 1:
            self.rest.pop()
            token = f"{token} WITH {self.rest.pop()}"
        return _Node(token)
