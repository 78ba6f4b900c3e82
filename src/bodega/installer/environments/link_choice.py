"""How ``auto`` puts files into an environment, and why: hardlinks where they hold, else copies."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from bodega.installer.environments.linking import LinkMode

_PROTECTED = "/proc/sys/fs/protected_hardlinks"


@dataclass(frozen=True, slots=True)
class Choice:
    """A mode and the reason for it, as half a sentence."""

    mode: LinkMode
    why: str


@dataclass(frozen=True, slots=True)
class Machine:
    """What is asked of the machine: its root folder, its name, and who runs this (0 is root)."""

    root: str = "/"
    name: Callable[[], str] = lambda: os.uname().nodename if hasattr(os, "uname") else ""
    user: Callable[[], int] = lambda: os.geteuid() if hasattr(os, "geteuid") else 0

    def text(self, path: str) -> str:
        """The beginning of a file; empty where there is none."""
        try:
            with open(os.path.join(self.root, path.lstrip("/")), "rb") as file:
                return file.read(4096).decode(errors="replace")
        except OSError:
            return ""

    def has(self, path: str) -> bool:
        """Whether there is such a path."""
        return os.path.lexists(os.path.join(self.root, path.lstrip("/")))


def chosen_link_mode(store: str, environment: str, machine: Machine | None = None) -> Choice:
    """The mode for an environment (a folder that may not be there yet) of a store (likewise).

    Where the file system turns out to have no hardlinks, files are copied all the same.
    """
    machine = machine or Machine()
    builder = container_build(machine)
    if builder is not None:
        return Choice("copy", f"{builder} builds an image: links into a store of another layer would be lost")
    if _device(store) != _device(environment):
        return Choice("copy", "store and environment are on different devices")
    owner = _owner(store)
    if owner not in (None, machine.user()) and machine.user() != 0 and machine.text(_PROTECTED)[:1] == "1":
        return Choice("copy", "the store is another user's, and this system links to own files alone")
    return Choice("hardlink", "store and environment are on one device")


def container_build(machine: Machine) -> str | None:
    """What builds a container image right now, if this runs in such a build.

    A container that merely runs is none: in it hardlinks hold. BuildKit gives every step one host name,
    buildah (podman build) writes its own name into the file of the container, kaniko lies in a folder.
    """
    if not sys.platform.startswith("linux"):
        return None
    if machine.name() == "buildkitsandbox":
        return "BuildKit"
    if 'engine="buildah' in machine.text("/run/.containerenv"):
        return "buildah"
    return "kaniko" if machine.has("/kaniko/executor") else None


def _device(path: str) -> int | None:
    status = _existing(path)
    return None if status is None else status.st_dev


def _owner(path: str) -> int | None:
    try:
        return os.stat(path).st_uid
    except OSError:
        return None


def _existing(path: str) -> os.stat_result | None:
    """Of a path, or of the nearest folder above it that is there."""
    path = os.path.abspath(path)
    while True:
        try:
            return os.stat(path)
        except OSError:
            above = os.path.dirname(path)
            if above == path:
                return None
            path = above
