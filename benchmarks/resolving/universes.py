"""What there is to choose from: the projects of an index, and made-up families that are hard."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.transport import HttpTransport
from bodega.content.wheel_archive import read_metadata
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import parse_requirement
from bodega.formats.targets import Target
from bodega.formats.version_order import version_key
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.kept_metadata import KeptMetadata
from bodega.installer.indexes.kept_pages import KeptPages
from bodega.installer.indexes.reader import Reader, Sources
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.kept_needs import KeptNeeds, WheelNeeds, wants
from bodega.resolution.ports import Wanted
from bodega.simple_api.pages import ProjectFile
from bodega.simple_api.parse import parse_page

NOTEBOOKS = ("jupyterlab", "notebook", "ipywidgets", "numpy", "pandas", "matplotlib")
MANY = (
    *NOTEBOOKS,
    *("scipy", "scikit-learn", "requests", "flask", "sqlalchemy", "fastapi", "httpx", "pydantic", "click"),
    *("rich", "pytest", "black", "mypy", "sphinx", "boto3", "celery", "django"),
)


class Universe(Protocol):
    """What there is to choose from; answers are remembered, so that they come from memory."""

    def candidates(self, name: str) -> Sequence[Candidate]:
        """Newest first."""

    def needs(self, name: str, number: int) -> WheelNeeds:
        """What a candidate requires."""


class Forgetful:
    """A computed cache that keeps nothing."""

    def get(self, key: str) -> bytes | None:
        del key
        return None

    def keep(self, key: str, data: bytes) -> None:
        del key, data


class RealUniverse:
    """The projects of an index."""

    def __init__(self, index: str, folder: Path) -> None:
        transport = HttpTransport(HttpConfiguration(user_agent="bodega-benchmark"))
        self.indexes, self.offline = (index,), False
        self.refresh, self.merges = frozenset[str](), False
        self.pins: dict[NormalizedName, str] = {}
        downloads = Downloads(transport, str(folder / "incoming"))
        self._reader = Reader(
            transport,
            self,
            pages=KeptPages(str(folder / "pages")),
            metadata=KeptMetadata(str(folder / "metadata")),
            sources=Sources(parse_page, downloads, read_metadata),
        )
        target = this_target()
        self._finder, self._needs = CandidateFinder(target, Forgetful()), KeptNeeds(target, Forgetful())
        self._candidates: dict[str, Sequence[Candidate]] = {}
        self._known: dict[tuple[str, int], WheelNeeds] = {}

    def candidates(self, name: str) -> Sequence[Candidate]:
        if name not in self._candidates:
            page = self._reader.page(NormalizedName(name))
            self._candidates[name] = self._finder.find(NormalizedName(name), page).candidates if page else ()
        return self._candidates[name]

    def needs(self, name: str, number: int) -> WheelNeeds:
        if (name, number) not in self._known:
            file = self._candidates[name][number].file
            self._known[name, number] = self._needs.read(name, file, self._reader.metadata(file))
        return self._known[name, number]


def this_target() -> Target:
    """The interpreter that runs this."""
    from packaging.markers import default_environment  # noqa: PLC0415
    from packaging.tags import sys_tags  # noqa: PLC0415

    markers = {name: str(value) for name, value in default_environment().items() if name != "extra"}
    return Target(
        python=markers["python_full_version"], markers=markers, tags=tuple(str(tag) for tag in sys_tags())
    )


class HardUniverse:
    """A made-up family in the manner of boto3, botocore, aiobotocore and s3fs: tight pins both ways."""

    def __init__(self, releases: int, seed: int = 7) -> None:
        self._draw = random.Random(seed)
        self._table: dict[str, tuple[list[str], Callable[[int], list[str]]]] = {}
        self._candidates: dict[str, Sequence[Candidate]] = {}
        self._fill(releases)

    def _fill(self, n: int) -> None:
        def minor(i: int) -> str:
            return f"1.{i // 50}.{i % 50}"

        table = self._table
        table["urllib3"] = (
            [f"1.{i}.0" for i in range(20, 27)] + [f"2.{i}.0" for i in range(8)],
            lambda _: [],
        )
        table["botocore"] = (
            [minor(i) for i in range(n)],
            lambda i: ["urllib3>=1.25.0,<1.27" if i < n * 3 // 4 else "urllib3>=1.25.0,!=2.2.0,<3"],
        )
        table["boto3"] = (
            [minor(i) for i in range(n)],
            lambda i: [f"botocore>={minor(i)},<1.{i // 50 + 1}"],
        )
        table["aiobotocore"] = (
            [f"2.{i}.0" for i in range(60)],
            lambda i: [f"botocore>={minor(i * n // 64)},<{minor(i * n // 64 + 2)}"],
        )
        table["s3fs"] = (
            [f"2024.{i}.0" for i in range(1, 60)],
            lambda i: [f"aiobotocore>=2.{max(0, i - 3)}.0,<2.{i + 1}.0"],
        )

    def candidates(self, name: str) -> Sequence[Candidate]:
        if name not in self._candidates:
            self._candidates[name] = [candidate(name, text) for text in reversed(self._table[name][0])]
        return self._candidates[name]

    def needs(self, name: str, number: int) -> WheelNeeds:
        versions, requires = self._table[name]
        texts = requires(len(versions) - 1 - number)
        return {"": tuple(wanted for text in texts for wanted in wants(parse_requirement(text)))}


def candidate(name: str, version: str) -> Candidate:
    """A candidate that exists nowhere."""
    key = version_key(version)
    assert key is not None
    file = ProjectFile(filename=f"{name}-{version}-py3-none-any.whl", url="https://files.example.org/")
    return Candidate(version=version, key=key, file=file)


@dataclass(frozen=True, slots=True)
class Case:
    """A universe, and what is asked of it."""

    title: str
    universe: Universe
    texts: tuple[str, ...]

    def wanted(self) -> list[Wanted]:
        return [wanted for text in self.texts for wanted in wants(parse_requirement(text))]
