"""Which versions pip, uv and bodega choose from an index: each as it is, with no settings of anybody."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from support.peers import program
from support.server import environment

CLIENTS = ("pip", "uv", "bodega")


class Chooser:
    """A client in a folder of its own, which knows one index."""

    def __init__(self, client: str, folder: Path, index: str) -> None:
        self.client = client
        self.folder = folder / f"chosen-by-{client}"
        self.folder.mkdir(exist_ok=True)
        self.index = index

    def ask(self, *requirements: str) -> subprocess.CompletedProcess[str]:
        """Let it choose, and fetch what it wants to see; without dependencies where it can be told so."""
        shutil.rmtree(self.folder / "found", ignore_errors=True)
        return subprocess.run(
            [*self._words(), *requirements],
            env=environment(self.folder, BODEGA_STORE=str(self.folder / "store"), UV_NO_CONFIG="1"),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def versions(self, *requirements: str) -> dict[str, str]:
        """The versions chosen, by normalized project name."""
        done = self.ask(*requirements)
        assert done.returncode == 0, f"{self.client}: {done.stdout}{done.stderr}"
        if self.client == "bodega":
            lock = tomllib.loads((self.folder / "pylock.toml").read_text())
            return {one["name"]: one["version"] for one in lock["packages"]}
        ending = ".whl" if self.client == "pip" else ".dist-info"
        found = (path.name.removesuffix(ending) for path in (self.folder / "found").glob(f"*{ending}"))
        return {name.lower().replace("_", "-"): rest[0] for name, *rest in (one.split("-") for one in found)}

    def _words(self) -> tuple[str, ...]:
        if self.client == "pip":
            words = ("download", "-q", "--no-cache-dir", "--no-deps", "-d", "found")
            return (program("pip"), *words, "--index-url", self.index)
        if self.client == "uv":
            words = ("pip", "install", "-q", "--no-cache", "--no-deps", "--target", "found")
            return (program("uv"), *words, "--python", sys.executable, "--default-index", self.index)
        words = ("-m", "bodega", "lock", "-q", "-U", "--python", sys.executable)
        return (sys.executable, *words, "--index-url", self.index)
