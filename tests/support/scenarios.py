"""Resolver scenarios as text: what an index offers, what is asked, and what comes of it.

A file of ``tests/scenarios`` has one scenario after the other, an empty line between two::

    scenario: the newest version that a requirement admits
    rule: PEP 440, >=
    offers:
      a 1.0
      a 2.0 -> b>=1 | c[x]; python_version >= '3.8'
        python >=3.8
        tags cp311-cp311-win32
    asks: a | b<3
    gives: a 2.0 | b 1.0

``|`` stands between several. Below an offered version stand ``requires``, ``extra``, ``python``, ``tags`` (a
wheel each), ``sdist`` (a source instead of a wheel; ``and sdist``: besides), ``yanked REASON``, ``uploaded
DATE``, ``nohash``, ``python-inside`` (of the metadata alone). ``index NAME`` begins what a later index offers,
``hidden a 2.0: REASON`` is held back, ``quarantined a: REASON``. Instead of ``gives`` stands ``refuses``: what
the explanation must name; ``says`` is something more that it must say. All other lines are options of the
request, see ``_OPTIONS``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.formats.names import normalize
from bodega.formats.targets import Target
from bodega.installer.indexes.cutoff import CutoffReader
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.inputs.project_settings import StaticMetadata
from bodega.installer.locking.format_control import format_control
from bodega.installer.locking.ports import Prepared
from bodega.installer.locking.release_control import release_control
from bodega.simple_api.pages import HiddenFile, MetadataOffer, ProjectFile
from support.memory_index import TARGET, asked, file, metadata, page, wheel

FOLDER = Path(__file__).parent.parent / "scenarios"
LATER = "https://{}.example.org/simple/"
_OFFERED = MetadataOffer({})
_FACTS = ("requires", "extra", "python", "tags", "sdist", "yanked", "uploaded", "nohash", "python-inside")


@dataclass(slots=True)
class Release:
    """One version of a project, as it is offered."""

    name: str
    version: str
    index: str
    facts: dict[str, list[str]] = field(default_factory=dict)

    def files(self) -> Iterator[ProjectFile]:
        """Its files as a page lists them."""
        facts = self.facts
        fields: dict[str, Any] = {}
        if "python" in facts:
            fields["requires_python"] = facts["python"][0]
        if "yanked" in facts:
            fields["yanked"] = facts["yanked"][0]
        if "nohash" in facts:
            fields["hashes"] = {}
        if "uploaded" in facts:
            said = facts["uploaded"][0]
            fields["upload_time"] = (
                None if said == "unknown" else datetime.fromisoformat(said).replace(tzinfo=UTC)
            )
        if "sdist" in facts:
            yield file(
                f"{self.name.replace('-', '_')}-{self.version}.tar.gz", core_metadata=_OFFERED, **fields
            )
        if facts.get("sdist", ["besides"]) == ["besides"]:
            for tags in facts.get("tags", ["py3-none-any"]):
                yield wheel(self.name, self.version, tags, **fields)

    def document(self) -> bytes:
        """Its core metadata."""
        pythons = self.facts.get("python-inside", self.facts.get("python", ()))
        lines = [f"Requires-Python: {one}\n" for one in pythons]
        lines += [f"Provides-Extra: {one}\n" for one in self.facts.get("extra", ())]
        return metadata(self.name, self.version, self.facts.get("requires", ()), "".join(lines))


@dataclass(slots=True)
class Scenario:
    """One scenario; ``said`` are its lines by what stands before the colon."""

    file: str
    name: str
    releases: list[Release] = field(default_factory=list)
    hidden: list[tuple[str, str, str]] = field(default_factory=list)
    quarantined: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """What is resolved for."""
        python = self.said.get("for-python", [TARGET.python])[0]
        target = _python(TARGET, python)
        return _PLATFORMS[self.said["platform"][0]](target) if "platform" in self.said else target

    @property
    def gives(self) -> dict[str, str] | None:
        """The versions that are expected, ``None`` where there is no solution."""
        if "gives" not in self.said:
            return None
        return dict(one.split(" ", 1) for one in self.said["gives"] if one != "nothing")  # type: ignore[misc]

    def reader(self, *, is_warm: bool = False, backwards: bool = False) -> IndexReader:
        """The index in memory, with its releases in one order or the other."""
        pages: dict[str, dict[str, list[ProjectFile]]] = {}
        documents: dict[str, bytes] = {}
        for release in reversed(self.releases) if backwards else self.releases:
            listed = pages.setdefault(release.index, {}).setdefault(normalize(release.name), [])
            for one in release.files():
                listed.append(one)
                documents[one.filename] = release.document()
        for name, _, _ in self.hidden:
            pages.setdefault("", {}).setdefault(name, [])
        made = {
            index: {name: self._page(name, files, index) for name, files in of_index.items()}
            for index, of_index in pages.items()
        }
        pins = {name: LATER.format(index) for name, index in map(str.split, self.said.get("pin", ()))}
        reader: IndexReader = MemoryIndexReader(
            made.pop("", {}),
            documents,
            is_warm=is_warm,
            later={LATER.format(index): found for index, found in made.items()},
            pins=pins,
        )
        if "cutoff" in self.said:
            reader = CutoffReader(reader, datetime.fromisoformat(self.said["cutoff"][0]).replace(tzinfo=UTC))
        return reader

    def _page(self, name: str, files: list[ProjectFile], index: str) -> Any:
        hidden = tuple(
            HiddenFile(
                filename=f"{name}-{version}-py3-none-any.whl",
                version=version,
                code="E-POLICY-DENIED",
                reason=reason,
            )
            for project, version, reason in self.hidden
            if project == name and not index
        )
        if name in self.quarantined and not index:
            return page(
                name, *files, hidden=hidden, status="quarantined", status_reason=self.quarantined[name]
            )
        return page(name, *files, hidden=hidden)

    def options(self) -> dict[str, Any]:
        """The fields of the request besides what is asked."""
        found: dict[str, Any] = {}
        for key, values in self.said.items():
            if key in _OPTIONS:
                found.update(_OPTIONS[key](values))
        formats = [
            (key, values[0]) for key, values in self.said.items() if key in ("only-binary", "no-binary")
        ]
        found["formats"] = format_control(formats, prefer_binary="prefer-binary" in self.said)
        releases = [
            (key, values[0]) for key, values in self.said.items() if key in ("all-releases", "only-final")
        ]
        found["releases"] = release_control(releases)
        return found


def _installed(values: list[str]) -> dict[str, Any]:
    there = {}
    for text in values:
        bare, _, needs = text.partition(" requires ")
        name, version = bare.split()
        there[name] = Prepared(
            name=normalize(name),
            version=version,
            metadata=metadata(name, version, [needs] if needs else []),
            filename="",
            url="",
            direct_url=None,
        )
    return {"there": there.get, "kept": {name: one.version for name, one in there.items()}}


def _static(values: list[str]) -> dict[str, Any]:
    made = []
    for text in values:
        bare, _, needs = text.partition(" -> ")
        name, version, *python = bare.split()
        made.append(
            StaticMetadata(
                name=normalize(name),
                version=None if version == "*" else version,
                requires_dist=tuple(one.strip() for one in needs.split("&") if one.strip()),
                requires_python=python[0] if python else None,
            )
        )
    return {"static_metadata": made}


#: Options by what stands before the colon: from texts to fields of the request.
_OPTIONS: Mapping[str, Callable[[list[str]], dict[str, Any]]] = {
    "constraint": lambda values: {"constraints": asked(*values)},
    "override": lambda values: {"overrides": asked(*values)},
    "exclude": lambda values: {"excluded": frozenset(map(normalize, values))},
    "static": _static,
    "keeps": lambda values: {"kept": dict(map(str.split, values))},
    "installed": _installed,
    "strategy": lambda values: {"strategy": values[0]},
    "no-deps": lambda _: {"dependencies": False},
    "only-deps": lambda _: {"only_dependencies": True},
    "any-python": lambda _: {"any_python": True},
}
_OTHERS = frozenset(
    [
        "rule",
        "asks",
        "gives",
        "refuses",
        "says",
        "for-python",
        "platform",
        "cutoff",
        "pin",
        "only-binary",
        "no-binary",
        "prefer-binary",
        "all-releases",
        "only-final",
    ]
)


def scenarios() -> Iterator[Scenario]:
    """All scenarios, in the order of their files."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.split("\n") if line.strip() and not line.startswith("#")]
            if lines:
                yield parse(lines, path.stem)


