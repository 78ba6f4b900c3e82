"""What ``show`` says of an installed distribution."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.metadata import scan_headers
from bodega.formats.names import NormalizedName
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.inventory import Found
from bodega.installer.environments.needed import required_by, texts_of

#: Fields of the core metadata that are shown, and their headers.
_FIELDS = {
    "summary": "summary",
    "author": "author",
    "author_email": "author-email",
    "license": "license",
    "license_expression": "license-expression",
    "metadata_version": "metadata-version",
}
_UNREADABLE = "#N/A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One distribution, described. Texts are empty where the metadata says nothing.

    ``files`` are relative to ``location``, ``None`` where nothing lists them.
    """

    name: str
    version: str
    location: str
    editable_at: str | None
    requires: tuple[str, ...]
    required_by: tuple[str, ...]
    installer: str
    fields: Mapping[str, str]
    home_page: str
    classifiers: tuple[str, ...]
    entry_points: tuple[str, ...]
    project_urls: tuple[str, ...]
    files: tuple[str, ...] | None


def described(
    names: Iterable[NormalizedName], found: Sequence[Found], markers: Markers
) -> tuple[list[Shown], list[NormalizedName]]:
    """The descriptions of what is installed, in the order asked for, and the names of what is not."""
    by_name = {one.name: one for one in found}
    needs = {one.name: _needs(one.distribution, markers) for one in found} if by_name else {}
    shown: list[Shown] = []
    missing: list[NormalizedName] = []
    for name in names:
        one = by_name.get(name)
        if one is None:
            missing.append(name)
        else:
            shown.append(_described(one, found, needs))
    return shown, sorted(missing)


def _described(
    one: Found, found: Sequence[Found], needs: Mapping[NormalizedName, Mapping[NormalizedName, str] | None]
) -> Shown:
    here = one.distribution
    several: dict[str, list[str]] = {}
    for name, value in scan_headers(here.metadata):
        several.setdefault(name, []).append(value)
    own = needs[one.name]
    requiring = [
        (other.distribution.typed_name if (need := needs[other.name]) is not None else _UNREADABLE)
        for other in found
        if (need := needs[other.name]) is None or one.name in need
    ]
    if _UNREADABLE in requiring:
        requiring = [_UNREADABLE]
    urls = tuple(several.get("project-url", ()))
    return Shown(
        name=here.typed_name,
        version=here.typed_version,
        location=here.site,
        editable_at=one.editable_at,
        requires=tuple(sorted(own.values() if own is not None else texts_of(here), key=str.lower)),
        required_by=tuple(sorted(requiring, key=str.lower)),
        installer=here.installer,
        fields={key: several.get(header, [""])[0] for key, header in _FIELDS.items()},
        home_page=several.get("home-page", [""])[0] or _home_page(urls),
        classifiers=tuple(several.get("classifier", ())),
        entry_points=tuple((here.read("entry_points.txt") or b"").decode("utf-8", "replace").splitlines()),
        project_urls=urls,
        files=_files(here),
    )


def _needs(one: Installed, markers: Markers) -> dict[NormalizedName, str] | None:
    """Names as written, by normalized name; ``None`` where they cannot be read."""
    try:
        return {need.name: _written(need.text) for need in required_by(one, markers)}
    except BodegaError:
        return None


def _written(requirement: str) -> str:
    name = ""
    for one in requirement.strip():
        if not (one.isalnum() or one in "-_."):
            break
        name += one
    return name


def _home_page(urls: Iterable[str]) -> str:
    """A project URL whose label means the home page (PEP 753)."""
    for line in urls:
        label, _, url = line.partition(",")
        if "".join(one for one in label if one.isalnum()).lower() == "homepage":
            return url.strip()
    return ""


def _files(one: Installed) -> tuple[str, ...] | None:
    recorded = one.recorded()
    return None if recorded is None else tuple(sorted(recorded))
