from datetime import UTC, datetime
from pathlib import Path

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.ahead import MOST_DOCUMENTS, MOST_WAITING, MetadataAhead, wanted
from bodega.index.upstream.model import SeenFile
from bodega.simple_api.pages import InlineMetadata, ProjectFile, ProjectPage
from support.distributions import wheel_bytes
from support.seen_upstream import FILES, SeenUpstream, entry

A = NormalizedName("a")


def seen(filename: str, document: str | None) -> SeenFile:
    return SeenFile(
        project=A,
        filename=filename,
        url=FILES + filename,
        metadata_sha256=document,
        first_seen=datetime(2026, 1, 1, tzinfo=UTC),
    )


def chosen(files: dict[str, str | None], releases: int = 1, yanked: str = "") -> list[str]:
    """Which of the files, each with its document, are asked for."""
    listed = tuple(ProjectFile(filename=f, url="x", yanked="" if f == yanked else None) for f in files)
    known = {filename: seen(filename, document) for filename, document in files.items()}
    return [one.filename for one in wanted(ProjectPage(name=A, files=listed), known, releases)]


OLD, NEW, RC = "a-1.0-py3-none-any.whl", "a-1.10-py3-none-any.whl", "a-2.0rc1-py3-none-any.whl"
OTHER = "a-1.10-cp311-cp311-linux_x86_64.whl"


def test_the_newest_final_releases_by_their_documents() -> None:
    assert chosen({OLD: "d1", NEW: "d2", RC: "d3"}) == [NEW]
    assert chosen({OLD: "d1", NEW: "d2", RC: "d3"}, releases=9) == [NEW, OLD]
    assert chosen({NEW: "d2", OTHER: "d2"}) == [NEW]
    assert chosen({NEW: "d2", OTHER: "d4"}) == [NEW, OTHER]
    assert chosen({OLD: "d1", NEW: "d2"}, yanked=NEW) == [OLD]
    # What the upstream does not declare would cost the end of a wheel, or all of it.
    assert chosen({OLD: "d1", NEW: None}) == [OLD]
    assert chosen({"a-3.0.tar.gz": "d5", "odd.whl": "d6", "a-x-py3-none-any.whl": "d7"}) == []


def test_a_release_of_many_documents_costs_a_few() -> None:
    many = {f"a-1.0-{number}-py3-none-any.whl": f"d{number}" for number in range(50)}
    assert len(chosen(many)) == MOST_DOCUMENTS


def an_upstream(folder: Path) -> tuple[SeenUpstream, str]:
    upstream = SeenUpstream(folder)
    document = b"Metadata-Version: 2.1\nName: a\nVersion: 1.0\nRequires-Dist: b\n"
    upstream.say(
        "a", entry(OLD, wheel_bytes("a"), **{"core-metadata": {"sha256": sha256_of(document).value}})
    )
    upstream.transport.answers[f"{FILES}{OLD}.metadata"] = MemoryAnswer(document)
    ahead = MetadataAhead(upstream.records, upstream.metadata, upstream.later.append, 1)
    upstream.pages.when_arrived(ahead)
    return upstream, f"{FILES}{OLD}.metadata"


def test_a_page_that_comes_has_its_newest_metadata_asked_for_behind(tmp_path: Path) -> None:
    upstream, url = an_upstream(tmp_path)
    upstream.pages.standing(A)
    assert upstream.asked(url) == 0
    upstream.catch_up()
    assert upstream.asked(url) == 1
    upstream.pages.renew(A)
    page = upstream.pages.page(A)
    assert page is not None
    assert page[1].files[0].inline == InlineMetadata(("b",))
    # The same page again brings nothing new.
    upstream.pages.refresh(A)
    upstream.catch_up()
    assert upstream.asked(url) == 1


def test_an_upstream_that_fails_is_not_asked_for_more(tmp_path: Path) -> None:
    upstream, url = an_upstream(tmp_path)
    upstream.pages.standing(A)
    upstream.transport.answers[url] = MemoryAnswer(b"", status=503)
    upstream.transport.reachable = False
    upstream.catch_up()
    assert upstream.metadata.kept(next(iter(upstream.records.files(A).values()))) is None


def test_while_very_many_pages_come_no_more_are_taken(tmp_path: Path) -> None:
    upstream, _ = an_upstream(tmp_path)
    ahead = MetadataAhead(upstream.records, upstream.metadata, upstream.later.append, 1)
    for number in range(MOST_WAITING + 20):
        ahead(ProjectPage(name=NormalizedName(f"p{number}"), files=()))
        ahead(ProjectPage(name=NormalizedName(f"p{number}"), files=()))
    assert len(upstream.later) == MOST_WAITING
    upstream.catch_up()
    ahead(ProjectPage(name=A, files=()))
    assert len(upstream.later) == 1
