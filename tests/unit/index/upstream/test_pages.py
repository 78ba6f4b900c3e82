from dataclasses import replace
from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamAnswerError, UpstreamUnavailableError
from bodega.index.upstream.freshness import Freshness
from support.seen_upstream import FILES, JSON, ROOT, SeenUpstream, entry

FLASK = NormalizedName("flask")
URL = f"{ROOT}flask/"
ONE, TWO = entry("flask-1.0.tar.gz", b"one"), entry("flask-2.0.tar.gz", b"two")


@pytest.fixture
def upstream(tmp_path: Path) -> SeenUpstream:
    upstream = SeenUpstream(tmp_path)
    upstream.say("flask", ONE)
    return upstream


def names(upstream: SeenUpstream) -> list[str]:
    found = upstream.pages.page(FLASK)
    assert found is not None
    return [file.filename for file in found[1].files]


def test_a_fresh_page_is_asked_for_once(upstream: SeenUpstream) -> None:
    assert upstream.pages.at_once(FLASK) == (False, None)
    first = upstream.pages.standing(FLASK)
    assert first is not None
    assert 59 < first.fresh_for <= 60
    assert upstream.pages.at_once(FLASK)[0]
    assert names(upstream) == ["flask-1.0.tar.gz"]
    assert upstream.asked(URL) == 1
    assert upstream.later == []


def test_the_fingerprint_is_that_of_the_page_as_given(upstream: SeenUpstream) -> None:
    standing, found = upstream.pages.standing(FLASK), upstream.pages.page(FLASK)
    assert standing is not None
    assert found is not None
    assert found[0].fingerprint == standing.fingerprint


def test_a_stale_page_is_served_and_asked_for_behind(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(revalidate=0))
    upstream.say("flask", ONE)
    upstream.pages.standing(FLASK)
    upstream.say("flask", ONE, TWO)
    sure, before = upstream.pages.at_once(FLASK)
    assert (sure, upstream.asked(URL)) == (True, 1)
    upstream.catch_up()
    after = upstream.pages.at_once(FLASK)[1]
    assert before is not None
    assert after is not None
    assert before.fingerprint != after.fingerprint
    assert names(upstream) == ["flask-1.0.tar.gz", "flask-2.0.tar.gz"]


def test_a_page_that_is_as_before_keeps_its_fingerprint(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(revalidate=0))
    upstream.say("flask", ONE)
    first = upstream.pages.standing(FLASK)
    upstream.pages.refresh(FLASK)
    assert upstream.pages.standing(FLASK) == first
    asked: list[str | None] = []

    def unmodified(headers: object) -> MemoryAnswer:
        asked.append(headers.get("If-None-Match"))  # type: ignore[attr-defined]
        return MemoryAnswer(status=304)

    upstream.transport.answers[URL] = MemoryAnswer(
        b'{"meta": {"api-version": "1.0"}, "name": "flask", "files": []}', headers={**JSON, "etag": '"e"'}
    )
    upstream.pages.refresh(FLASK)
    upstream.transport.answers[URL] = unmodified
    empty = upstream.pages.standing(FLASK)
    upstream.pages.refresh(FLASK)
    assert asked == ['"e"']
    assert upstream.pages.standing(FLASK) == empty


def test_after_a_restart_the_records_know(upstream: SeenUpstream) -> None:
    before = upstream.pages.standing(FLASK)
    upstream.pages = upstream.new_pages()
    upstream.pass_time(20)
    after = upstream.pages.standing(FLASK)
    assert before is not None
    assert after is not None
    assert (after.fingerprint, after.fresh_for) == (before.fingerprint, 40)
    upstream.pages = upstream.new_pages()
    upstream.pass_time(100)
    stale = upstream.pages.standing(FLASK)
    assert stale is not None
    assert (stale.fresh_for, upstream.asked(URL), len(upstream.later)) == (0.0, 1, 1)


def test_a_very_old_page_is_asked_for_first_but_not_for_ever(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(patience=0.05))
    upstream.say("flask", ONE)
    old = upstream.pages.standing(FLASK)
    upstream.say("flask", ONE, TWO)
    upstream.pages = upstream.new_pages()
    upstream.pass_time(10_000)
    kept = upstream.pages.standing(FLASK)  # nobody does the work behind: patience ends
    assert old is not None
    assert kept is not None
    assert kept.fingerprint == old.fingerprint
    upstream.pages = upstream.new_pages()
    upstream.later = DoneAtOnce()
    upstream.pages = upstream.new_pages()
    renewed = upstream.pages.standing(FLASK)
    assert renewed is not None
    assert renewed.fingerprint != old.fingerprint


class DoneAtOnce(list):  # type: ignore[type-arg]
    def append(self, work: object) -> None:
        work()  # type: ignore[operator]


def test_a_silent_upstream_keeps_what_was_seen_and_is_left_alone(upstream: SeenUpstream) -> None:
    upstream.pages.standing(FLASK)
    upstream.transport.reachable = False
    with pytest.raises(UpstreamUnavailableError):
        upstream.pages.standing(NormalizedName("unknown"))
    upstream.pages = upstream.new_pages()
    upstream.pass_time(10_000_000)
    with pytest.raises(UpstreamUnavailableError):
        upstream.pages.standing(NormalizedName("unknown"))
    kept = upstream.pages.standing(FLASK)
    assert kept is not None
    assert (kept.fresh_for, upstream.asked(URL), upstream.later) == (0.0, 1, [])


