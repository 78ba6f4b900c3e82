"""An index with an upstream and private projects, and clients that know nothing but it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import new_token, upload
from support.server import Bodega, environment
from support.upstream import Upstream


class Stand:
    """Upstream: ``leaf`` 0.5 and 1.0, ``tree`` 1.0 (of January) and 2.0 (of June 2026). Our own: ``own-tree`` 1.0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.upstream = Upstream()
        for version in ("0.5", "1.0"):
            self.upstream.add("leaf", wheel_filename("leaf", version), wheel_bytes("leaf", version))
        for version, time in (("1.0", "2026-01-02T03:04:05Z"), ("2.0", "2026-06-02T03:04:05Z")):
            content = tree("tree", version)
            self.upstream.add("tree", wheel_filename("tree", version), content, **{"upload-time": time})
        self.upstream.extra["versions"] = ["0.5", "1.0", "2.0"]
        self.bodega = Bodega(folder, "--upstream", self.upstream.root)
        self.token: str = new_token(folder)["token"]
        self.publish("own-tree", "1.0")

    @property
    def url(self) -> str:
        """The index, without a slash at the end."""
        return f"http://{self.bodega.host}:{self.bodega.port}"

    @property
    def simple(self) -> str:
        """The index URL."""
        return f"{self.url}/simple/"

    def publish(self, name: str, version: str) -> None:
        """A wheel and an sdist of our own."""
        module = name.replace("-", "_")
        files = {
            wheel_filename(name, version): tree(name, version),
            f"{module}-{version}.tar.gz": sdist_bytes(name, version),
        }
        for filename, content in files.items():
            status, reason, _ = upload(self.bodega, self.token, content, filename, name=name, version=version)
            assert status == 200, reason

    def run(
        self, words: Sequence[str | Path], *, code: int | None = 0, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a client that finds no settings of anybody; ``code`` is ``None`` for any failure."""
        done = subprocess.run(
            [str(word) for word in words],
            env={
                **environment(self.folder),
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "LANG": "C.UTF-8",
                "UV_NO_CONFIG": "1",
                "UV_CACHE_DIR": str(self.folder / "uv-cache"),
                "UV_PYTHON_DOWNLOADS": "never",
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                "COLUMNS": "1000",
                **variables,
            },
            cwd=cwd or self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        right = done.returncode != 0 if code is None else done.returncode == code
        assert right, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bodega.end()
        self.upstream.die()


def tree(name: str, version: str) -> bytes:
    """A wheel that says its version and needs a leaf."""
    module = {f"{name.replace('-', '_')}.py": f"VERSION = {version!r}\n".encode()}
    return wheel_bytes(
        name, version, files=module, metadata="Requires-Dist: leaf>=1\nRequires-Python: >=3.8\n"
    )


def version_in(stand: Stand, python: str | Path, name: str, **variables: str) -> str:
    """The version that an environment imports."""
    words = [python, "-c", f"import {name}; print({name}.VERSION)"]
    return stand.run(words, **variables).stdout.strip()
