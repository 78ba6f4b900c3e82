"""Checkouts by git: what a URL may say is bounded, nothing asks, no hook runs, the commit is recorded."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bodega.formats.direct_url import without_credentials
from bodega.installer.building.reference_errors import CheckoutError

#: What may stand behind ``git+``. ``ext::`` and the like would run commands.
SCHEMES = frozenset({"https", "http", "ssh", "git", "file"})
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@{}^~-]*", re.ASCII)
_TIMEOUT = 1800.0
#: Kept from whoever wrote the repository: hooks, and helpers that it could name.
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "core.fsmonitor=false")


@dataclass(frozen=True, slots=True)
class GitUrl:
    """``git+URL@REVISION``: the URL for git, and the revision asked for, empty for the default branch."""

    url: str
    revision: str = ""


def git_url(url: str) -> GitUrl:
    """Take a direct reference apart; raises CheckoutError for what git must not be given."""
    bare = url.removeprefix("git+")
    parts = urlsplit(bare)
    path, at, revision = parts.path.rpartition("@")
    if at:
        bare = parts._replace(path=path).geturl()
    else:
        revision = ""
    if parts.scheme not in SCHEMES or (parts.hostname or "").startswith("-") or path.startswith("-"):
        raise CheckoutError(without_credentials(url), "the URL is none that git may be given")
    if revision and not _REVISION.fullmatch(revision):
        raise CheckoutError(without_credentials(url), f"{revision[:80]!r} is no revision")
    return GitUrl(bare, revision)


def check_out(git: GitUrl, folder: str) -> str:
    """Check out into a folder, made where it is not there; returns the full commit id.

    Raises CheckoutError; the folder is then the caller's to clear.
    """
    os.makedirs(folder, exist_ok=True)
    _run(["init", "--quiet"], folder, git)
    _run(["remote", "add", "--", "origin", git.url], folder, git)
    _fetch(git, folder)
    _run(["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"], folder, git)
    if os.path.exists(f"{folder}/.gitmodules"):
        _run(["submodule", "--quiet", "update", "--init", "--recursive", "--depth", "1"], folder, git)
    commit = _run(["rev-parse", "--verify", "HEAD^{commit}"], folder, git).strip()
    if not _COMMIT.fullmatch(commit):
        raise CheckoutError(without_credentials(git.url), "git told no commit id")
    return commit


def _fetch(git: GitUrl, folder: str) -> None:
    """Fetch the one commit where the server gives it by that name, else everything and look for it."""
    quick = ["fetch", "--quiet", "--depth", "1", "--", "origin", git.revision or "HEAD"]
    try:
        _run(quick, folder, git)
    except CheckoutError:
        if not git.revision:
            raise
        _run(["fetch", "--quiet", "--tags", "--", "origin", "+refs/*:refs/remotes/origin/*"], folder, git)
        _run(["update-ref", "FETCH_HEAD", _resolved(git, folder)], folder, git)


def _resolved(git: GitUrl, folder: str) -> str:
    names = (git.revision, f"refs/remotes/origin/heads/{git.revision}", f"refs/remotes/origin/{git.revision}")
    for name in names:
        try:
            return _run(["rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"], folder, git).strip()
        except CheckoutError:
            continue
    raise CheckoutError(without_credentials(git.url), f"it has no revision {git.revision[:80]!r}")


def _run(arguments: Sequence[str], folder: str, git: GitUrl) -> str:
    import subprocess  # noqa: PLC0415 - only for checkouts

    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "LC_ALL": "C"}
    for name in [name for name in environment if name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")]:
        del environment[name]
    environment.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    shown = without_credentials(git.url)
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError:
        raise CheckoutError(shown, "there is no git on the PATH") from None
    except subprocess.TimeoutExpired:
        raise CheckoutError(shown, f"git took longer than {_TIMEOUT:.0f} s") from None
    if done.returncode:
        lines = done.stderr.replace(git.url, shown).strip().splitlines()
        raise CheckoutError(shown, lines[-1][:300] if lines else f"git ended with {done.returncode}")
    return done.stdout
