"""What users write to name a URL or a path instead of a project: pip's forms of direct references."""

import os
import re
from dataclasses import replace
from urllib.parse import quote

from bodega.formats.errors import BodegaError
from bodega.formats.filenames import wheel_parts
from bodega.formats.names import normalize
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.formats.url_fragments import split_fragment
from bodega.installer.inputs.requirements_file import RequirementLine
from bodega.installer.locking.ports import Reference

_URL = re.compile(r"(?:https?|file|(?:git|hg|svn|bzr)\+[a-z+]+):", re.IGNORECASE)
_ARCHIVES = (".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
_EXTRAS = re.compile(r"(.+?)\s*\[([^\]]*)\]")


class NoSuchPathError(BodegaError):
    """A path was written, and nothing is there."""

    code = "E-REFERENCE-PATH"

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text[:200]!r} cannot be installed", why=why)
        self.text = text


class NotEditableError(BodegaError):
    """Something else than a folder or a checkout is to be installed in place."""

    code = "E-REFERENCE-EDITABLE"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:200]!r} cannot be editable", why="that takes a folder of sources or a git+ URL"
        )
        self.text = text


def written_reference(line: RequirementLine) -> Reference | None:
    """The reference that a line is; ``None`` for a requirement on a project by name.

    ``NAME @ URL`` is such a requirement, unless it is to be editable. Raises NoSuchPathError,
    NotEditableError, InvalidRequirementError.
    """
    text, marker = _without_marker(line.text)
    name = None
    if line.editable and not _URL.match(text) and "@" in text and not _is_path(text.partition("@")[0]):
        requirement = parse_requirement(line.text)
        if requirement.url:
            name, text = requirement.name, requirement.url
    if _URL.match(text):
        url, extras = _url(text)
    elif line.editable or _names_path(text):
        url, extras = _path(text, line)
    else:
        return None
    return replace(_reference(line, url, extras, name), marker=marker or None)


def _reference(line: RequirementLine, url: str, extras: str, name: str | None) -> Reference:
    bare, fragment = split_fragment(url)
    egg = _EXTRAS.fullmatch(fragment.egg)
    extras = extras or (egg[2] if egg else "")
    name = name or (egg[1] if egg else fragment.egg) or _wheel_name(bare)
    if line.editable and not bare.startswith(("file:", "git+")):
        raise NotEditableError(line.text)
    return Reference(
        url=bare,
        text=line.text,
        origin=line.origin,
        name=normalize(name) if name else None,
        extras=tuple(sorted({normalize(one.strip()) for one in extras.split(",") if one.strip()})),
        subdirectory=fragment.subdirectory,
        hashes=frozenset(line.hashes) | fragment.hashes,
        editable=line.editable,
    )


def _without_marker(text: str) -> tuple[str, str]:
    """URLs may hold a ``;``, so before it a marker wants a space there, as pip has it."""
    text, _, marker = text.partition("; " if _URL.match(text) else ";")
    return text.strip(), marker.strip()


def _names_path(text: str) -> bool:
    path, _ = _split_extras(text)
    if os.path.isdir(path) and _is_path(text):
        return True
    if not path.lower().endswith(_ARCHIVES):
        return _is_path(text) and "@" not in text
    # A name like `x @ https://.../x.whl` ends like a file, too.
    return os.path.isfile(path) or _is_path(text.partition("@")[0].strip()) or "@" not in text


def _is_path(text: str) -> bool:
    return os.sep in text or (os.altsep is not None and os.altsep in text) or text.startswith(".")


def _split_extras(text: str) -> tuple[str, str]:
    found = _EXTRAS.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _url(text: str) -> tuple[str, str]:
    found = _EXTRAS.fullmatch(text) if "#" not in text else None
    url, extras = (found[1], found[2]) if found else (text, "")
    if url.startswith("file:") and not url.startswith("file:///"):
        path = url.removeprefix("file:").removeprefix("//localhost")
        url = f"file://{quote(os.path.abspath(path.partition('#')[0]))}"
    return url, extras


def _path(text: str, line: RequirementLine) -> tuple[str, str]:
    path, extras = _split_extras(text)
    bare, sharp, fragment = path.partition("#")
    absolute = os.path.abspath(os.path.expanduser(bare))
    if not os.path.exists(absolute):
        raise NoSuchPathError(line.text, f"there is no {absolute}")
    if os.path.isfile(absolute) and not absolute.lower().endswith(_ARCHIVES):
        raise InvalidRequirementError(line.text, "the file is no wheel and no archive", origin=line.origin)
    return f"file://{quote(absolute)}{sharp}{fragment}", extras


def _wheel_name(url: str) -> str | None:
    filename = url.rpartition("/")[2]
    return filename.partition("-")[0] if wheel_parts(filename) else None
