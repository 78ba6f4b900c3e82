"""A project as the JSON API of the public index gives it (``pypi/PROJECT/json``, with or without a version).

No standard has it, but renovate, dependabot, bandersnatch and pip-audit read it. Values in, a document out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import quote

from packaging.metadata import RawMetadata

from bodega.formats.filenames import wheel_parts
from bodega.index.upstream.views import Advisories
from bodega.index.views.releases import Release
from bodega.simple_api.pages import ProjectFile, ProjectPage
from bodega.simple_api.render import metadata_value, timestamp, yanked_value

_PACKAGE_TYPES = {
    ".whl": "bdist_wheel",
    ".egg": "bdist_egg",
    ".exe": "bdist_wininst",
    ".msi": "bdist_msi",
    ".rpm": "bdist_rpm",
}
_NOT_COUNTED = -1
#: Fields of ``info`` that are the text of one field of core metadata.
_TEXTS = (
    "author",
    "author_email",
    "description",
    "description_content_type",
    "download_url",
    "home_page",
    "license",
    "license_expression",
    "maintainer",
    "maintainer_email",
    "requires_python",
    "summary",
)
#: Those that are a list, null where the distribution gives none.
_LISTS = ("dynamic", "license_files", "provides_extra", "requires_dist")


@dataclass(frozen=True, slots=True)
class ReaderRoot:
    """How a reader reaches us: ``site`` is the root of web pages, ``base`` the index's; both end in ``/``."""

    site: str
    base: str

    @property
    def files(self) -> str:
        """Where files are, by the name that the public index has for it: bandersnatch takes no other."""
        return f"{self.site}packages/{self.base.removeprefix(self.site)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is to be told: the page, its releases, the one that is meant, and that one's core metadata.

    ``advisories`` are what is known against that one; ``None`` where nobody says, and then nothing is said.
    """

    page: ProjectPage
    releases: Sequence[Release]
    chosen: Release
    metadata: RawMetadata
    advisories: Advisories | None = ()


def project_document(shown: Shown, root: ReaderRoot, *, with_releases: bool) -> dict[str, Any]:
    """The document, ready for a JSON encoder; ``with_releases`` in the form that names no version."""
    page = shown.page
    document: dict[str, Any] = {
        "info": _info(shown, root),
        "last_serial": page.serial or 0,
        "urls": [_file(file, root) for file in shown.chosen.files],
        **({} if shown.advisories is None else {"vulnerabilities": list(shown.advisories)}),
        "ownership": {"organization": None, "roles": []},
    }
    if with_releases:
        document["releases"] = {
            release.version: [_file(file, root) for file in release.files] for release in shown.releases
        }
    return document


def _info(shown: Shown, root: ReaderRoot) -> dict[str, Any]:
    raw: Mapping[str, Any] = shown.metadata
    release = shown.chosen
    project_url = f"{root.site}project/{shown.page.name}/"
    info: dict[str, Any] = {field: raw.get(field) for field in _TEXTS}
    info |= {field: raw.get(field) or None for field in _LISTS}
    info |= {
        "bugtrack_url": None,
        "classifiers": raw.get("classifiers", []),
        "docs_url": None,
        "downloads": dict.fromkeys(("last_day", "last_month", "last_week"), _NOT_COUNTED),
        "keywords": ",".join(raw.get("keywords", ())) or None,
        "name": raw.get("name") or shown.page.name,
        "package_url": project_url,
        "platform": ",".join(raw.get("platforms", ())) or None,
        "project_url": project_url,
        "project_urls": raw.get("project_urls") or None,
        "release_url": f"{project_url}{quote(release.version, safe='+!')}/",
        "requires_python": _requires_python(raw, release),
        "version": release.version,
        "yanked": release.is_yanked,
        "yanked_reason": release.yanked_reason,
    }
    return dict(sorted(info.items()))


def _requires_python(raw: Mapping[str, Any], release: Release) -> str | None:
    given = raw.get("requires_python")
    return given or next((file.requires_python for file in release.files if file.requires_python), None)


def _file(file: ProjectFile, root: ReaderRoot) -> dict[str, Any]:
    hashes = {**file.other_hashes, **file.hashes}
    digests = {"blake2b_256": hashes.get("blake2b_256"), "md5": hashes.get("md5"), **hashes}
    time = file.upload_time.astimezone(UTC) if file.upload_time else None
    return {
        "comment_text": None,
        "core-metadata": metadata_value(file.core_metadata),
        "digests": {algorithm: value for algorithm, value in sorted(digests.items()) if value},
        "downloads": _NOT_COUNTED,
        "filename": file.filename,
        "has_sig": False,
        "md5_digest": digests["md5"],
        "packagetype": _package_type(file.filename),
        "python_version": _python_version(file.filename),
        "requires_python": file.requires_python,
        "size": file.size,
        "upload_time": time.strftime("%Y-%m-%dT%H:%M:%S") if time else None,
        "upload_time_iso_8601": timestamp(time) if time else None,
        "url": root.files + "/".join(file.url.split("/")[-2:]),
        "yanked": bool(yanked_value(file.yanked)),
        "yanked_reason": file.yanked or None,
    }


def _package_type(filename: str) -> str:
    return next((kind for end, kind in _PACKAGE_TYPES.items() if filename.endswith(end)), "sdist")


def _python_version(filename: str) -> str:
    wheel = wheel_parts(filename)
    if wheel is not None:
        return wheel.tags.partition("-")[0]
    if filename.endswith(".egg"):
        return next((part[2:] for part in filename[:-4].split("-")[2:] if part.startswith("py")), "any")
    return "source" if _package_type(filename) == "sdist" else "any"
