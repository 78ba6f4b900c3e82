"""The candidates of a page as they are kept: columns that load at once, and a row for each file, unread."""

import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.version_order import VersionKey, is_prerelease
from bodega.installer.locking.best_files import Release
from bodega.installer.locking.candidate import Candidates, Columns, Keys, bits_of
from bodega.installer.locking.file_rows import file_of, row_of
from bodega.installer.locking.release_files import ReleaseFiles
from bodega.simple_api.listed_files import FileColumns, ListedFiles, tells
from bodega.simple_api.pages import ProjectFile
from bodega.simple_api.parse_file import parse_file


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates on their way to be kept: their columns, and the numbers of their files on the page."""

    columns: Columns
    numbers: Sequence[int]


def found_among(releases: Mapping[VersionKey, Release], files: FileColumns) -> Found:
    """The candidates among the versions of a page, newest first."""
    keys = sorted((key for key, one in releases.items() if one.best >= 0), reverse=True)
    chosen = [releases[key] for key in keys]
    numbers = [one.best for one in chosen]
    columns = Columns(
        tuple([one.text for one in chosen]),
        keys,
        bits_of([files.yanked[number] for number in numbers]),
        bits_of(map(is_prerelease, keys)),
        bits_of([files.filenames[number][-4:] != ".whl" for number in numbers]),
    )
    return Found(columns, numbers)


def candidates_of(found: Found, listed: Sequence[ProjectFile], files: ReleaseFiles) -> Candidates:
    """The candidates, whose files are those of the page."""
    columns, numbers = found.columns, found.numbers
    return Candidates(columns, lambda at: listed[numbers[at]], _all_files(columns, files))


def dump(found: Found, listed: Sequence[ProjectFile]) -> bytes:
    """The candidates as bytes, and whether their page tells of metadata."""
    columns = found.columns
    if isinstance(listed, ListedFiles):
        base, rows = listed.base, [marshal.dumps(listed.entries[number], 4) for number in found.numbers]
    else:
        base, rows = "", [marshal.dumps(row_of(listed[number]), 4) for number in found.numbers]
    plain = (tuple(columns.versions), columns.yanked, columns.prereleases, columns.sources)
    return marshal.dumps((*plain, base, tuple(rows), tells(listed)), 4)


def load(kept: bytes, files: ReleaseFiles) -> tuple[Candidates, bool] | None:
    """What ``dump`` took, the files without what is told of them; ``None`` for what is damaged."""
    try:
        found = marshal.loads(kept)  # noqa: S302 - our own file
        versions, yanked, prereleases, sources, base, rows, is_telling = found
    except (ValueError, TypeError, EOFError):
        return None
    columns = Columns(versions, Keys(versions), yanked, prereleases, sources)

    def file_at(number: int) -> ProjectFile:
        row = marshal.loads(rows[number])  # noqa: S302 - the same
        return parse_file(row, base) if isinstance(row, dict) else file_of(row)

    return Candidates(columns, file_at, _all_files(columns, files)), is_telling


def _all_files(columns: Columns, files: ReleaseFiles) -> Callable[[int], Sequence[ProjectFile]]:
    return lambda at: files.of(columns.versions[at])
