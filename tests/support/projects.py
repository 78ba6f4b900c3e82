"""A project in a folder of its own, with a home, an environment and an index written as a table."""

import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename
from support.in_process import quick_command
from support.upstream import Upstream

Table = Mapping[str, Mapping[str, Sequence[str]]]


def offer(index: Upstream, table: Table, **changes: object) -> None:
    """Offer pure wheels by project and version, each with what it requires (``extra:NAME`` gives an extra)."""
    index.says_length = False  # and so keeps no connection, which nobody would close in this process
    for name, versions in table.items():
        for version, requires in versions.items():
            lines = "".join(
                f"Provides-Extra: {one[6:]}\n" if one.startswith("extra:") else f"Requires-Dist: {one}\n"
                for one in requires
            )
            index.add(
                name, wheel_filename(name, version), wheel_bytes(name, version, metadata=lines), **changes
            )


class Project:
    """The folder of a project; commands run in it, in this process."""

    def __init__(self, root: Path, index: str, text: str) -> None:
        self.folder = root / "project"
        self.folder.mkdir(exist_ok=True)
        self.file = self.folder / "pyproject.toml"
        self.file.write_bytes(text.encode())
        self.lock = self.folder / "pylock.toml"
        self._variables = {
            "BODEGA_INDEX_URL": index,
            "BODEGA_STORE": str(root / "store"),
            "HOME": str(root),
            "NO_COLOR": "1",
        }

    def run(self, *words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command, which has to end with that exit code."""
        done = quick_command(self.folder, *words, **{**self._variables, **variables})
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    @property
    def locked(self) -> dict[str, str]:
        """The versions in the lock."""
        return {
            one["name"]: one.get("version", "")
            for one in tomllib.loads(self.lock.read_text(encoding="utf-8"))["packages"]
        }

    @property
    def text(self) -> str:
        """What the pyproject.toml says, its line ends included."""
        return self.file.read_bytes().decode()
