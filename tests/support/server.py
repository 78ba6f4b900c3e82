"""A real ``bodega serve`` process on a free port."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_READY = re.compile(r"bodega: serving http://([^ :]+):([0-9]+) \((.*)\)")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, read whole; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def environment(home: Path, **variables: str) -> dict[str, str]:
    """An environment without anybody's settings: those of pip, bodega and proxies least of all."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL")}
    return {
        **kept,
        "HOME": str(home),
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }


class Bodega:
    """``bodega serve`` with these arguments; ready when the constructor returns."""

    def __init__(self, folder: Path, *arguments: str, data: bool = True, **variables: str) -> None:
        """``data=False``: without a data folder of its own."""
        command = [
            sys.executable,
            "-m",
            "bodega",
            "serve",
            "--port",
            "0",
            *(("--data", str(folder / "data")) if data else ()),
            *arguments,
        ]
        self.process = subprocess.Popen(
            command, env=environment(folder, **variables), cwd=folder, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        assert self.process.stderr is not None
        ready = None
        while ready is None:
            line = self.process.stderr.readline()
            if not line:
                self.process.wait()
                raise AssertionError(
                    f"bodega serve ended with {self.process.returncode}: {''.join(self.lines)}"
                )
            self.lines.append(line)
            ready = _READY.match(line)
        self.host, self.port, self.words = ready.group(1), int(ready.group(2)), ready.group(3)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)

    def get(self, path: str, method: str = "GET", **headers: str) -> Answered:
        """Ask on a connection of its own; header names with ``_`` for ``-``."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(
                method, path, headers={key.replace("_", "-"): text for key, text in headers.items()}
            )
            answer = connection.getresponse()
            found = {key.lower(): value for key, value in answer.getheaders()}
            return Answered(answer.status, found, answer.read())
        finally:
            connection.close()

    def json(self, path: str) -> Answered:
        """Ask for the JSON form."""
        return self.get(path, Accept="application/vnd.pypi.simple.v1+json")

    def end(self, seconds: float = 10.0) -> int:
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.end()
