"""The store as a whole: what is in it, what needs it, and clearing it."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from glob import escape, glob

from bodega.formats.names import normalize
from bodega.installer.environments.history import trees_in_history
from bodega.installer.environments.journal import NEW
from bodega.installer.environments.linked import FACTS, read_linked
from bodega.installer.store.collecting import Cleared, Limits
from bodega.installer.store.errors import StoreError
from bodega.installer.store.known_environments import KnownEnvironment, known_environments
from bodega.installer.store.store import Store

_SHA256 = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Need:
    """Why a tree is in the store still: an environment that needs it, by ``how``."""

    environment: str
    how: str


def clear(store: Store, limits: Limits, *, dry_run: bool = False) -> Cleared:
    """Clear the store; notes of environments that are gone go too. Raises StoreUnwritableError."""
    needs: dict[str, set[str]] = {}
    for one in known_environments(store.layout):
        if one.is_there:
            needs[one.root] = trees_of(one)
        elif not dry_run:
            with suppress(OSError):
                os.unlink(one.note)
    return store.clear(limits, needs, dry_run=dry_run)


def would_free(store: Store, limits: Limits) -> int:
    """How many bytes clearing would free; nothing where the store cannot be written."""
    try:
        return clear(store, limits, dry_run=True).freed
    except StoreError:
        return 0


def environments_of(store: Store) -> list[KnownEnvironment]:
    """The environments that are there and were made from the store."""
    return [one for one in known_environments(store.layout) if one.is_there]


def trees_of(one: KnownEnvironment) -> set[str]:
    """The trees that an environment links to, and those that its history needs to go back."""
    return _linked(one) | trees_in_history(one.state)


def why(store: Store, what: str) -> dict[str, list[Need]]:
    """The trees that a project has, or whose sha256 begins so, each with what needs it."""
    folder = f"{store.layout.projects}/{normalize(what)}"
    if os.path.isdir(folder):
        shas = sorted(os.listdir(folder))
    elif _SHA256.fullmatch(what):
        shas = [one for one in sorted(_names(store.layout.trees)) if one.startswith(what)]
    else:
        shas = []
    found: dict[str, list[Need]] = {one: [] for one in shas if os.path.isdir(store.layout.tree(one))}
    for environment in environments_of(store):
        for how, trees in (
            ("linked", _linked(environment)),
            ("history", trees_in_history(environment.state)),
        ):
            for sha256 in found.keys() & trees:
                found[sha256].append(Need(environment.root, how))
        for sha256 in _hardlinked(store, environment, found):
            found[sha256].append(Need(environment.root, "files"))
    return found


def _linked(one: KnownEnvironment) -> set[str]:
    trees = set(read_linked(one.root).trees.values())
    # A commit that was cut short is rolled forward by the next command: what it brings is needed.
    for facts in glob(f"{escape(one.state)}/staging/*/{NEW}/{FACTS}"):
        trees |= set(read_linked(facts.removesuffix(f"/{FACTS}")).trees.values())
    return trees


def _hardlinked(store: Store, one: KnownEnvironment, shas: dict[str, list[Need]]) -> Iterator[str]:
    places = ("lib*/python*/site-packages", "Lib/site-packages")
    sites = [site for place in places for site in glob(f"{escape(one.root)}/{place}")]
    for sha256 in shas:
        tree = store.look(sha256)
        if tree is None:
            continue
        mark = f"{tree.manifest.dist_info}/WHEEL"
        for site in sites:
            with suppress(OSError):
                if os.path.samefile(f"{tree.files}/{mark}", f"{site}/{mark}"):
                    yield sha256
                    break


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