def parse(lines: list[str], file: str) -> Scenario:
    """One scenario; raises ValueError for a line that means nothing."""
    scenario = Scenario(file, lines[0].removeprefix("scenario: "))
    index = ""
    for line in lines[1:]:
        text = line.strip()
        if line.startswith("    "):
            _fact(scenario.releases[-1], text)
        elif line.startswith("  index "):
            index = text.removeprefix("index ")
        elif line.startswith("  hidden "):
            named, _, reason = text.removeprefix("hidden ").partition(": ")
            name, version = named.split()
            scenario.hidden.append((name, version, reason))
        elif line.startswith("  quarantined "):
            name, _, reason = text.removeprefix("quarantined ").partition(": ")
            scenario.quarantined[name] = reason
        elif line.startswith("  "):
            named, _, needs = text.partition(" -> ")
            name, version = named.split()
            scenario.releases.append(Release(name, version, index))
            scenario.releases[-1].facts["requires"] = _several(needs)
        else:
            _line(scenario, text)
    return scenario


def _fact(release: Release, text: str) -> None:
    key, _, value = text.partition(" ")
    if text == "and sdist":
        key, value = "sdist", "besides"
    if key not in _FACTS:
        raise ValueError(text)
    release.facts.setdefault(key, []).append(value)


def _line(scenario: Scenario, text: str) -> None:
    key, colon, value = text.partition(":")
    if text == "offers:":
        return
    if not colon or key not in _OTHERS | _OPTIONS.keys():
        raise ValueError(f"{scenario.name}: {text}")
    values = [value.strip()] if key in ("says", "rule") else _several(value)
    scenario.said.setdefault(key, []).extend(values)


