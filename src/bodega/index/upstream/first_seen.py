"""The first hash seen for a file name stays: comparing what an upstream says with what it said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bodega.formats.digests import best_digest
from bodega.index.upstream.model import Refusal, SeenFile
from bodega.simple_api.pages import NO_HASHES, MetadataOffer, ProjectFile, ProjectPage
from bodega.simple_api.render import relative_file_url


@dataclass(frozen=True, slots=True)
class Comparison:
    """Files that are new or of which more is known now, and claims that contradict earlier ones."""

    files: Sequence[SeenFile]
    refusals: Sequence[Refusal]


def compare(page: ProjectPage, known: Mapping[str, SeenFile], at: datetime) -> Comparison:
    """What a page tells beyond, and against, what is known of its project's files."""
    files: list[SeenFile] = []
    refusals: list[Refusal] = []
    for file in page.files:
        before = known.get(file.filename)
        if before is None:
            files.append(_first(page, file, at))
            continue
        contradiction = _contradiction(before, file)
        if contradiction:
            refusals.append(Refusal(project=page.name, filename=file.filename, reason=contradiction, at=at))
            continue
        after = _more(before, file)
        if after != before:
            files.append(after)
    return Comparison(files, refusals)


def as_given(page: ProjectPage, known: Mapping[str, SeenFile]) -> ProjectPage:
    """The page as we give it: our own relative URLs, first-seen hashes, metadata for every wheel.

    A quarantined project offers no files (PEP 792).
    """
    if page.status == "quarantined":
        return replace(page, files=())
    return replace(page, files=tuple(_given(file, known[file.filename]) for file in page.files))


def _given(file: ProjectFile, seen: SeenFile) -> ProjectFile:
    return ProjectFile(
        filename=file.filename,
        url=relative_file_url(seen.key, file.filename),
        hashes={"sha256": seen.sha256} if seen.sha256 else NO_HASHES,
        size=seen.size,
        upload_time=file.upload_time,
        requires_python=file.requires_python,
        # Offered whether or not the upstream declares it: we have or make the document of every wheel.
        core_metadata=_offer(seen) if seen.is_wheel else None,
        yanked=file.yanked,
        provenance=file.provenance,
    )


def _offer(seen: SeenFile) -> MetadataOffer:
    return MetadataOffer({"sha256": seen.metadata_sha256} if seen.metadata_sha256 else NO_HASHES)


def _first(page: ProjectPage, file: ProjectFile, at: datetime) -> SeenFile:
    declared = best_digest(file.hashes)
    return SeenFile(
        project=page.name,
        filename=file.filename,
        url=file.url,
        declared=str(declared) if declared else None,
        sha256=file.hashes.get("sha256"),
        size=file.size,
        metadata_sha256=file.core_metadata.hashes.get("sha256") if file.core_metadata else None,
        first_seen=at,
    )


def _contradiction(before: SeenFile, file: ProjectFile) -> str | None:
    digest = file.hashes.get("sha256")
    if before.sha256 and digest and digest != before.sha256:
        return f"first seen with sha256:{before.sha256}, now listed with sha256:{digest}"
    if before.declared and not digest:
        algorithm, _, value = before.declared.partition(":")
        now = file.hashes.get(algorithm)
        if now and now != value:
            return f"first seen with {before.declared}, now listed with {algorithm}:{now}"
    if before.size is not None and file.size is not None and before.size != file.size:
        return f"first seen with {before.size} bytes, now listed with {file.size}"
    return None


def _more(before: SeenFile, file: ProjectFile) -> SeenFile:
    offered = file.core_metadata.hashes.get("sha256") if file.core_metadata else None
    declared = best_digest(file.hashes)
    return replace(
        before,
        url=file.url,
        declared=before.declared or (str(declared) if declared else None),
        sha256=before.sha256 or file.hashes.get("sha256"),
        size=before.size if before.size is not None else file.size,
        metadata_sha256=before.metadata_sha256 or offered,
    )
