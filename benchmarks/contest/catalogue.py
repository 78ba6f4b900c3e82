"""The data of a contest: projects of small wheels, and one large one; and how it is sent to an index."""

import base64
import http.client
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tests"))

from support.distributions import form_body, form_fields, wheel_bytes, wheel_filename

#: What each small wheel carries besides its metadata; random, so that no server gains by compressing.
SMALL = 29_000
LARGE = "large"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of the catalogue, a file in a folder."""

    project: str
    version: str
    path: Path

    @property
    def filename(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every project with its wheels, and the folder they lie in."""

    folder: Path
    projects: Mapping[str, tuple[Wheel, ...]]
    large: Wheel

    def wheels(self) -> Iterator[Wheel]:
        for wheels in self.projects.values():
            yield from wheels
        yield self.large


def made(folder: Path, *, projects: int, files: int, large_mib: int) -> Catalogue:
    """Write a catalogue of ``projects`` times ``files`` wheels of 30 KB, and one of ``large_mib`` MiB."""
    folder.mkdir()
    named = {
        name: tuple(_wheel(folder, name, f"1.{number}", SMALL) for number in range(files))
        for name in (f"project-{number:03}" for number in range(projects))
    }
    return Catalogue(folder, named, _wheel(folder, LARGE, "1.0", large_mib << 20))


def _wheel(folder: Path, name: str, version: str, size: int) -> Wheel:
    path = folder / wheel_filename(name, version)
    path.write_bytes(wheel_bytes(name, version, files={f"{name}.bin": os.urandom(size)}))
    return Wheel(name, version, path)


class Sender:
    """Uploads wheels over one kept connection, by the form that twine sends."""

    def __init__(self, host: str, port: int, path: str, credentials: str) -> None:
        """``credentials`` is ``user:password``."""
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._path = path
        self._authorization = "Basic " + base64.b64encode(credentials.encode()).decode()

    def send(self, wheel: Wheel) -> None:
        content = wheel.path.read_bytes()
        fields = form_fields(wheel.project, wheel.version, "bdist_wheel", content)
        body, kind = form_body(fields, wheel.filename, content)
        headers = {"content-type": kind, "authorization": self._authorization}
        self._connection.request("POST", self._path, body, headers)
        answer = self._connection.getresponse()
        words = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{wheel.filename} was not taken: {answer.status} {words[:500]!r}")

    def close(self) -> None:
        self._connection.close()
