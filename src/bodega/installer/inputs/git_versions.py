"""Other versions of a file that git has: of the last commit, and of the three sides of a merge."""

import os
from collections.abc import Sequence

_TIMEOUT = 60.0
#: Kept from whoever wrote the repository: programs that its configuration could name.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager")
HEAD, BASE, OURS, THEIRS = "HEAD", ":1", ":2", ":3"


def git_version(path: str, version: str) -> bytes | None:
    """A file's content in a version; ``None`` where git, a repository or that version of it is not there.

    Filters that a repository names are not run.
    """
    folder, name = os.path.split(os.path.abspath(path))
    return _git(folder, ("cat-file", "blob", f"{version}:./{name}"))


def is_merged_here(path: str) -> bool:
    """Whether git holds a file as one of a merge that is not settled."""
    folder, name = os.path.split(os.path.abspath(path))
    listed = _git(folder, ("ls-files", "--unmerged", "-z", "--", f":(literal){name}"))
    return bool(listed)


def _git(folder: str, words: Sequence[str]) -> bytes | None:
    import subprocess  # noqa: PLC0415 - only where git is asked

    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *_SAFE, *words],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
