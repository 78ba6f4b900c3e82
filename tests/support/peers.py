"""Real wheels from the configured registry, and the real pip and uv acting on an environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def program(name: str) -> str:
    """A program of the environment that runs the tests, else from PATH."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found is not None, f"{name} is not installed: it is in the extra 'peers'"
    return found


def download(folder: Path, *requirements: str) -> list[Path]:
    """Wheels of exactly these requirements, by pip, as the machine configures it."""
    command = [program("pip"), "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(folder)]
    subprocess.run([*command, *requirements], check=True, capture_output=True)
    return sorted(folder.glob("*.whl"))


class Peer:
    """pip or uv, with no other source of files than a folder of wheels."""

    def __init__(self, name: str, wheels: Path, home: Path) -> None:
        self.name = name
        self._wheels = wheels
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
        self._environ = {**kept, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1"}

    def act(self, python: str, action: str, *words: str) -> subprocess.CompletedProcess[str]:
        """``install`` or another command on the environment of that interpreter."""
        if self.name == "pip":
            command = [program("pip"), "--python", python, action]
            command += ["-y"] if action == "uninstall" else []
        else:
            command = [program("uv"), "pip", action, "--python", python]
        if action in ("install", "sync"):
            command += ["--no-index", "--find-links", str(self._wheels)]
            command += ["--no-compile"] if self.name == "pip" else []
        return subprocess.run(
            [*command, *words], capture_output=True, text=True, env=self._environ, check=False
        )

    def listed(self, python: str) -> dict[str, str]:
        """What it sees installed."""
        done = self.act(python, "list", "--format", "freeze")
        assert done.returncode == 0, done.stderr
        lines = (line.partition("==") for line in done.stdout.split())
        return {name.lower().replace("_", "-").replace(".", "-"): version for name, _, version in lines}


def run_python(python: str, code: str) -> str:
    """What code prints in an environment, started outside of any project."""
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
