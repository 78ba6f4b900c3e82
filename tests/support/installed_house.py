"""An environment, a store, a folder of wheels, and bodega beside them, without any network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bodega.installer.environments.installed import scan
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import new_environment


class InstalledHouse:
    """The wheels are ``tree`` 1.0 and 2.0, and ``leaf`` 1.0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        with Store(str(self.store)) as store:
            self.interpreter = new_environment(folder / "env", store)
        self.path = folder / "env"
        self.state = self.path / ".bodega"
        for version in ("1.0", "2.0"):
            files = {"tree/__init__.py": f"V = {version}\n".encode()}
            write_wheel(self.wheels, "tree", version, files=files)
        write_wheel(self.wheels, "leaf")

    def run(self, *words: str, code: int = 0, out: bool = False) -> str:
        """Run a command; its results, or what it says where it fails (``out``: its results all the same)."""
        home = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
        done = subprocess.run(
            [sys.executable, "-m", "bodega", words[0], "--python", str(self.path), *words[1:]],
            env={**home, "BODEGA_STORE": str(self.store)},
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 or out else done.stderr

    def install(self, *words: str) -> str:
        """Install from the folder of wheels."""
        return self.run("install", "--no-index", "--no-compile", "--find-links", str(self.wheels), *words)

    def versions(self) -> dict[str, str]:
        """What is installed."""
        return {name: one.version for name, one in scan(self.interpreter).items()}

    def wait_for_bytecode(self) -> None:
        """Wait until all is compiled that was to be."""
        with Store(str(self.store)) as store:
            assert store.wait_for_bytecode(30)

    def forget(self) -> None:
        """Take everything out of the store, as a gc that knew no roots would."""
        for name in ("trees", "wheels", "projects"):
            for folder, _, _ in os.walk(self.store / name):
                os.chmod(folder, 0o700)
            shutil.rmtree(self.store / name)
