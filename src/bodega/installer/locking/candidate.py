"""A version of a project that may be chosen, and a project's versions in columns.

A project may have thousands, of which a search looks at three: so a candidate is made when it is looked at.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from bodega.formats.version_order import VersionKey, is_prerelease, version_key
from bodega.installer.locking.ports import Prepared
from bodega.simple_api.pages import ProjectFile

#: Gives every file of the version, in the order of their names.
AllFiles = Callable[[], Sequence[ProjectFile]]


class Candidate:
    """One version of a project, its key in the order of versions, and the file it would be installed from.

    The file may be given as a function, which is called when the file is first looked at. ``prepared`` is
    what a direct reference came down to, where it is that and no index that names it. ``files`` gives all
    files of the version, where an index has it.
    """

    __slots__ = ("_file", "files", "key", "prepared", "version")

    def __init__(
        self,
        version: str,
        key: VersionKey,
        file: ProjectFile | Callable[[], ProjectFile],
        prepared: Prepared | None = None,
        *,
        files: AllFiles | None = None,
    ) -> None:
        self.version = version
        self.key = key
        self._file = file
        self.prepared = prepared
        self.files = files

    @property
    def file(self) -> ProjectFile:
        """The file it would be installed from."""
        if not isinstance(self._file, ProjectFile):
            self._file = self._file()
        return self._file

    @property
    def is_prerelease(self) -> bool:
        """Whether it is a pre-release or a development release (PEP 440)."""
        return is_prerelease(self.key)

    @property
    def is_source(self) -> bool:
        """Whether its file has to be built first."""
        return not self.file.filename.endswith(".whl")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Candidate):
            return NotImplemented
        mine, others = (self.version, self.key, self.prepared), (other.version, other.key, other.prepared)
        return mine == others and self.file == other.file

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Candidate({self.version!r})"


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of all candidates, newest first; the sets are bits, bit ``i`` for candidate ``i``."""

    versions: Sequence[str]
    keys: Sequence[VersionKey]
    yanked: int
    prereleases: int
    sources: int


class Keys(Sequence[VersionKey]):
    """The keys of versions, each computed when it is first asked for."""

    def __init__(self, versions: Sequence[str]) -> None:
        self._versions = versions
        self._known: list[VersionKey | None] = [None] * len(versions)

    def __len__(self) -> int:
        return len(self._versions)

    @overload
    def __getitem__(self, number: int) -> VersionKey: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[VersionKey]: ...

    def __getitem__(self, number: int | slice) -> Any:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        key = self._known[number]
        if key is None:
            key = self._known[number] = version_key(self._versions[number])
        return key


class Candidates(Sequence[Candidate]):
    """The candidates of a project, newest first, as an index offers them."""

    def __init__(
        self,
        columns: Columns,
        file_of: Callable[[int], ProjectFile],
        files_of: Callable[[int], Sequence[ProjectFile]],
    ) -> None:
        self.columns = columns
        self._file_of = file_of
        self._files_of = files_of
        self._made: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self.columns.versions)

    @overload
    def __getitem__(self, number: int) -> Candidate: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Candidate]: ...

    def __getitem__(self, number: int | slice) -> Any:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        if number < 0:
            number += len(self)
        if number not in self._made:
            columns = self.columns
            self._made[number] = Candidate(
                columns.versions[number],
                columns.keys[number],
                lambda: self._file_of(number),
                files=lambda: self._files_of(number),
            )
        return self._made[number]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_are_equal, self, other))

    __hash__ = None  # type: ignore[assignment]


class Ordered(Sequence[Candidate]):
    """Candidates in another order, which is given by their numbers."""

    def __init__(self, candidates: Sequence[Candidate], numbers: Sequence[int]) -> None:
        self._candidates = candidates
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, number: int) -> Candidate: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Candidate]: ...

    def __getitem__(self, number: int | slice) -> Any:
        if isinstance(number, slice):
            return [self._candidates[one] for one in self._numbers[number]]
        return self._candidates[self._numbers[number]]


def columns_of(candidates: Sequence[Candidate]) -> Columns:
    """The columns of candidates that come newest first."""
    if isinstance(candidates, Candidates):
        return candidates.columns
    return Columns(
        [one.version for one in candidates],
        [one.key for one in candidates],
        bits_of(one.file.yanked is not None for one in candidates),
        bits_of(one.is_prerelease for one in candidates),
        bits_of(one.is_source for one in candidates),
    )


def bits_of(flags: Iterable[bool]) -> int:
    """Flags as bits, bit 0 for the first."""
    return int("".join(["1" if flag else "0" for flag in flags])[::-1] or "0", 2)


def _are_equal(one: object, other: object) -> bool:
    return one == other
