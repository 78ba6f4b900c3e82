"""The files of a page that are found sound all together, each read when it is first looked at.

Pages list thousands of files, and a resolution looks into a few. What ``parse_file`` would refuse in any of
them is looked for in all of them at once, over columns; where that finds anything odd, nothing is said, and
the files are read one by one.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, overload

from bodega.formats.digests import best_digest
from bodega.simple_api.pages import InlineMetadata, ProjectFile
from bodega.simple_api.parse_file import parse_file, read_text

_Entry = dict[str, Any]

_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_IN_NAMES = "".join(sorted(_WORD)).encode() + b".+!~@,=() -\n"
_HEX = b"0123456789abcdefABCDEF"
_LONGEST_NAME = 254
_LONGEST_URL = 4096
_SHA256 = 64


class FileColumns(NamedTuple):
    """What choosing among files begins with; ``hashed`` says of which a digest can be trusted."""

    filenames: Sequence[str]
    pythons: Sequence[str | None]
    yanked: Sequence[bool]
    hashed: Sequence[bool]


class ListedFiles(Sequence[ProjectFile]):
    """Sound entries of one page; ``inline`` is what the page tells of each one's metadata, or empty."""

    def __init__(
        self,
        entries: Sequence[_Entry],
        base: str,
        inline: Sequence[InlineMetadata | None],
        columns: FileColumns,
    ) -> None:
        self.entries = entries
        self.base = base
        self.columns = columns
        self._inline = inline
        self._made: dict[int, ProjectFile] = {}

    def inline(self, number: int) -> InlineMetadata | None:
        """What the page tells of a file's metadata."""
        return self._inline[number] if self._inline else None

    @property
    def tells(self) -> bool:
        """Whether the page tells of the metadata of any file."""
        return any(one is not None for one in self._inline)

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, number: int) -> ProjectFile: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[ProjectFile]: ...

    def __getitem__(self, number: int | slice) -> Any:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        if number not in self._made:
            self._made[number] = parse_file(self.entries[number], self.base, self.inline(number))
        return self._made[number]


def listed_files(
    entries: list[Any], base: str, inline: Sequence[InlineMetadata | None] = ()
) -> ListedFiles | None:
    """The files of a page's entries; ``None`` where not all of them are plainly sound."""
    try:
        names, urls, hashes, told, pythons, yanked = _columns(entries)
        is_sound = _are_names(names) and _are_urls(urls, base) and _are_digests(hashes) and _are_told(told)
    except (TypeError, KeyError, AttributeError, ValueError):
        return None
    if not is_sound:
        return None
    texts = {text: read_text(text) for text in {*pythons}}
    columns = FileColumns(
        names,
        [texts[text] for text in pythons],
        [flag is not False and (flag is True or isinstance(flag, str)) for flag in yanked],
        [True] * len(names),
    )
    return ListedFiles(entries, base, inline, columns)


def columns_of_files(files: Sequence[ProjectFile]) -> FileColumns:
    """The columns of any files."""
    if isinstance(files, ListedFiles):
        return files.columns
    return FileColumns(
        [file.filename for file in files],
        [file.requires_python for file in files],
        [file.yanked is not None for file in files],
        [best_digest(file.hashes) is not None for file in files],
    )


def tells(files: Sequence[ProjectFile]) -> bool:
    """Whether their page tells of the metadata of any of the files."""
    if isinstance(files, ListedFiles):
        return files.tells
    return any(file.inline is not None for file in files)


def _columns(entries: list[Any]) -> tuple[Sequence[Any], ...]:
    if set(map(type, entries)) - {dict}:
        raise TypeError
    if not entries:
        return (), (), (), (), (), ()
    try:
        read = itemgetter("filename", "url", "hashes", "core-metadata", "requires-python", "yanked")
        return tuple(zip(*map(read, entries), strict=True))
    except KeyError:  # what may be left out, as older indexes do
        required = tuple(zip(*map(itemgetter("filename", "url", "hashes"), entries), strict=True))
        told = [one["core-metadata"] if "core-metadata" in one else _said_of_old(one) for one in entries]
        pythons = [one.get("requires-python") for one in entries]
        return (*required, told, pythons, [one.get("yanked", False) for one in entries])


def _said_of_old(entry: _Entry) -> bool:
    if "dist-info-metadata" in entry or "data-dist-info-metadata" in entry:
        raise KeyError
    return False


def _are_names(names: Sequence[str]) -> bool:
    return (
        len({*names}) == len(names)
        and not "\n".join(names).encode().translate(None, _IN_NAMES)
        and "\n" not in "".join(names)
        and {name[:1] for name in names} <= _WORD
        and {name[-1:] for name in names}.isdisjoint(". ")
        and max(map(len, names), default=0) <= _LONGEST_NAME
    )


def _are_urls(urls: Sequence[str], base: str) -> bool:
    joined = "".join(urls)
    if not joined.isprintable() or " " in joined or max(map(len, urls), default=0) > _LONGEST_URL:
        return False
    relative = [url for url in urls if not url.startswith(("https://", "http://"))]
    if not relative:
        return True
    text = "".join(relative)
    is_plain = text.isascii() and not any(mark in text for mark in ":[]\\")
    return is_plain and base.startswith(("https://", "http://"))


def _are_digests(hashes: Sequence[Mapping[str, str]]) -> bool:
    """Whether each is one sha256."""
    if not hashes:
        return True
    values = list(map(itemgetter("sha256"), hashes))
    return (
        set(map(len, hashes)) == {1}
        and set(map(type, hashes)) == {dict}
        and set(map(len, values)) == {_SHA256}
        and not "".join(values).encode().translate(None, _HEX)
    )


def _are_told(told: Sequence[Any]) -> bool:
    return _are_digests([one for one in told if one is not True and one is not False])
