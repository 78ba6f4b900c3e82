"""Where a working copy came from: the requirement by which an editable install can be made again (git)."""

import os
import re
from dataclasses import dataclass

_TIMEOUT = 60.0
_URL = re.compile(r"\w+://")
_SCP = re.compile(r"((?:\w+@)?[^/:]+):(\w[^:]*)")
_PROJECT_FILES = ("pyproject.toml", "setup.py")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A working copy at a commit; ``url`` is ``None`` where it has no remote that others could reach."""

    url: str | None
    remote: str | None
    commit: str
    subdirectory: str | None

    def requirement(self, name: str) -> str:
        """``git+URL@COMMIT#egg=NAME``."""
        below = f"&subdirectory={self.subdirectory}" if self.subdirectory else ""
        return f"git+{self.url}@{self.commit}#egg={name.replace('-', '_')}{below}"


def checkout_at(folder: str) -> Checkout | None:
    """The git working copy that a folder lies in, if it does and git can tell."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    commit = _git(folder, "rev-parse", "HEAD") if top else None
    if not top or not commit:
        return None
    remote = _remote(folder)
    return Checkout(_reachable(remote), remote, commit, _subdirectory(top, folder))


def _remote(folder: str) -> str | None:
    lines = (_git(folder, "config", "--get-regexp", r"remote\..*\.url") or "").splitlines()
    chosen = next((line for line in lines if line.startswith("remote.origin.url ")), (lines or [""])[0])
    return chosen.partition(" ")[2].strip() or None


def _reachable(remote: str | None) -> str | None:
    if remote is None or _URL.match(remote):
        return remote
    if os.path.exists(remote):
        from pathlib import Path  # noqa: PLC0415 - only for remotes that are folders

        return Path(os.path.abspath(remote)).as_uri()
    scp = _SCP.fullmatch(remote)
    return f"ssh://{scp[1]}/{scp[2]}" if scp else None


def _subdirectory(top: str, folder: str) -> str | None:
    place = os.path.realpath(folder)
    while not any(os.path.exists(f"{place}/{name}") for name in _PROJECT_FILES):
        above = os.path.dirname(place)
        if above == place:
            return None
        place = above
    below = os.path.relpath(place, os.path.realpath(top))
    return None if below == "." or below.startswith("..") else below


def _git(folder: str, *words: str) -> str | None:
    import subprocess  # noqa: PLC0415 - only where something is installed editable

    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, check=True, capture_output=True, text=True, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
