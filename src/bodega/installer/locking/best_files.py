"""The best file of each version of a page for a target, in one pass over columns.

What is decided here is decided once more, file by file and with the reasons, where somebody asks why a
version is not offered (``candidates.CandidateFinder.unoffered``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.tags import TagRanking
from bodega.formats.version_order import VersionKey, normalized, version_key
from bodega.installer.locking.format_control import Kinds
from bodega.simple_api.listed_files import FileColumns

#: Of a file: of a wanted hash, not yanked, a wheel, the tag's rank, the higher build; lower is better. Of
#: sources a .tar.gz.
Score = tuple[bool, bool, bool, int, int, str]
#: What follows a wheel's version in its name; of a source nothing.
_Rest = str


@dataclass(slots=True)
class Release:
    """One version of a page: the numbers of its files, and of the best one, -1 where none can be taken."""

    text: str
    files: list[tuple[int, _Rest]] = field(default_factory=list)
    best: int = -1


@dataclass(frozen=True, slots=True)
class Rules:
    """What can be taken, and what goes first: ``is_other`` says which files have no wanted hash.

    Of a version that is taken there is a file for each of the ``further`` platforms, too.
    """

    ranking: TagRanking
    admits: Callable[[str | None], bool]
    kinds: Kinds
    is_other: Callable[[int], bool]
    further: Sequence[TagRanking] = ()


def releases_of(name: NormalizedName, filenames: Sequence[str]) -> dict[VersionKey, Release]:
    """The versions that files are of, in their order; what is named after another project counts for none."""
    found: dict[VersionKey, Release] = {}
    wheels: dict[str, Release | None] = {}
    sources: dict[str, Release | None] = {}
    named: dict[str, bool] = {}
    for number, filename in enumerate(filenames):
        if filename[-4:] == ".whl":
            project, dash, text = filename.partition("-")
            text, _, rest = text.partition("-")
            if project not in named:
                named[project] = normalize(project) == name
            if not dash or not rest or not named[project]:
                continue
            known = wheels
        else:
            of_source = _version_of_source(filename, name)
            if of_source is None:
                continue
            text, rest, known = of_source, "", sources
        if text not in known:
            known[text] = _release(text.replace("_", "-") if rest else text, found)
        release = known[text]
        if release is not None:
            release.files.append((number, rest))
    return found


def _release(text: str, found: dict[VersionKey, Release]) -> Release | None:
    key = version_key(text)
    if key is None:
        return None
    if key not in found:
        found[key] = Release(normalized(text) or text)
    return found[key]


def _version_of_source(filename: str, name: NormalizedName) -> str | None:
    if filename[-7:] == ".tar.gz":
        project, _, text = filename[:-7].partition("-")
        if project == name or normalize(project) == name:
            return text
    return sdist_version(filename, name)


def choose(releases: dict[VersionKey, Release], files: FileColumns, rules: Rules) -> None:
    """Find the best file of each version."""
    ranks: dict[_Rest, tuple[int, int, str] | None] = {}
    pythons: dict[str | None, bool] = {text: rules.admits(text) for text in {*files.pythons}}
    filenames, python_of, hashed, yanked = files.filenames, files.pythons, files.hashed, files.yanked
    for release in releases.values():
        best: Score | None = None
        for number, rest in release.files:
            if rest not in ranks or not rest:
                ranks[rest] = _rank(filenames[number], rules)
            rank = ranks[rest]
            if rank is None or not hashed[number] or not pythons[python_of[number]]:
                continue
            score = (rules.is_other(number), yanked[number], not rest, *rank)
            if best is None or score < best:
                best, release.best = score, number
        if rules.further and best is not None:
            fit = [n for n, _ in release.files if hashed[n] and pythons[python_of[n]]]
            if not _serves([filenames[number] for number in fit], rules):
                release.best = -1


def _serves(filenames: Sequence[str], rules: Rules) -> bool:
    """Whether files have one for each of the further platforms."""
    left = set(range(len(rules.further)))
    for filename in filenames:
        parts = wheel_parts(filename)
        if parts is None:
            if rules.kinds.sources and filename[-4:] != ".whl":
                return True
        elif rules.kinds.wheels:
            left -= {n for n in left if rules.further[n].rank(parts.tags) is not None}
    return not left


def _rank(filename: str, rules: Rules) -> tuple[int, int, str] | None:
    """How good a file is by its name alone, lower is better; ``None`` where it cannot be taken."""
    parts = wheel_parts(filename)
    if parts is None:
        is_taken = rules.kinds.sources and filename[-4:] != ".whl"
        return (0 if filename.endswith(".tar.gz") else 1, 0, "") if is_taken else None
    rank = rules.ranking.rank(parts.tags) if rules.kinds.wheels else None
    return None if rank is None else (rank, -parts.build[0], parts.build[1])
