"""Indexes that the files of a project name: whoever wrote these chooses where code comes from.

What a person said of one is kept for the folder and the URL together, among the data of the user: another
URL in the file, or another folder with it, is asked about anew.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bodega.bootstrap.settings import FILE_NAME, Settings, user_data_folder
from bodega.formats.errors import BodegaError
from bodega.formats.urls import masked, without_userinfo

Policy = Literal["allow", "ask", "refuse"]
_FORMAT = 1


class ProjectIndexRefusedError(BodegaError):
    """A file of a project names an index that the user or the settings refuse."""

    code = "E-PROJECT-INDEX-REFUSED"

    def __init__(self, file: str, url: str, why: str) -> None:
        super().__init__(f"{file} names the index {url}, which is not trusted", why=why)
        self.file = file
        self.url = url


@dataclass(frozen=True, slots=True)
class ProjectIndex:
    """An index that a file of a project names; ``projects`` are bound to it, none: whatever is asked for."""

    file: str
    url: str
    projects: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What the file does, without credentials."""
        whom = ", ".join(self.projects) or "all projects"
        return f"{self.file} sends {whom} to {masked(self.url)}"


class KeptDecisions:
    """What was said of indexes before; a file that cannot be read says nothing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.path = os.path.join(user_data_folder(environment), "project-indexes.json")

    def get(self, folder: str, url: str) -> bool | None:
        """Whether the index is trusted there; ``None`` where nobody said."""
        return self._read().get(_key(folder, url))

    def keep(self, folder: str, url: str, *, trusted: bool) -> None:
        """Remember it, whole or not at all; raises OSError."""
        import json

        decisions = {**self._read(), _key(folder, url): trusted}
        rows = [{"folder": key[0], "url": key[1], "trusted": said} for key, said in sorted(decisions.items())]
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        part = f"{self.path}.{os.getpid()}.part"
        with open(part, "w", encoding="utf-8") as file:
            json.dump({"version": _FORMAT, "decisions": rows}, file, indent=1)
        os.replace(part, self.path)

    def _read(self) -> dict[tuple[str, str], bool]:
        import json

        try:
            with open(self.path, encoding="utf-8") as file:
                rows = json.load(file)["decisions"]
            return {(row["folder"], row["url"]): row["trusted"] is True for row in rows}
        except (OSError, ValueError, KeyError, TypeError):
            return {}


def policy_of(settings: Settings) -> Policy:
    """What is done about such indexes; a settings file of the folder itself has no say in it."""
    said = settings.text("project_indexes")
    if is_of_folder(settings, "project_indexes"):
        return "ask"
    return "allow" if said == "allow" else "refuse" if said == "refuse" else "ask"


def is_of_folder(settings: Settings, key: str) -> bool:
    """Whether a setting is from the settings file of the folder that one is in."""
    return settings.origins[key] == "file" and settings.file == FILE_NAME


def not_the_users(indexes: Iterable[ProjectIndex], chosen: Iterable[str | None]) -> tuple[ProjectIndex, ...]:
    """Those that the user did not choose too, by options, variables or pip's configuration."""
    own = {_plain(url) for url in chosen if url}
    return tuple(one for one in indexes if _plain(one.url) not in own)


def _key(folder: str, url: str) -> tuple[str, str]:
    return os.path.realpath(folder), _plain(url)


def _plain(url: str) -> str:
    return without_userinfo(url).rstrip("/")
