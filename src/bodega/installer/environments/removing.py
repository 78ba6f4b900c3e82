"""Which files and folders go when distributions are removed (PEP 376, 627)."""

import os
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from bodega.formats.names import NormalizedName
from bodega.formats.record import recorded_paths
from bodega.installer.environments.errors import NoRecordError
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.places import Places, joined

#: A folder's entries that go: a file, or a folder with entries of its own.
Node = dict[str, "Node | None"]
_CACHE = "__pycache__"


def leaving(
    places: Places,
    removed: Iterable[Installed],
    kept: Iterable[Installed],
    again: Mapping[NormalizedName, Iterable[str]] = MappingProxyType({}),
) -> list[str]:
    """The paths below the root to be taken away, folders as a whole where nothing else is in them.

    Files outside the environment, files that make it one, and files that a kept distribution lists too stay.
    ``again`` are the files, below the root, of what is put back as it was: they go where no RECORD lists
    them. Raises NoRecordError.
    """
    paths: set[str] = set()
    for distribution in removed:
        paths.update(_listed(places, distribution, again))
        # What an installer adds without listing it belongs to the distribution all the same.
        info = places.within(distribution.site, distribution.path)
        if info is not None:
            paths.update(f"{info}/{name}" for name in os.listdir(distribution.path))
    if paths:
        paths -= _shared(places, paths, kept)
    root: Node = {}
    for path in paths:
        _insert(root, path)
    going: list[str] = []
    _leave(places, "", root, going)
    return going


def _listed(
    places: Places, distribution: Installed, again: Mapping[NormalizedName, Iterable[str]]
) -> Iterator[str]:
    recorded = distribution.recorded()
    if recorded is None and distribution.name not in again:
        raise NoRecordError(distribution.name, distribution.version, distribution.path)
    if recorded is None:
        yield from again[distribution.name]
    for path in recorded or ():
        relative = places.within(distribution.site, path)
        if relative is not None:
            yield relative


def owner_of(places: Places, path: str, distributions: Iterable[Installed]) -> Installed | None:
    """The distribution that lists a path, relative to the root."""
    for distribution in distributions:
        for recorded in distribution.recorded() or ():
            if places.within(distribution.site, recorded) == path:
                return distribution
    return None


def _shared(places: Places, paths: set[str], kept: Iterable[Installed]) -> set[str]:
    shared: set[str] = set()
    site = f"{places.purelib}/" if places.purelib else ""
    tops = {path.removeprefix(site).partition("/")[0].encode() for path in paths if path.startswith(site)}
    tops |= {path.rpartition("/")[2].encode() for path in paths if not path.startswith(site)}
    for distribution in kept:
        data = distribution.read("RECORD") if distribution.kind == "dist-info" else None
        # Most distributions share nothing, which one look at the bytes tells.
        if data is None or not any(top in data for top in tops):
            continue
        for path in recorded_paths(data.decode("utf-8", "surrogateescape")):
            relative = places.within(distribution.site, path)
            if relative in paths:
                shared.add(relative)
    return shared


def _insert(root: Node, path: str) -> None:
    node = root
    *folders, name = path.split("/")
    for folder in folders:
        below = node.get(folder)
        if below is None:
            below = node[folder] = {}
        node = below
    node.setdefault(name, None)


def _leave(places: Places, folder: str, node: Node, going: list[str]) -> bool:
    """Collect what goes below a folder; whether nothing stays, so that its parent may take it whole."""
    try:
        entries = list(os.scandir(joined(places.root, folder) if folder else places.root))
    except (FileNotFoundError, NotADirectoryError):
        return False
    leaving_here: list[str] = []
    for entry in entries:
        path = joined(folder, entry.name)
        if not entry.is_dir(follow_symlinks=False):
            if entry.name in node and node[entry.name] is None:
                leaving_here.append(path)
            continue
        below = _compiled(entry, node) if entry.name == _CACHE else node.get(entry.name)
        if below is not None and _leave(places, path, below, going):
            leaving_here.append(path)
    if len(leaving_here) == len(entries) and folder not in places.lasting:
        return True
    going.extend(leaving_here)
    return False


def _compiled(entry: "os.DirEntry[str]", node: Node) -> Node:
    """The .pyc of the sources that go."""
    stems = {name[:-3] for name in node if name.endswith(".py")}
    listed = node.get(_CACHE) or {}
    return {
        **listed,
        **{name: None for name in os.listdir(entry.path) if name.partition(".")[0] in stems},
    }