def test_absence_is_remembered_for_a_while(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path)
    assert upstream.pages.standing(FLASK) is None
    assert upstream.pages.at_once(FLASK) == (True, None)
    assert upstream.asked(URL) == 1
    soon = SeenUpstream(tmp_path, Freshness(absent=0))
    soon.pages.standing(FLASK)
    soon.say("flask", ONE)
    assert soon.pages.standing(FLASK) is not None


def test_a_project_that_the_upstream_gave_up_is_gone(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(revalidate=0))
    upstream.say("flask", ONE)
    upstream.pages.standing(FLASK)
    del upstream.transport.answers[URL]
    upstream.pages.refresh(FLASK)
    assert upstream.pages.standing(FLASK) is None
    assert list(upstream.pages.listed()) == []
    assert upstream.files.seen(ONE["hashes"]["sha256"], "flask-1.0.tar.gz") is not None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (MemoryAnswer(b"", status=500), UpstreamUnavailableError),
        (MemoryAnswer(b"", status=429), UpstreamUnavailableError),
        (MemoryAnswer(b"", status=401), UpstreamAnswerError),
        (MemoryAnswer(b"<html>", headers={"content-type": "text/html"}), UpstreamAnswerError),
        (MemoryAnswer(b"{", headers=JSON), UpstreamAnswerError),
    ],
)
def test_what_is_no_page_is_no_absence(
    upstream: SeenUpstream, answer: MemoryAnswer, error: type[Exception]
) -> None:
    upstream.transport.answers[URL] = answer
    with pytest.raises(error):
        upstream.pages.standing(FLASK)
    assert upstream.pages.at_once(FLASK) == (False, None)


def test_what_is_refused_is_recorded_and_the_rest_is_served(upstream: SeenUpstream) -> None:
    upstream.say("flask", ONE, entry("../x", b""), entry("flask-3.tar.gz", b"", url="http://127.0.0.1/x"))
    assert names(upstream) == ["flask-1.0.tar.gz"]
    assert {refusal.filename for refusal in upstream.records.refusals(FLASK)} == {"../x", "flask-3.tar.gz"}


def test_the_first_hash_stays(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(revalidate=0))
    upstream.say("flask", ONE)
    first = upstream.pages.standing(FLASK)
    upstream.say("flask", entry("flask-1.0.tar.gz", b"other"))
    upstream.pages.refresh(FLASK)
    assert upstream.pages.standing(FLASK) == first
    assert "first seen with" in upstream.records.refusals(FLASK)[0].reason


def test_a_digest_that_became_known_shows_at_once(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(revalidate=0))
    upstream.say("flask", entry("flask-1.0.tar.gz", b"one", hashes={}, size=None))
    upstream.give("flask-1.0.tar.gz", b"one")
    before = upstream.pages.standing(FLASK)
    seen = upstream.files.seen("unhashed-flask", "flask-1.0.tar.gz")
    assert seen is not None
    upstream.files.bytes_of(seen)
    after = upstream.pages.page(FLASK)
    assert before is not None
    assert after is not None
    assert after[0].fingerprint != before.fingerprint
    assert after[1].files[0].hashes == {"sha256": ONE["hashes"]["sha256"]}
    assert after[1].files[0].size == 3
    assert upstream.asked(FILES + "flask-1.0.tar.gz") == 1


def test_what_else_was_learned_shows_at_the_next_asking(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(revalidate=0))
    upstream.say("flask", entry("flask-1.0-py3-none-any.whl", b"one"))
    before = upstream.pages.standing(FLASK)
    (file,) = upstream.records.files(FLASK).values()
    upstream.records.learn([replace(file, metadata_sha256="ab" * 32)])
    upstream.pages.note_changed(FLASK)
    assert upstream.pages.at_once(FLASK)[1] == replace(before, fresh_for=0.0)  # type: ignore[type-var]
    upstream.pages.refresh(FLASK)
    after = upstream.pages.page(FLASK)
    assert after is not None
    assert after[0].fingerprint != before.fingerprint  # type: ignore[union-attr]
    assert after[1].files[0].core_metadata.hashes == {"sha256": "ab" * 32}  # type: ignore[union-attr]


def test_a_page_that_was_never_seen_is_not_renewed(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path)
    upstream.pages.renew(FLASK)
    assert (list(upstream.pages.listed()), upstream.pages.list_mark()) == ([], 0)


def test_an_upstream_that_fails_for_several_projects_is_left_alone(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path)
    upstream.say("flask", ONE)
    upstream.pages.standing(FLASK)
    upstream.transport.reachable = False
    for number in range(5):
        with pytest.raises(UpstreamUnavailableError) as raised:
            upstream.pages.standing(NormalizedName(f"p{number}"))
        assert (raised.value.retry_after is not None) == (number >= 3)
    assert len(upstream.transport.asked) == 1 + 3
    assert upstream.pages.standing(FLASK) is not None, "what is known is served all the same"
    assert upstream.outcomes == ["answered", *["failed"] * 3, *["left-alone"] * 2]
