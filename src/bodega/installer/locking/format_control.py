"""Which kinds of files may be chosen for a project: pip's ``--no-binary`` and ``--only-binary``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bodega.formats.names import normalize

ALL, NONE = ":all:", ":none:"


@dataclass(frozen=True, slots=True)
class Kinds:
    """What may be chosen: wheels, sources, or both.

    Of the files of a version those with one of ``hashes`` (``algorithm:value``) go first, as with pip.
    """

    wheels: bool = True
    sources: bool = True
    hashes: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """A short text that differs where what may be chosen does."""
        kinds = f"{'w' if self.wheels else ''}{'s' if self.sources else ''}"
        if not self.hashes:
            return kinds
        import hashlib  # noqa: PLC0415 - where nothing is to be done, nothing imports it

        return f"{kinds}-{hashlib.sha256('|'.join(sorted(self.hashes)).encode()).hexdigest()[:20]}"

    def prefers(self, hashes: Mapping[str, str]) -> bool:
        """Whether a file of these hashes goes before those of others."""
        return any(f"{algorithm}:{value}" in self.hashes for algorithm, value in hashes.items())


@dataclass(frozen=True, slots=True)
class FormatControl:
    """``no_binary`` and ``only_binary`` hold normalized names, or ``:all:``."""

    no_binary: frozenset[str] = frozenset()
    only_binary: frozenset[str] = frozenset()
    prefer_binary: bool = False

    def kinds(self, name: str) -> Kinds:
        """What may be chosen for a project: what names it itself wins over ``:all:``."""
        if name in self.only_binary:
            return Kinds(sources=False)
        if name in self.no_binary:
            return Kinds(wheels=False)
        if ALL in self.only_binary:
            return Kinds(sources=False)
        return Kinds(wheels=ALL not in self.no_binary)


def format_control(given: Iterable[tuple[str, str]], *, prefer_binary: bool = False) -> FormatControl:
    """From options in the order in which they were given, as (``no-binary`` or ``only-binary``, value).

    A value is names between commas; ``:all:`` forgets what the other option said, ``:none:`` what this one
    did. A name stands under the option that named it last.
    """
    no_binary, only_binary = named_by("no-binary", "only-binary", given)
    return FormatControl(no_binary, only_binary, prefer_binary=prefer_binary)


def named_by(
    one: str, other: str, given: Iterable[tuple[str, str]], start: Iterable[str] = ()
) -> tuple[frozenset[str], frozenset[str]]:
    """The names under each of two options that contradict each other, in the order in which they were given.

    ``start`` stands under ``one`` before anything is given.
    """
    said: dict[str, set[str]] = {one: set(start), other: set()}
    for option, value in given:
        this, that = said[option], said[other if option == one else one]
        for word in (word.strip() for word in value.split(",")):
            if word == ALL:
                that.clear()
                this.clear()
                this.add(ALL)
            elif word == NONE:
                this.clear()
            elif word:
                this.add(normalize(word))
                that.discard(normalize(word))
    return frozenset(said[one]), frozenset(said[other])
