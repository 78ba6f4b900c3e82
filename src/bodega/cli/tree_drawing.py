"""A graph drawn: as a tree of lines, as Mermaid, as Graphviz's DOT."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.installer.commands.dependency_graph import Graph, Need

_UNICODE = ("├── ", "└── ", "│   ", "    ")
_ASCII = ("|-- ", "`-- ", "|   ", "    ")
_PRINTABLE = 0x20


@dataclass(frozen=True, slots=True)
class Style:
    """How a tree is drawn: how deep (``None``: all the way), whether what was drawn is drawn again."""

    depth: int | None = None
    dedupe: bool = True
    extras: bool = False
    sizes: bool = False
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a tree, and what is below it: the package's key, and the requirement that leads there."""

    key: str | None
    need: "Need"


#: What is below a package: what it needs, or who needs it.
Below = Callable[[str], list[Branch]]


def below_of(graph: "Graph", *, invert: bool) -> Below:
    """What a tree of the graph has below a package."""
    if not invert:
        return lambda key: [Branch(need.to, need) for need in graph.needs.get(key, ())]
    needed_by = graph.needed_by()
    return lambda key: [Branch(above, need) for above, need in sorted(needed_by.get(key, ()), key=_by_key)]


def _by_key(pair: "tuple[str, Need]") -> tuple[str, str]:
    return pair[0], pair[1].text


def tree_lines(graph: "Graph", roots: list[Branch], below: Below, style: Style) -> Iterator[str]:
    """The lines of a tree; deep ones, too, for it is drawn without recursion. ``(*)``: drawn before."""
    tee, corner, bar, gap = _UNICODE if _can(style.encoding) else _ASCII
    drawn: set[str] = set()
    # (branch, prefix of the line, prefix of what is below, depth, the packages above)
    waiting: list[tuple[Branch, str, str, int, tuple[str, ...]]] = [
        (root, "", "", 0, ()) for root in reversed(roots)
    ]
    while waiting:
        branch, first, rest, depth, above = waiting.pop()
        children = below(branch.key) if branch.key is not None else []
        mark = ""
        if branch.key is not None and branch.key in above:
            mark, children = " (circle)", []
        elif style.dedupe and branch.key in drawn and children:
            mark, children = " (*)", []
        if branch.key is not None:
            drawn.add(branch.key)
        yield f"{first}{printable(_words(graph, branch, style, is_root=depth == 0))}{mark}"
        if style.depth is not None and depth >= style.depth:
            continue
        path = (*above, branch.key) if branch.key is not None else above
        for number, child in reversed(list(enumerate(children))):
            is_last = number == len(children) - 1
            start, goes_on = (corner, gap) if is_last else (tee, bar)
            waiting.append((child, f"{rest}{start}", f"{rest}{goes_on}", depth + 1, path))


def _words(graph: "Graph", branch: Branch, style: Style, *, is_root: bool) -> str:
    need = branch.need
    package = graph.packages.get(branch.key) if branch.key is not None else None
    name = package.name if package is not None else need.name
    extras = _extras(need.text) if package is None or package.name == need.name else ""
    words = f"{name}{extras}"
    if package is None:
        words += " (missing)"
    elif package.version:
        words += f" {package.version}"
    if package is not None and style.sizes:
        words += f" {_size(package.size)}"
    wish = shown_wish(need.text, extras=style.extras)
    if wish and not (is_root and not need.origin):
        words += f" [{wish}]"
    if package is not None and not need.fits:
        words += " (does not fit)"
    return words


def shown_wish(text: str, *, extras: bool = True) -> str:
    """What a requirement says besides the name: versions, and the marker where it is asked for."""
    from bodega.formats.errors import BodegaError
    from bodega.formats.requirements import parse_requirement

    try:
        requirement = parse_requirement(text)
    except BodegaError:
        return text
    place = f"@ {requirement.url}" if requirement.url else requirement.specifier
    marker = requirement.marker or ""
    if not extras and "extra" in marker:
        marker = ""
    return "; ".join(part for part in (place, marker) if part)


def printable(text: str) -> str:
    """Words of packages, without what would steer a terminal."""
    return text if text.isprintable() else "".join(one if one.isprintable() else "?" for one in text)


def _extras(text: str) -> str:
    _, bracket, rest = text.partition("[")
    inside = rest.partition("]")[0]
    is_extras = bracket and inside and not set(inside) & set("<>=!~;@'\" ")
    return f"[{inside}]" if is_extras else ""


def _size(size: int | None) -> str:
    if size is None:
        return "(? kB)"
    if size >= 100_000:  # noqa: PLR2004 - as the reports of installs have it
        return f"({size / 1e6:.1f} MB)"
    return f"({size / 1e3:.0f} kB)"


def _can(encoding: str) -> bool:
    try:
        "".join(_UNICODE).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _edges(
    roots: list[Branch], below: Below, depth: int | None
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The packages that roots come to, and who leads to whom by which words, each once."""
    keys: dict[str, None] = {}
    edges: dict[tuple[str, str, str], None] = {}
    waiting = [(one.key, 0) for one in roots if one.key is not None]
    while waiting:
        key, far = waiting.pop(0)
        if key in keys:
            continue
        keys[key] = None
        for child in below(key) if depth is None or far < depth else ():
            other = child.key if child.key is not None else f"{child.need.name} (missing)"
            edges[key, other, shown_wish(child.need.text)] = None
            if child.key is not None:
                waiting.append((child.key, far + 1))
            else:
                keys.setdefault(other, None)
    return list(keys), list(edges)


def mermaid_lines(graph: "Graph", roots: list[Branch], below: Below, depth: int | None) -> Iterator[str]:
    """A Mermaid flow chart."""
    keys, edges = _edges(roots, below, depth)
    number = {key: f"n{place}" for place, key in enumerate(keys)}
    yield "flowchart TD"
    for key in keys:
        yield f'    {number[key]}["{_mermaid(_label(graph, key))}"]'
    for one, other, words in edges:
        label = f'|"{_mermaid(words)}"|' if words else ""
        yield f"    {number[one]} -->{label} {number[other]}"


def dot_lines(graph: "Graph", roots: list[Branch], below: Below, depth: int | None) -> Iterator[str]:
    """A digraph of Graphviz."""
    keys, edges = _edges(roots, below, depth)
    yield "digraph requirements {"
    for key in keys:
        yield f'    "{_dot(key)}" [label="{_dot(_label(graph, key))}"];'
    for one, other, words in edges:
        yield f'    "{_dot(one)}" -> "{_dot(other)}" [label="{_dot(words)}"];'
    yield "}"


def _label(graph: "Graph", key: str) -> str:
    package = graph.packages.get(key)
    return key if package is None else f"{package.name} {package.version}".rstrip()


def _mermaid(text: str) -> str:
    quoted = text.replace("&", "&amp;").replace('"', "#quot;").replace("<", "&lt;").replace(">", "&gt;")
    return _plain(quoted)


def _dot(text: str) -> str:
    return _plain(text.replace("\\", "\\\\").replace('"', '\\"'))


def _plain(text: str) -> str:
    return "".join(letter for letter in text if ord(letter) >= _PRINTABLE)
