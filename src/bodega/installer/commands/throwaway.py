"""Environments that nobody made by hand: kept by what they hold, for ``run`` and ``tool run``.

What is asked for leads to an environment twice: by the request's own words, which asks no index, and by the
wheels that they came to, so that two requests for the same share one. Nobody changes such an environment.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from bodega.formats.requirements import parse_requirement
from bodega.installer.building.trees import settled, trees_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.apply import apply
from bodega.installer.environments.creation import create
from bodega.installer.environments.interpreter import Interpreter, describe
from bodega.installer.environments.linking import LinkMode
from bodega.installer.environments.plan import plan
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.installer.locking.select import selection_of
from bodega.installer.store.errors import StoreUnwritableError
from bodega.installer.store.locks import locked, shared
from bodega.installer.store.staging_area import remove_tree

_FORMAT = 1
_DONE = ".complete"
_PROGRAM = "Scripts/python.exe" if os.name == "nt" else "bin/python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an environment is to hold: ``requires``, and, seen behind it, the packages of ``above``.

    ``above`` is the site-packages folder of another environment, empty for none. ``anew`` asks the indexes
    even where the words led to an environment before.
    """

    requires: Sequence[str]
    above: str = ""
    anew: bool = False


def environment_for(wanted: Wanted, workshop: Workshop) -> Interpreter:
    """The kept environment; raises what resolving, downloading and building raise."""
    base = workshop.interpreter()
    root = workshop.store.layout.throwaway
    words = _digest([str(_FORMAT), base.executable, base.bytecode, wanted.above, *sorted(wanted.requires)])
    known = f"{root}/{words}.json"
    folder = None if wanted.anew else _known(known)
    if folder is None:
        folder = _made(wanted, base, workshop, root)
        _note(known, folder)
    _hold(f"{folder}/{_DONE}")
    return describe(f"{folder}/{_PROGRAM}", workshop.store)


def _hold(path: str) -> None:
    """Say that the environment is used now, and hold it, by a lock that the program started inherits.

    Who clears the store leaves alone what was used not long ago, and what is held.
    """
    with suppress(OSError):
        os.utime(path)
        descriptor = os.open(path, os.O_RDONLY)
        shared(descriptor)
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - positional only


def _known(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            folder = json.load(file)["folder"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return folder if os.path.exists(f"{folder}/{_DONE}") else None


def _note(path: str, folder: str) -> None:
    beside = f"{path}.{os.getpid()}"
    with open(beside, "w", encoding="utf-8") as file:
        json.dump({"folder": folder}, file)
    os.replace(beside, path)


def _made(wanted: Wanted, base: Interpreter, workshop: Workshop, root: str) -> str:
    asked = [Asked(parse_requirement(text), "the command line") for text in wanted.requires]
    resolver = Resolver(workshop.materials, base.target)
    resolution = workshop.resolve(resolver, ResolveRequest(requirements=asked))
    selected = selection_of(resolution)
    trees = trees_of(workshop.makers, selected)
    shas = sorted(tree.sha256 for tree in trees.values())
    folder = f"{root}/{_digest([str(_FORMAT), base.base, base.bytecode, wanted.above, *shas])}"
    try:
        os.makedirs(root, exist_ok=True)
    except OSError as error:
        raise StoreUnwritableError(workshop.store.layout.root, error.strerror or str(error)) from error
    with locked(f"{folder}.lock"):
        if not os.path.exists(f"{folder}/{_DONE}"):
            remove_tree(folder)
            made = create(folder, base, workshop.store)
            mode = cast("LinkMode", workshop.link_mode)
            apply(made, settled(plan(selected, {}), trees), workshop.store, link_mode=mode)
            if wanted.above:
                with open(f"{made.scheme.purelib}/_above.pth", "w", encoding="utf-8") as file:
                    file.write(f"{wanted.above}\n")
            with open(f"{folder}/{_DONE}", "wb"):
                pass
    workshop.progress.done()
    return folder


def _digest(facts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]
