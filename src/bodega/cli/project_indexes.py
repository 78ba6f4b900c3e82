"""What is done about indexes that the files of a project name: announced, asked about once, or refused."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.cli.log import note

if TYPE_CHECKING:
    from bodega.bootstrap.project_indexes import KeptDecisions, ProjectIndex
    from bodega.bootstrap.settings import Settings
    from bodega.installer.inputs.project_file import Pyproject

_HOW = "BODEGA_PROJECT_INDEXES=allow trusts it, =refuse refuses it"


def heed_project(options: Namespace, project: "Pyproject", *, bound_only: bool = False) -> None:
    """Heed the indexes of a pyproject.toml, ``bound_only``: those that projects are bound to.

    Raises ProjectIndexRefusedError, and what reading settings raises.
    """
    settings = project.settings
    if not settings.indexes:
        return
    from bodega.bootstrap.project_indexes import ProjectIndex

    found = []
    for index in settings.indexes:
        bound = tuple(sorted(name for name, source in settings.sources.items() if source == index.name))
        is_asked_for_all = not (index.explicit or bound_only or options.index_url or options.no_index)
        if bound or is_asked_for_all:
            projects = () if is_asked_for_all else bound
            found.append(ProjectIndex(project.shown, index.url, projects))
    _heed(options, project.folder, found)


def heed_folder(options: Namespace) -> None:
    """Heed the index that the settings file of this folder sets, in a command that asks indexes.

    Raises as ``heed_project``.
    """
    asks = getattr(options, "outdated", True) or getattr(options, "uptodate", False)
    if not (asks and hasattr(options, "index_url")):
        return
    from bodega.bootstrap.project_indexes import ProjectIndex, is_of_folder
    from bodega.bootstrap.settings import FILE_NAME, read_settings

    settings = read_settings(os.environ)
    if not (options.index_url or getattr(options, "no_index", False)) and is_of_folder(settings, "index_url"):
        _heed(options, os.getcwd(), [ProjectIndex(FILE_NAME, settings.text("index_url"))])


def _heed(options: Namespace, folder: str, indexes: "Sequence[ProjectIndex]") -> None:
    from bodega.bootstrap.project_indexes import KeptDecisions, not_the_users, policy_of
    from bodega.bootstrap.settings import read_settings

    settings = read_settings(os.environ)
    policy, decisions = policy_of(settings), KeptDecisions(os.environ)
    for index in not_the_users(indexes, _chosen(options, settings)):
        said = decisions.get(folder, index.url) if policy == "ask" else None
        if said is False or policy == "refuse":
            by = f"{decisions.path} says so" if said is False else "BODEGA_PROJECT_INDEXES is refuse"
            _refuse(index, by)
        if said is None and policy == "ask" and _can_ask(options):
            _ask(index, folder, decisions)
        elif said is None:
            _announce(options, index, "" if policy == "allow" else f"; {_HOW}")


def _chosen(options: Namespace, settings: "Settings") -> list[str | None]:
    """The indexes that are the user's own choice."""
    from bodega.bootstrap.pip_configuration import environment_prefix, read_pip_configuration
    from bodega.bootstrap.project_indexes import is_of_folder

    prefix = environment_prefix(options.python, os.environ) or sys.prefix
    pip = read_pip_configuration(os.environ, prefix=prefix, isolated=options.isolated)
    own = None if is_of_folder(settings, "index_url") else settings.text("index_url")
    pinned = (text.partition("=")[2].strip() for text in getattr(options, "index_pin", ()))
    given = (options.index_url, *getattr(options, "extra_index_url", ()), *pinned)
    return [*given, own, pip.index_url, *pip.several("extra-index-url")]


def _can_ask(options: Namespace) -> bool:
    silent = options.json or options.quiet or getattr(options, "no_input", False)
    return not silent and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(index: "ProjectIndex", folder: str, decisions: "KeptDecisions") -> None:
    """Yes and no are kept, anything else is no for this time; raises ProjectIndexRefusedError."""
    sys.stderr.write(f"{index.shown}\nIs this index trusted, for this folder? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip().lower()
    if answer in ("y", "yes", "n", "no"):
        decisions.keep(folder, index.url, trusted=answer in ("y", "yes"))
    if answer not in ("y", "yes"):
        _refuse(index, "that was the answer")


def _announce(options: Namespace, index: "ProjectIndex", how: str) -> None:
    text = f"note: {index.shown}{how}"
    told: set[str] = vars(options).setdefault("announced", set())
    if text in told:
        return
    told.add(text)
    note(text)
    if not options.quiet:
        sys.stderr.write(f"{text}\n")


def _refuse(index: "ProjectIndex", why: str) -> None:
    from bodega.bootstrap.project_indexes import ProjectIndexRefusedError
    from bodega.formats.urls import masked

    raise ProjectIndexRefusedError(index.file, masked(index.url), why)
