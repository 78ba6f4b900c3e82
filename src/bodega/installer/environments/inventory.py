"""What an interpreter finds installed: its environment's, the user's and the system's distributions."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from bodega.formats.names import NormalizedName
from bodega.installer.environments.installed import Installed, scan_folder
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.search_path import SearchPath, search_path

Editables = Literal["all", "only", "none"]


@dataclass(frozen=True, slots=True)
class Found:
    """One distribution. ``editable_at`` is the project's folder where it is installed editable.

    ``is_local`` says that it lies in the environment, ``is_user`` that it lies in the user's own folder.
    """

    distribution: Installed
    is_local: bool = True
    is_user: bool = False
    editable_at: str | None = None

    @property
    def name(self) -> NormalizedName:
        """The normalized name, as it stands on the disk."""
        return self.distribution.written_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which distributions are meant, in the words of pip's options."""

    local: bool = False
    user: bool = False
    editables: Editables = "all"

    def holds(self, found: Found) -> bool:
        """Whether it is meant."""
        return not (
            (self.local and not found.is_local)
            or (self.user and not found.is_user)
            or (self.editables == "only" and found.editable_at is None)
            or (self.editables == "none" and found.editable_at is not None)
        )


def take_inventory(interpreter: Interpreter, environ: Mapping[str, str]) -> list[Found]:
    """Every distribution that the interpreter finds, of one that is there twice the first, sorted by name.

    Raises InterpreterFailedError.
    """
    # Outside of environments all that is found counts as local.
    prefix = os.path.realpath(interpreter.prefix) if interpreter.is_venv else ""
    return _look(search_path(interpreter, environ), prefix)


def inventory_of(paths: Sequence[str]) -> list[Found]:
    """The distributions in folders that are named, whatever interpreter they are for."""
    return _look(SearchPath(tuple(os.path.abspath(path) for path in paths)), "")


def _look(where: SearchPath, prefix: str) -> list[Found]:
    links = _links(where.folders)
    found: dict[NormalizedName, Found] = {}
    for folder in where.folders:
        for one in scan_folder(folder):
            if one.kind != "egg-link" and one.written_name not in found:
                found[one.written_name] = _found(one, links, where.user, prefix)
    return sorted(found.values(), key=lambda one: one.name)


def within(scope: Scope, found: Iterable[Found]) -> list[Found]:
    """Those that are meant."""
    return [one for one in found if scope.holds(one)]


def _found(one: Installed, links: Mapping[NormalizedName, str], user: str | None, prefix: str) -> Found:
    # A folder named by a .pth is as local as the link beside that .pth.
    link = links.get(one.written_name)
    place = os.path.realpath(link or one.site)
    is_user = user is not None and f"{place}/".startswith(f"{os.path.realpath(user)}/")
    return Found(one, f"{place}/".startswith(f"{prefix}/"), is_user, _editable_at(one, link))


def _editable_at(one: Installed, link: str | None) -> str | None:
    document = one.direct_url
    if document is None:
        return one.site if link is not None else None
    info = document.get("dir_info")
    if isinstance(info, dict) and info.get("editable") is True:
        return unquote(urlsplit(str(document["url"])).path)
    return None


def _links(folders: Iterable[str]) -> dict[NormalizedName, str]:
    """The folder of each project's ``.egg-link`` (the old form of an editable install)."""
    links: dict[NormalizedName, str] = {}
    for folder in folders:
        for one in scan_folder(folder):
            if one.kind == "egg-link":
                links.setdefault(one.name, folder)
    return links
