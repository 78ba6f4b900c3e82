import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from bodega.formats.names import NormalizedName
from bodega.index.upstream.first_seen import as_given, changes, compare
from bodega.simple_api.pages import MetadataOffer, ProjectFile, ProjectPage

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WHEEL = ProjectFile(
    filename="flask-1.0-py3-none-any.whl",
    url="https://files.example.org/flask-1.0-py3-none-any.whl",
    hashes={"sha256": "ab" * 32},
    size=10,
)


def page(*files, **changes):
    return ProjectPage(name=NormalizedName("flask"), files=files, **changes)


def known(*files):
    return {seen.filename: seen for seen in compare(page(*files), {}, NOW).files}


def changed(**changes):
    return dataclasses.replace(WHEEL, **changes)


def test_new_files_are_remembered_with_their_hashes():
    (seen,) = compare(page(WHEEL), {}, NOW).files
    assert (seen.sha256, seen.declared, seen.size, seen.first_seen) == (
        "ab" * 32,
        "sha256:" + "ab" * 32,
        10,
        NOW,
    )


def test_a_page_as_before_changes_nothing():
    comparison = compare(page(WHEEL), known(WHEEL), NOW)
    assert (list(comparison.files), list(comparison.refusals)) == ([], [])


@pytest.mark.parametrize(
    "claim",
    [
        changed(hashes={"sha256": "cd" * 32}),
        changed(size=11),
        changed(hashes={"sha256": "cd" * 32}, url="https://x.example.org/"),
    ],
)
def test_a_contradiction_is_refused_and_what_was_seen_first_stays(claim):
    comparison = compare(page(claim), known(WHEEL), NOW)
    assert list(comparison.files) == []
    assert comparison.refusals[0].filename == WHEEL.filename


def test_a_contradiction_in_another_algorithm_is_one_too():
    before = known(changed(hashes={"sha512": "ab" * 64}))
    assert compare(page(changed(hashes={"sha512": "cd" * 64})), before, NOW).refusals


def test_a_moved_file_is_the_same_file():
    comparison = compare(page(changed(url="https://other.example.org/f")), known(WHEEL), NOW)
    assert [seen.url for seen in comparison.files] == ["https://other.example.org/f"]
    assert not comparison.refusals


def test_what_is_told_later_is_added():
    before = known(changed(hashes={}, size=None))
    offer = MetadataOffer({"sha256": "ef" * 32})
    (seen,) = compare(page(changed(core_metadata=offer)), before, NOW).files
    assert (seen.sha256, seen.size, seen.metadata_sha256) == ("ab" * 32, 10, "ef" * 32)


def test_what_is_told_no_more_is_not_forgotten():
    assert not compare(page(changed(hashes={}, size=None)), known(WHEEL), NOW).files


def test_the_page_as_given():
    sdist = changed(filename="flask-1.0.tar.gz", hashes={}, yanked="bad")
    given = as_given(page(WHEEL, sdist, serial=900), known(WHEEL, sdist), serial=3)
    wheel, other = given.files
    assert wheel.url == f"../../files/{'ab' * 32}/{WHEEL.filename}"
    assert wheel.core_metadata == MetadataOffer()
    assert other.url == "../../files/unhashed-flask/flask-1.0.tar.gz"
    assert (other.core_metadata, other.yanked, dict(other.hashes)) == (None, "bad", {})
    assert given.serial == 3


def test_a_quarantined_project_offers_no_files():
    assert as_given(page(WHEEL, status="quarantined"), known(WHEEL)).files == ()


LAST_WEEK = NOW - timedelta(days=7)
NEXT_WEEK = NOW + timedelta(days=7)
OTHER = ProjectFile(filename="flask-1.1.tar.gz", url="https://files.example.org/flask-1.1.tar.gz")


@pytest.mark.parametrize(
    ("claimed", "counted"), [(LAST_WEEK, LAST_WEEK), (None, NOW), (NEXT_WEEK, NOW), (NOW, NOW)]
)
def test_on_the_first_page_a_cooldown_counts_from_what_the_upstream_says_but_never_from_the_future(
    claimed, counted
):
    (seen,) = compare(page(changed(upload_time=claimed)), {}, NOW).files
    assert (seen.upload_time, seen.available_at) == (claimed, counted)


@pytest.mark.parametrize("claimed", [LAST_WEEK, None, NEXT_WEEK])
@pytest.mark.parametrize("before", [page(), page(WHEEL)])
def test_what_turns_up_on_a_known_page_counts_from_when_it_was_first_seen(claimed, before):
    late = dataclasses.replace(OTHER, upload_time=claimed)
    (seen,) = compare(page(*before.files, late), known(*before.files), NOW, before).files
    assert seen.available_at == NOW


def test_changes_of_known_files_are_told():
    before = page(WHEEL, OTHER)
    pulled = dataclasses.replace(OTHER, yanked="broken")
    gone, marked = changes(page(pulled), known(WHEEL, OTHER), NOW, before)
    assert (gone.filename, gone.is_listed, gone.yanked) == (WHEEL.filename, False, None)
    assert (marked.filename, marked.is_listed, marked.yanked) == (OTHER.filename, True, "broken")
    (back,) = changes(page(WHEEL, pulled), known(WHEEL, OTHER), NOW, page(pulled))
    assert (back.filename, back.is_listed) == (WHEEL.filename, True)
    assert not list(changes(before, known(WHEEL, OTHER), NOW, before))
    assert not list(changes(page(), known(WHEEL), NOW, page()))
