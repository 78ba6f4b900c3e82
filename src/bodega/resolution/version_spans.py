"""Sets of versions as spans of the versions that are offered, whatever the order of the offer is."""

from collections.abc import Sequence

from bodega.formats.version_order import version_key


def spans(versions: Sequence[str], bits: int) -> list[tuple[str, str]]:
    """The first and the last version, both inside, of each run of versions in ``bits``; oldest run first."""
    found: list[tuple[str, str]] = []
    was_in = False
    for number in oldest_first(versions):
        is_in = bool(bits >> (number + 1) & 1)
        if is_in:
            version = versions[number]
            if was_in:
                found[-1] = (found[-1][0], version)
            else:
                found.append((version, version))
        was_in = is_in
    return found


def oldest_first(versions: Sequence[str]) -> list[int]:
    """The numbers of an offer's versions in their order by PEP 440; what has none comes first."""
    keys = [version_key(version) for version in versions]
    return sorted(range(len(versions)), key=lambda number: (keys[number] is not None, keys[number]))
