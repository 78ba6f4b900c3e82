"""The text of one TOML array, changed element by element: what is not changed stays, to the byte.

A comment on the line of an element belongs to it; lines of comments belong to the element below them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_COMMENT_BEHIND = re.compile(r"[ \t]*#[^\r\n]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2}(?=[^"]|$))'
    r"|'''.*?'''(?:'{0,2}(?=[^']|$))"
    r"|\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*'",
    re.DOTALL,
)
_COMMENT = re.compile(r"#[^\r\n]*")
_OPENING, _CLOSING = "[{", "]}"


@dataclass(slots=True)
class Element:
    """An element: what stands before it, it, what stands before its comma, and a comment on its line."""

    lead: str
    value: str
    gap: str = ""
    comma: bool = False
    behind: str = ""

    def __str__(self) -> str:
        return f"{self.lead}{self.value}{self.gap}{',' if self.comma else ''}{self.behind}"


class ArrayText:
    """An array as text; ``text`` is a valid TOML array, brackets included."""

    def __init__(self, text: str) -> None:
        self.elements: list[Element] = []
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._tail = self._read(text[1:-1])

    def __str__(self) -> str:
        return f"[{''.join(map(str, self.elements))}{self._tail}]"

    def replace(self, position: int, value: str) -> None:
        """Put another value in the place of one."""
        self.elements[position].value = value

    def insert(self, position: int, value: str) -> None:
        """Insert a value, in the style of the array; an empty array on one line gets a line for it."""
        if not self.elements:
            self._insert_first(value)
        elif position < len(self.elements):
            self._insert_before(position, value)
        else:
            self._append(value)

    def remove(self, position: int) -> None:
        """Remove an element, with the comment on its line."""
        gone = self.elements.pop(position)
        if not self.elements:
            self._tail = self._comments(gone.lead) + self._tail
            if not self._tail.strip():
                self._tail = ""
        elif position < len(self.elements):
            self._close_before(self.elements[position], gone, is_first=position == 0)
        else:
            self._close_end(self.elements[-1], gone)

    # --- reading

    def _read(self, inner: str) -> str:
        at = 0
        while True:
            start = self._match(_BLANK, inner, at)
            if start == len(inner):
                return self._settle(inner[at:])
            end = start + _length_of_value(inner[start:])
            comma = self._match(_BLANK, inner, end)
            if comma == len(inner):
                self.elements.append(Element(inner[at:start], inner[start:end]))
                return self._settle(inner[end:])
            behind = self._match(_COMMENT_BEHIND, inner, comma + 1)
            self.elements.append(
                Element(
                    inner[at:start],
                    inner[start:end],
                    inner[end:comma],
                    comma=True,
                    behind=inner[comma + 1 : behind],
                )
            )
            at = behind

    def _settle(self, tail: str) -> str:
        """What is behind the last element; a comment on its line is its own."""
        if self.elements and not self.elements[-1].comma:
            end = self._match(_COMMENT_BEHIND, tail, 0)
            self.elements[-1].behind = tail[:end]
            return tail[end:]
        return tail

    @staticmethod
    def _match(pattern: re.Pattern[str], text: str, at: int) -> int:
        found = pattern.match(text, at)
        return found.end() if found else at

    # --- writing

    @property
    def _has_lines(self) -> bool:
        return any("\n" in one.lead for one in self.elements)

    def _own_line(self) -> str:
        """The start of a line as others have it."""
        leads = [one.lead for one in self.elements if "\n" in one.lead]
        return self._newline + leads[-1].rpartition("\n")[2]

    def _insert_first(self, value: str) -> None:
        if "\n" not in self._tail and not self._tail.strip():
            self._tail = self._newline
        comments = self._tail.rstrip()
        indent = "    "
        if comments:
            indent = comments.rpartition("\n")[2].partition("#")[0] or indent
        self.elements.append(Element(f"{comments}{self._newline}{indent}", value, comma=True))
        self._tail = self._tail[len(comments) :]

    def _insert_before(self, position: int, value: str) -> None:
        here = self.elements[position]
        if position == 0 and "\n" not in here.lead:
            between = self._between()
            self.elements.insert(0, Element(here.lead, value, comma=True))
            here.lead = between
        else:
            lead = self._own_line() if self._has_lines else self._between()
            self.elements.insert(position, Element(lead, value, comma=True))

    def _between(self) -> str:
        """What stands between two elements."""
        if self._has_lines:
            return self._own_line()
        return self.elements[1].lead if len(self.elements) > 1 else " "

    def _append(self, value: str) -> None:
        last = self.elements[-1]
        new = Element(self._between(), value, comma=last.comma)
        last.comma = True
        self.elements.append(new)

    def _close_before(self, following: Element, gone: Element, *, is_first: bool) -> None:
        comments = self._comments(gone.lead)
        if comments:
            following.lead = comments + following.lead
        elif is_first and "\n" not in gone.lead and "#" not in following.lead:
            following.lead = gone.lead

    def _close_end(self, last: Element, gone: Element) -> None:
        last.comma = gone.comma
        if not gone.comma:
            last.gap = ""
        self._tail = self._comments(gone.lead) + self._tail

    @staticmethod
    def _comments(lead: str) -> str:
        """The lines of comments in what stands before an element."""
        return lead[: lead.rindex("\n")].rstrip(" \t\r") if "#" in lead else ""


def _length_of_value(text: str) -> int:
    """How long the value at the beginning is: a string, an inline table, an array, a number."""
    depth = 0
    for kind, end in _parts(text):
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        if depth == 0 and kind in ("string", "word", *_CLOSING):
            return end
    return len(text)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """The lexical parts of a text, each with its end."""
    at = 0
    while at < len(text):
        found = _STRING.match(text, at) or _COMMENT.match(text, at)
        if found:
            at = found.end()
            yield ("string" if found[0][0] in "\"'" else "comment"), at
        elif text[at] in _OPENING + _CLOSING:
            at += 1
            yield text[at - 1], at
        elif text[at] in " \t\r\n,=":
            at += 1
        else:
            end = re.compile(r"[^\s,=\[\]{}#]+").match(text, at)
            at = end.end() if end else at + 1
            yield "word", at
