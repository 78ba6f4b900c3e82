"""Several indexes in one server: bases, private ones, names that own themselves, all beside a running server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import basic, command, new_token, upload
from support.server import Bodega
from support.upstream import Upstream


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def bodega(tmp_path: Path, upstream: Upstream) -> Iterator[Bodega]:
    with Bodega(tmp_path, "--upstream", upstream.root) as running:
        yield running


@pytest.fixture(scope="module")
def some_indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("some")
    make(folder, "dev")
    make(folder, "above", "--base", "dev")
    make(folder, "secret", "--private")
    return folder


def make(folder: Path, name: str, *options: str) -> None:
    made = command(folder, "index", "create", name, *options, "--data", "data")
    assert made.returncode == 0, made.stderr


def offer(upstream: Upstream, name: str, version: str) -> None:
    upstream.add(name, wheel_filename(name, version), wheel_bytes(name, version))


def publish(bodega: Bodega, token: str, name: str, version: str = "1.0", index: str = "main") -> str:
    content = wheel_bytes(name, version)
    filename = wheel_filename(name, version)
    answer = upload(
        bodega, token, content, filename, name=name, version=version, path=f"/index/{index}/legacy/"
    )
    assert answer[0] == 200, answer
    return filename


def filenames(bodega: Bodega, path: str, **headers: str) -> list[str]:
    answer = bodega.get(path, Accept="application/vnd.pypi.simple.v1+json", **headers)
    assert answer.status == 200, answer
    return [file["filename"] for file in json.loads(answer.body)["files"]]


def test_an_index_shows_its_own_projects_those_of_its_bases_and_their_upstreams(
    tmp_path: Path, bodega: Bodega, upstream: Upstream
) -> None:
    token = new_token(tmp_path)["token"]
    make(tmp_path, "dev", "--base", "main")
    offer(upstream, "theirs", "1.0")
    publish(bodega, token, "ours", "1.0")
    publish(bodega, token, "ours", "2.0", index="dev")
    publish(bodega, token, "new", index="dev")
    assert filenames(bodega, "/index/dev/simple/ours/") == [wheel_filename("ours", v) for v in ("2.0", "1.0")]
    assert filenames(bodega, "/index/main/simple/ours/") == [wheel_filename("ours", "1.0")]
    assert filenames(bodega, "/simple/ours/") == [wheel_filename("ours", "1.0")]
    assert bodega.get("/simple/new/").status == 404
    assert filenames(bodega, "/index/dev/simple/theirs/") == filenames(bodega, "/simple/theirs/") != []
    listed = json.loads(bodega.json("/index/dev/simple/").body)
    assert [project["name"] for project in listed["projects"]] == ["new", "ours", "theirs"]
    serials = {project["name"]: project["_last-serial"] for project in listed["projects"][:2]}
    assert serials["new"] > serials["ours"]


def test_an_upload_claims_the_name_in_every_index_above(
    tmp_path: Path, bodega: Bodega, upstream: Upstream
) -> None:
    token = new_token(tmp_path)["token"]
    make(tmp_path, "dev", "--base", "main")
    offer(upstream, "sample", "99.0")
    before = bodega.json("/index/dev/simple/sample/")
    assert b"99.0" in before.body
    theirs = json.loads(before.body)["files"][0]["url"].removeprefix("../../")
    assert bodega.get(f"/index/dev/{theirs}").status == 200
    publish(bodega, token, "sample")
    for base in ("/", "/index/dev/"):
        assert filenames(bodega, f"{base}simple/sample/") == [wheel_filename("sample", "1.0")]
        # What the upstream has under the claimed name is not to be had by its URL either.
        for url in (theirs, f"{theirs}.metadata"):
            assert bodega.get(f"{base}{url}").status == 404


def test_an_index_without_upstream_has_none_not_even_its_bases(
    tmp_path: Path, bodega: Bodega, upstream: Upstream
) -> None:
    make(tmp_path, "closed", "--base", "main", "--no-upstream")
    make(tmp_path, "open")
    offer(upstream, "theirs", "1.0")
    assert bodega.get("/index/closed/simple/theirs/").status == 404
    assert filenames(bodega, "/index/open/simple/theirs/") != []


def test_upstreams_of_an_index_are_asked_before_those_of_its_bases(
    tmp_path: Path, bodega: Bodega, upstream: Upstream
) -> None:
    with Upstream() as second:
        make(tmp_path, "dev", "--base", "main", "--upstream", second.root)
        offer(upstream, "both", "1.0")
        offer(upstream, "first-only", "1.0")
        offer(second, "both", "2.0")
        assert filenames(bodega, "/index/dev/simple/both/") == [wheel_filename("both", "2.0")]
        assert filenames(bodega, "/index/dev/simple/first-only/") != []


def test_a_private_index_is_for_readers_with_a_token(tmp_path: Path, bodega: Bodega) -> None:
    make(tmp_path, "secret", "--private", "--no-upstream")
    writer = new_token(tmp_path, "--scope", "upload")["token"]
    reader = new_token(tmp_path, "--scope", "read", "--index", "secret")["token"]
    elsewhere = new_token(tmp_path, "--scope", "read", "--index", "main")["token"]
    one_project = new_token(tmp_path, "--scope", "read", "--project", "ours")["token"]
    publish(bodega, writer, "ours", index="secret")
    publish(bodega, writer, "other", index="secret")
    page = "/index/secret/simple/ours/"
    url = json.loads(bodega.get(page, Accept="application/json", Authorization=basic(reader)).body)["files"][
        0
    ]["url"]
    file = f"/index/secret/{url.removeprefix('../../')}"
    for path in (page, "/index/secret/simple/", file, f"{file}.metadata", "/index/secret/simple/none/"):
        unknown = bodega.get(path)
        assert (unknown.status, unknown.headers["www-authenticate"][:5]) == (401, "Basic"), path
        for token in (writer, elsewhere, "bodega-nonsense"):
            assert bodega.get(path, Authorization=basic(token)).status == 403, path
    for path in (page, "/index/secret/simple/", file, f"{file}.metadata"):
        for credentials in (basic(reader), f"Bearer {reader}"):
            answer = bodega.get(path, Authorization=credentials)
            assert answer.status == 200, path
            assert answer.headers["cache-control"].startswith("private")
    assert bodega.get("/index/secret/simple/none/", Authorization=basic(reader)).status == 404
    # A token for one project opens that one.
    assert bodega.get(page, Authorization=basic(one_project)).status == 200
    assert bodega.get("/index/secret/simple/other/", Authorization=basic(one_project)).status == 403
    assert bodega.get("/index/secret/simple/", Authorization=basic(one_project)).status == 403
    # Nothing of it is seen from elsewhere.
    assert bodega.get("/simple/ours/").status == 404
    assert bodega.get(f"/{url.removeprefix('../../')}").status == 404


def test_a_revoked_token_stops_reading_at_once(tmp_path: Path, bodega: Bodega) -> None:
    make(tmp_path, "secret", "--private", "--no-upstream")
    reader = new_token(tmp_path, "--scope", "read")
    assert bodega.get("/index/secret/simple/", Authorization=basic(reader["token"])).status == 200
    command(tmp_path, "token", "revoke", reader["id"], "--data", "data")
    assert bodega.get("/index/secret/simple/", Authorization=basic(reader["token"])).status == 403


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (("create", "main"), "E-VIEW-INDEX-EXISTS", 1),
        (("create", "dev"), "E-VIEW-INDEX-EXISTS", 1),
        (("create", "a", "--base", "none"), "E-INDEX-NOT-FOUND", 1),
        (("create", "a", "--base", "a"), "E-VIEW-INDEX-CIRCULAR", 1),
        (("create", "a", "--base", "secret"), "E-VIEW-PRIVATE-BASE", 1),
        (("create", "A/b"), "E-NAME-INDEX-INVALID", 2),
        (("create", "a@1"), "E-NAME-INDEX-INVALID", 2),
        (("create", ""), "E-NAME-INDEX-INVALID", 2),
        (("create", "a", "--upstream", "ftp://x/"), "E-SETTING-UPSTREAM", 2),
        (("create", "a", "--upstream", "http://x/", "--no-upstream"), "E-USAGE", 2),
        (("create", "a", "--closed-after", "soon"), "E-USAGE", 2),
        (("create",), "E-USAGE", 2),
        (("delete", "none"), "E-INDEX-NOT-FOUND", 1),
        (("delete", "main"), "E-VIEW-INDEX-IN-USE", 1),
        (("delete", "dev"), "E-VIEW-INDEX-IN-USE", 1),
        (("show", "none"), "E-INDEX-NOT-FOUND", 1),
        ((), "E-USAGE", 2),
    ],
)
def test_what_cannot_be_is_said_in_words(
    some_indexes: Path, words: tuple[str, ...], code: str, status: int
) -> None:
    refused = command(some_indexes, "index", *words, *(("--data", "data") if words else ()))
    assert (refused.returncode, code in refused.stderr, "Traceback" in refused.stderr) == (
        status,
        True,
        False,
    ), refused.stderr


def test_indexes_are_listed_and_deleted(tmp_path: Path, bodega: Bodega) -> None:
    make(tmp_path, "dev", "--base", "main", "--closed-after", "never")
    make(tmp_path, "full")
    publish(bodega, new_token(tmp_path)["token"], "ours", index="full")
    listed = json.loads(command(tmp_path, "index", "list", "--json", "--data", "data").stdout)
    assert [one["name"] for one in listed["indexes"]] == ["main", "dev", "full"]
    shown = json.loads(command(tmp_path, "index", "show", "dev", "--json", "--data", "data").stdout)
    assert (shown["bases"], shown["private"], shown["closed_after_days"]) == (["main"], False, None)
    assert bodega.get("/index/dev/simple/").status == 200
    assert command(tmp_path, "index", "delete", "dev", "--data", "data").returncode == 0
    assert bodega.get("/index/dev/simple/").status == 404
    refused = command(tmp_path, "index", "delete", "full", "--data", "data")
    assert (refused.returncode, "E-VIEW-INDEX-NOT-EMPTY" in refused.stderr) == (1, True)


def test_the_base_without_its_slash_is_one_hop_away(bodega: Bodega) -> None:
    answer = bodega.get("/index/main")
    assert (answer.status, answer.headers["location"]) == (301, "main/")
    assert bodega.get("/index/main/").status == 200


def test_uploads_go_to_the_index_of_the_path(tmp_path: Path, bodega: Bodega) -> None:
    make(tmp_path, "dev")
    only_main = new_token(tmp_path, "--scope", "upload", "--index", "main")["token"]
    content = wheel_bytes()
    for path, status in (("/index/dev/legacy/", 403), ("/index/none/legacy/", 404), ("/legacy/", 200)):
        assert upload(bodega, only_main, content, wheel_filename(), path=path)[0] == status
    assert bodega.get("/index/dev/simple/sample/").status == 404


def last_serial(bodega: Bodega, path: str) -> int:
    return int(bodega.json(path).headers["x-pypi-last-serial"])


def test_an_index_as_it_was_never_changes(tmp_path: Path, bodega: Bodega, upstream: Upstream) -> None:
    token = new_token(tmp_path)["token"]
    offer(upstream, "theirs", "1.0")
    publish(bodega, token, "ours", "1.0")
    assert filenames(bodega, "/simple/theirs/") == [wheel_filename("theirs", "1.0")]
    then = last_serial(bodega, "/simple/")
    base = f"/index/main@{then}/simple"
    pages = [bodega.json(f"{base}/{name}").body for name in ("ours/", "theirs/", "")]
    offer(upstream, "theirs", "2.0")
    offer(upstream, "late", "1.0")
    publish(bodega, token, "ours", "2.0")
    publish(bodega, token, "more")
    command(tmp_path, "refresh", "theirs", "--data", "data")
    assert filenames(bodega, "/simple/late/") != []
    assert [bodega.json(f"{base}/{name}").body for name in ("ours/", "theirs/", "")] == pages
    assert [project["name"] for project in json.loads(pages[2])["projects"]] == ["ours", "theirs"]
    assert bodega.get(f"{base}/more/").status == 404
    for entry in (*json.loads(pages[0])["files"], *json.loads(pages[1])["files"]):
        assert bodega.get(f"/index/main@{then}/{entry['url'].removeprefix('../../')}").status == 200
    # What the upstream had before we first asked cannot be told, and that is said.
    late = bodega.get(f"{base}/late/")
    assert (late.status, b"first seen here" in late.body, b"unknown" in late.body) == (404, True, True)
    assert "unknown" in json.loads(pages[1])["meta"]["_note"]
    assert bodega.get("/index/main@0/simple/ours/").status == 404
    # It takes no uploads, and is no more open than the index is.
    assert (
        upload(bodega, token, wheel_bytes(), wheel_filename(), path=f"/index/main@{then}/legacy/")[0] == 403
    )


@pytest.mark.parametrize("when", ["9999", "2999-01-01", "soon", "", "1%2e5"])
def test_a_moment_that_is_none_is_refused(bodega: Bodega, when: str) -> None:
    answer = bodega.get(f"/index/main@{when}/simple/")
    assert (answer.status, b"E-MOMENT-INVALID" in answer.body) == (404, True)
    assert bodega.get(f"/index/none@{when}/simple/").status == 404


def test_a_private_index_as_it_was_is_private(tmp_path: Path, bodega: Bodega) -> None:
    make(tmp_path, "secret", "--private", "--no-upstream")
    publish(bodega, new_token(tmp_path)["token"], "ours", index="secret")
    assert bodega.get("/index/secret@1/simple/").status == 401
