"""From a wheel and the digests of its files to the manifest of its tree (PEP 427, 491 data folders)."""

import sys
from collections.abc import Iterable, Mapping

from bodega.content.manifest import ROOT, FileDigest, Manifest, Note, Section
from bodega.content.wheel_archive import WheelArchive
from bodega.content.wheel_errors import WheelScriptError
from bodega.formats.entry_points import InvalidEntryPointError, Script, check_script_name, parse_scripts
from bodega.formats.record import SIGNATURES, hash_field, record_line

#: Written by whoever installs; what a wheel brings under these names is not installed.
_INSTALLERS_OWN = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", *SIGNATURES)
_CUSTOMIZE = ("sitecustomize.py", "usercustomize.py")


def manifest_of(archive: WheelArchive, digests: Iterable[FileDigest], entry_points: str | None) -> Manifest:
    """Build the manifest; raises WheelScriptError for scripts that are not safe to make."""
    digests = sorted(digests, key=lambda file: file.path)
    scripts = _scripts(archive, entry_points)
    skipped = {f"{archive.dist_info}/{name}" for name in _INSTALLERS_OWN}
    places: dict[str, list[FileDigest]] = {ROOT: []}
    for file in digests:
        if file.path.startswith(archive.data + "/"):
            places.setdefault(file.path[len(archive.data) + 1 :].partition("/")[0], []).append(file)
        elif file.path not in skipped:
            places[ROOT].append(file)
    _check_own_scripts(archive, places.get("scripts", ()))
    return Manifest(
        filename=archive.filename,
        name=archive.name,
        version=archive.version,
        dist_info=archive.dist_info,
        purelib=archive.wheel.root_is_purelib,
        sections=tuple(_section(archive, key, files) for key, files in places.items()),
        record="".join(record_line(file.path, file.sha256, file.size) for file in places[ROOT]),
        scripts=scripts,
        notes=tuple(_notes(places)),
        size=sum(file.size for file in digests),
    )


def _section(archive: WheelArchive, key: str, files: list[FileDigest]) -> Section:
    prefix = "" if key == ROOT else f"{archive.data}/{key}/"
    folders: dict[str, list[FileDigest]] = {"": []}
    for file in files:
        folder, slash, _ = file.path[len(prefix) :].rpartition("/")
        _add_folder(folders, folder + slash)
        folders[folder + slash].append(file)
    ordered = sorted(folders)
    rows = [file for folder in ordered for file in folders[folder]]
    return Section(
        key,
        prefix,
        tuple((name, tuple(file.path.rpartition("/")[2] for file in folders[name])) for name in ordered),
        () if key == ROOT else tuple(f"{hash_field(file.sha256)},{file.size}" for file in rows),
    )


def _add_folder(folders: dict[str, list[FileDigest]], folder: str) -> None:
    while folder not in folders:
        folders[folder] = []
        folder = folder[:-1].rpartition("/")[0]
        folder = folder and folder + "/"


def _scripts(archive: WheelArchive, entry_points: str | None) -> tuple[Script, ...]:
    if entry_points is None:
        return ()
    try:
        return parse_scripts(entry_points)
    except InvalidEntryPointError as error:
        raise WheelScriptError(archive.filename, f"{error.what}: {error.why}") from None


def _check_own_scripts(archive: WheelArchive, files: Iterable[FileDigest]) -> None:
    for file in files:
        try:
            check_script_name(file.path.rpartition("/")[2])
        except InvalidEntryPointError as error:
            raise WheelScriptError(archive.filename, f"{error.what}: {error.why}", member=file.path) from None


def _notes(places: Mapping[str, Iterable[FileDigest]]) -> Iterable[Note]:
    for key in (ROOT, "purelib", "platlib"):
        for file in places.get(key, ()):
            path = file.path if key == ROOT else file.path.split("/", 2)[2]
            top, slash, rest = path.partition("/")
            if not slash:
                if top.endswith(".pth"):
                    yield Note("pth", path)
                elif top in _CUSTOMIZE:
                    yield Note("customize", path)
            module = top if slash and rest == "__init__.py" else top.partition(".")[0] if not slash else ""
            if module in sys.stdlib_module_names and (slash or top.endswith((".py", ".so", ".pyd"))):
                yield Note("shadows-stdlib", path)
