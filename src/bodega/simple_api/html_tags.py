"""The tags of an HTML document, read in one pass: time grows with its length alone, whatever it holds.

Not a parser of HTML: a page of links needs only its tags in order, with their attributes as a browser would
read them. Comments and the text of scripts, styles and titles hold no tags.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

#: A tag longer than this is no tag of a page of links; nor has such a page more tags.
LONGEST_TAG = 16384
MOST_TAGS = 2_000_000
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^"'>]|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+)))?"""
)
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "noembed", "noframes")
}
_LETTER = re.compile("/?[a-zA-Z]")


class HtmlFaultError(Exception):
    """What is wrong with the document, in words; callers turn it into their own error."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag: its name and attribute names in lower case, entities in values resolved.

    ``text`` is what stands inside elements whose content is plain text, such as ``title``.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def opening_tags(document: str, wanted: frozenset[str]) -> Iterator[Tag]:
    """The opening tags of those names, in their order; raises HtmlFaultError."""
    at = count = 0
    while (at := document.find("<", at)) >= 0:
        if document.startswith("<!--", at):
            at = _after(document, "-->", at + 4)
        elif document.startswith(("<!", "<?"), at):
            at = _after(document, ">", at)
        elif _LETTER.match(document, at + 1):
            count += 1
            tag, at = _tag(document, at, wanted)
            if tag is not None:
                yield tag
        else:
            at += 1
        if count > MOST_TAGS:
            raise HtmlFaultError(f"it has more than {MOST_TAGS} tags")


def _after(document: str, end: str, start: int) -> int:
    found = document.find(end, start)
    return len(document) if found < 0 else found + len(end)


def _tag(document: str, at: int, wanted: frozenset[str]) -> tuple[Tag | None, int]:
    found = _TAG.match(document, at, at + LONGEST_TAG)
    if found is None:
        raise HtmlFaultError(f"a tag does not end within {LONGEST_TAG} characters")
    end, name = found.end(), found[2].lower()
    if found[1]:
        return None, end
    text = ""
    if name in _RAW:
        closing = _RAW[name].search(document, end)
        start, end = end, closing.start() if closing else len(document)
        text = document[start : min(end, start + LONGEST_TAG)]
    return (Tag(name, _attributes(found[3]), unescape(text)) if name in wanted else None), end


def _attributes(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        # Of an attribute that is written twice the first counts.
        attributes.setdefault(name.lower(), unescape(double or single or bare))
    return attributes
