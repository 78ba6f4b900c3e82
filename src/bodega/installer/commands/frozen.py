"""``freeze``: what is installed, as lines of a requirements file."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.formats.version_order import normalized
from bodega.installer.environments.checkout import Checkout, checkout_at
from bodega.installer.environments.inventory import Found

#: What is there to install others, left out unless all is asked for; from Python 3.12 on only pip itself.
_TOOLS = frozenset({"pip", "setuptools", "wheel", "distribute"})
_OWN_TOOLS_ONLY = (3, 12)
ADDED = "## The following requirements were added by pip freeze:"
_COMMENT = re.compile(r"(^|\s+)#.*$")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_PASSED_ON = (
    "-r",
    "--requirement",
    "-f",
    "--find-links",
    "-i",
    "--index-url",
    "--pre",
    "--trusted-host",
    "--process-dependency-links",
    "--extra-index-url",
    "--use-feature",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement, with the comments above it."""

    name: NormalizedName
    text: str


def tools(python: str) -> frozenset[str]:
    """The projects that are left out, for a version of Python."""
    major, minor = (int(part) for part in python.split(".")[:2])
    return _TOOLS if (major, minor) < _OWN_TOOLS_ONLY else frozenset({"pip"})


def frozen(found: Iterable[Found]) -> list[Line]:
    """A line each, sorted by name."""
    rows = sorted((one.distribution.typed_name.lower(), Line(one.name, _line(one))) for one in found)
    return [line for _, line in rows]


def arranged(
    lines: Sequence[Line], files: Mapping[str, str], skip: Collection[str], *, warn: list[str]
) -> Iterator[str]:
    """The lines in the order of requirements files (contents by path), their options and comments kept.

    What no file names comes below the line ADDED. What is odd is told in ``warn``.
    """
    left = {line.name: line for line in lines}
    if files:
        yield from _Arrangement(left, warn).of(files)
        yield ADDED
    yield from (line.text for line in left.values() if line.name not in skip)


class _Arrangement:
    """Takes lines out of ``left`` as files name them."""

    def __init__(self, left: dict[NormalizedName, Line], warn: list[str]) -> None:
        self._left = left
        self._warn = warn
        self._seen: dict[NormalizedName, list[str]] = {}
        self._passed_on: set[str] = set()

    def of(self, files: Mapping[str, str]) -> Iterator[str]:
        """The lines that the files give an order to."""
        for path, content in files.items():
            for raw in content.splitlines():
                yield from self._line(path, raw.rstrip())
        for name, paths in self._seen.items():
            if len(paths) > 1:
                self._warn.append(f"{name} is named several times: {', '.join(sorted(set(paths)))}")

    def _line(self, path: str, line: str) -> Iterator[str]:
        if not line.strip() or line.strip().startswith("#") or line.startswith(_PASSED_ON):
            # An option of several files, a comment too, is given once.
            if line not in self._passed_on:
                self._passed_on.add(line)
                yield line
            return
        name = _named(line)
        if name is None:
            self._warn.append(f"{path}: it is not clear what this line would install: {line.strip()}")
        elif name in self._left:
            self._seen[name] = [path]
            yield self._left.pop(name).text
        elif name in self._seen:
            self._seen[name].append(path)
        else:
            written = _COMMENT.sub("", line).strip()
            self._warn.append(f"{path} names {written}, but {name} is not installed")


def _named(line: str) -> NormalizedName | None:
    text = _COMMENT.sub("", line).strip()
    for option in ("--editable", "-e"):
        if text.startswith(option):
            text = text.removeprefix(option).lstrip("= ")
    egg = _EGG.search(line)
    try:
        return parse_requirement(egg[1] if egg else text.partition(" --")[0].strip()).name
    except InvalidRequirementError:
        return None


def _line(one: Found) -> str:
    here = one.distribution
    if one.editable_at is not None:
        return _editable(one.editable_at, here.typed_name, _pinned(here.typed_name, here.typed_version))
    if here.direct_url is not None:
        return f"{here.typed_name} @ {_reference(here.direct_url)}"
    return _pinned(here.typed_name, here.typed_version)


def _pinned(name: str, version: str) -> str:
    known = normalized(version)
    return f"{name}=={known}" if known is not None else f"{name}==={version}"


def _reference(document: Mapping[str, object]) -> str:
    url = str(document.get("url"))
    fragments: list[str] = []
    vcs, archive = document.get("vcs_info"), document.get("archive_info")
    if isinstance(vcs, dict):
        url = f"{vcs.get('vcs')}+{url}@{vcs.get('commit_id')}"
    elif isinstance(archive, dict) and isinstance(archive.get("hashes"), dict):
        fragments += [f"{algorithm}={value}" for algorithm, value in archive["hashes"].items()][:1]
    elif isinstance(archive, dict) and archive.get("hash"):
        fragments.append(str(archive["hash"]))
    if document.get("subdirectory"):
        fragments.append(f"subdirectory={document['subdirectory']}")
    return f"{url}#{'&'.join(fragments)}" if fragments else url


def _editable(folder: str, name: str, pinned: str) -> str:
    copy = checkout_at(folder)
    if copy is None:
        return f"# Editable install with no version control ({pinned})\n-e {folder}"
    if copy.url is not None:
        return f"-e {copy.requirement(name)}"
    return f"{_without_remote(copy, pinned)}\n-e {folder}"


def _without_remote(copy: Checkout, pinned: str) -> str:
    if copy.remote is None:
        return f"# Editable Git install with no remote ({pinned})"
    return (
        f"# Editable Git install ({pinned}) with either a deleted local remote or invalid URI:\n"
        f"# '{copy.remote}'"
    )