def _several(text: str) -> list[str]:
    return [one.strip() for one in text.split("|") if one.strip()]


# --- targets


def _python(target: Target, python: str) -> Target:
    minor = ".".join(python.split(".")[:2])
    markers = {
        **target.markers,
        "python_version": minor,
        "python_full_version": python,
        "implementation_version": python,
    }
    tag = f"cp{minor.replace('.', '')}"
    return Target(
        python=python, markers=markers, tags=tuple(one.replace("cp311", tag) for one in target.tags)
    )


def _windows(target: Target) -> Target:
    markers = {
        **target.markers,
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_system": "Windows",
        "sys_platform": "win32",
    }
    python = target.tags[0].partition("-")[0]
    return replace(target, markers=markers, tags=(f"{python}-{python}-win_amd64", "py3-none-any"))


def _macos(target: Target) -> Target:
    markers = {
        **target.markers,
        "platform_machine": "arm64",
        "platform_system": "Darwin",
        "sys_platform": "darwin",
    }
    python = target.tags[0].partition("-")[0]
    tags = (
        f"{python}-{python}-macosx_14_0_arm64",
        f"{python}-{python}-macosx_11_0_universal2",
        "py3-none-any",
    )
    return replace(target, markers=markers, tags=tags)


_PLATFORMS: Mapping[str, Callable[[Target], Target]] = {"windows": _windows, "macos": _macos}
