"""The first hash seen for a file name stays: comparing what an upstream says with what it said before.

Each file gets the time from which a cooldown counts. On the first page that we see of a project that is what
the upstream says. Later it is our own clock: whoever takes over an upstream's account can claim any time,
but cannot make us have seen a file last week.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bodega.formats.digests import best_digest
from bodega.index.upstream.model import Refusal, SeenChange, SeenFile
from bodega.simple_api.pages import NO_HASHES, MetadataOffer, ProjectFile, ProjectPage
from bodega.simple_api.render import relative_file_url


@dataclass(frozen=True, slots=True)
class Comparison:
    """Files that are new or of which more is known now, claims that contradict earlier ones, and changes."""

    files: Sequence[SeenFile]
    refusals: Sequence[Refusal]
    changes: Sequence[SeenChange] = ()


def compare(
    page: ProjectPage, known: Mapping[str, SeenFile], at: datetime, before: ProjectPage | None = None
) -> Comparison:
    """What a page tells beyond, and against, what is known of its project's files.

    ``before`` is the page that was kept last, if any.
    """
    is_known = bool(known) or before is not None
    files: list[SeenFile] = []
    refusals: list[Refusal] = []
    for file in page.files:
        seen = known.get(file.filename)
        if seen is None:
            files.append(replace(_first(page, file, at), available_at=_available_at(file, at, is_known)))
            continue
        contradiction = _contradiction(seen, file)
        if contradiction:
            refusals.append(Refusal(project=page.name, filename=file.filename, reason=contradiction, at=at))
            continue
        after = _more(seen, file)
        if after != seen:
            files.append(after)
    return Comparison(files, refusals, tuple(changes(page, known, at, before)))


def changes(
    page: ProjectPage, known: Mapping[str, SeenFile], at: datetime, before: ProjectPage | None
) -> Iterator[SeenChange]:
    """Files that went, came back, or changed their mark, in the order of their names."""
    now = {file.filename: file for file in page.files}
    marks = {file.filename: file.yanked for file in before.files} if before is not None else {}
    for filename in sorted(known):
        file = now.get(filename)
        was_listed = filename in marks
        if file is None and not was_listed:
            continue
        yanked = file.yanked if file is not None else marks[filename]
        if (file is not None) != was_listed or yanked != marks[filename]:
            yield SeenChange(
                project=page.name, filename=filename, is_listed=file is not None, yanked=yanked, at=at
            )


def _available_at(file: ProjectFile, at: datetime, is_known: bool) -> datetime:  # noqa: FBT001 - private
    if is_known or file.upload_time is None:
        return at
    return min(file.upload_time, at)


def as_given(page: ProjectPage, known: Mapping[str, SeenFile], serial: int | None = None) -> ProjectPage:
    """The page as we give it: our own relative URLs, first-seen hashes, metadata for every wheel, our serial.

    A quarantined project offers no files (PEP 792).
    """
    if page.status == "quarantined":
        return replace(page, files=(), serial=serial)
    files = tuple(_given(file, known[file.filename]) for file in page.files)
    return replace(page, files=files, serial=serial)


def given_at_first_sight(seen: SeenFile) -> ProjectFile:
    """The file as we give it, by what the upstream said of it at first sight."""
    return ProjectFile(
        filename=seen.filename,
        url=relative_file_url(seen.key, seen.filename),
        hashes={"sha256": seen.sha256} if seen.sha256 else NO_HASHES,
        size=seen.size,
        # Clients that select by time refuse what has none: then it is from when we first saw it.
        upload_time=seen.upload_time or seen.first_seen,
        requires_python=seen.requires_python,
        # Offered whether or not the upstream declares it: we have or make the document of every wheel.
        core_metadata=_offer(seen) if seen.is_wheel else None,
        yanked=seen.yanked,
        available_at=seen.available_at or seen.first_seen,
    )


def _given(file: ProjectFile, seen: SeenFile) -> ProjectFile:
    return ProjectFile(
        filename=file.filename,
        url=relative_file_url(seen.key, file.filename),
        hashes={"sha256": seen.sha256} if seen.sha256 else NO_HASHES,
        size=seen.size,
        upload_time=file.upload_time or seen.first_seen,
        requires_python=file.requires_python,
        core_metadata=_offer(seen) if seen.is_wheel else None,
        yanked=file.yanked,
        provenance=file.provenance,
        available_at=seen.available_at or seen.first_seen,
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
        upload_time=file.upload_time,
        requires_python=file.requires_python,
        yanked=file.yanked,
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
