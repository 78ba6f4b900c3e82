"""``bodega policy`` beside a running server: what scripts rely on, seen at the next read."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.policy import SqlPolicyViews
from support.audit import records
from support.distributions import wheel_bytes, wheel_filename
from support.in_process import quick_command
from support.publishing import command, new_token, upload
from support.server import Bodega
from support.upstream import Upstream, until

OLD = "2020-01-02T03:04:05.000000Z"


def wheel(name: str, version: str) -> str:
    return wheel_filename(name, version)


def recently(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Desk:
    """A server over an upstream with lib 1.0 (old) and 2.0 (a day old), and an own project of today."""

    def __init__(self, folder: Path, upstream: Upstream, *options: str) -> None:
        self.folder = folder
        self.upstream = upstream
        upstream.add("lib", wheel("lib", "1.0"), wheel_bytes("lib", "1.0"), **{"upload-time": OLD})
        upstream.add("lib", wheel("lib", "2.0"), wheel_bytes("lib", "2.0"), **{"upload-time": recently(1)})
        self.server = Bodega(folder, "--upstream", upstream.root, *options)

    def policy(self, *words: str, code: int = 0) -> Any:
        done = quick_command(self.folder, "policy", *words, "--json", "--data", str(self.folder / "data"))
        assert done.returncode == code, f"{words}: {done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout)

    def names(self, project: str = "lib", base: str = "/") -> list[str]:
        answer = self.server.json(f"{base}simple/{project}/")
        assert answer.status == 200
        return [file["filename"] for file in json.loads(answer.body)["files"]]

    def page(self, project: str = "lib") -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.server.json(f"/simple/{project}/").body)
        return found

    def check(self, project: str = "lib", *words: str) -> dict[str, bool]:
        return {one["filename"]: one["allowed"] for one in self.policy("check", project, *words)["files"]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Upstream() as upstream:
        made = Desk(tmp_path, upstream)
        try:
            yield made
        finally:
            made.server.end()


BOTH = [wheel("lib", "1.0"), wheel("lib", "2.0")]


def test_a_cooldown_is_seen_at_the_next_read_and_gone_at_the_next(desk: Desk) -> None:
    assert desk.names() == BOTH
    url = next(file["url"] for file in desk.page()["files"] if "2.0" in file["filename"]).removeprefix(
        "../.."
    )
    assert desk.server.get(url).status == 200
    etag = desk.server.json("/simple/lib/").headers["etag"]
    desk.policy("set", "cooldown", "7d")
    assert desk.names() == BOTH[:1]
    (hidden,) = desk.page()["_hidden"]
    assert (hidden["filename"], hidden["version"], hidden["code"]) == (BOTH[1], "2.0", "E-POLICY-COOLDOWN")
    until = datetime.fromisoformat(hidden["until"])
    assert timedelta(days=5, hours=23) < until - datetime.now(UTC) < timedelta(days=6)
    assert desk.server.json("/simple/lib/").headers["etag"] != etag
    assert b"2.0" not in desk.server.get("/simple/lib/").body
    for path in (url, f"{url}.metadata"):
        refused = desk.server.get(path)
        assert refused.status == 403
        assert b"7-day cooldown of index main until 20" in refused.body
        assert b"[E-POLICY-COOLDOWN]" in refused.body
    assert desk.server.get(url, method="HEAD").status == 403
    found = {one["filename"]: one for one in desk.policy("check", "lib")["files"]}
    assert (found[BOTH[0]]["allowed"], found[BOTH[0]]["reason"]) == (True, None)
    assert (found[BOTH[1]]["allowed"], found[BOTH[1]]["rule"]) == (False, "cooldown 7d")
    assert found[BOTH[1]]["until"] == hidden["until"]
    desk.policy("set", "cooldown", "0")
    assert desk.names() == BOTH
    assert desk.server.json("/simple/lib/").headers["etag"] == etag
    assert desk.server.get(url).status == 200


def test_a_dry_run_lists_what_would_vanish_and_changes_nothing(desk: Desk) -> None:
    assert desk.policy("set", "cooldown", "7d", "--dry-run")["files"] == []
    assert desk.names() == BOTH
    found = desk.policy("set", "cooldown", "7d", "--dry-run")
    assert [(one["index"], one["filename"]) for one in found["files"]] == [("main", BOTH[1])]
    denied = desk.policy("deny", "lib==1", "--reason", "old", "--dry-run")
    assert [one["filename"] for one in denied["files"]] == [BOTH[0]]
    asked = desk.upstream.count("/simple/lib/")
    desk.policy("quarantine", "lib", "--reason", "?", "--dry-run")
    assert desk.upstream.count("/simple/lib/") == asked
    assert desk.policy("show") == {"settings": [], "rules": []}
    assert desk.names() == BOTH


def test_a_denied_project_is_refused_with_its_reason(desk: Desk) -> None:
    url = desk.page()["files"][0]["url"].removeprefix("../..")
    desk.policy("deny", "Lib", "--reason", "it mines coins")
    page = desk.server.get("/simple/lib/", Accept="application/problem+json")
    problem = json.loads(page.body)
    assert (page.status, problem["code"]) == (403, "E-POLICY-DENIED")
    assert "it mines coins" in problem["detail"]
    for path in (url, f"{url}.metadata", "/pypi/lib/json"):
        refused = desk.server.get(path)
        assert (refused.status, b"it mines coins" in refused.body) == (403, True), path
    assert b"lib" not in desk.server.get("/simple/").body
    assert desk.check() == dict.fromkeys(BOTH, False)
    assert desk.server.get("/simple/other/").status == 404
    desk.policy("allow", "lib")
    assert desk.names() == BOTH
    assert b"lib" in desk.server.get("/simple/").body


def test_one_denied_version_vanishes_alone(desk: Desk) -> None:
    urls = [file["url"].removeprefix("../..") for file in desk.page()["files"]]
    desk.policy("deny", "lib==2", "--reason", "broken")
    assert desk.names() == BOTH[:1]
    assert [desk.server.get(url).status for url in urls] == [200, 403]
    assert json.loads(desk.server.get("/pypi/lib/json").body)["info"]["version"] == "1.0"
    desk.policy("allow", "lib==2.0")
    assert desk.names() == BOTH


def test_a_quarantined_project_has_a_page_without_files_that_says_why(desk: Desk) -> None:
    url = desk.page()["files"][0]["url"].removeprefix("../..")
    desk.policy("quarantine", "lib", "--reason", "under review")
    page = desk.page()
    assert page["files"] == page["versions"] == []
    assert page["project-status"] == {"status": "quarantined", "reason": "under review"}
    html = desk.server.get("/simple/lib/")
    assert b'content="under review"' in html.body
    assert b"<a " not in html.body
    refused = desk.server.get(url)
    assert (refused.status, b"under review" in refused.body) == (403, True)
    desk.policy("release", "lib")
    assert desk.names() == BOTH


def test_a_reason_is_only_words_wherever_it_is_told(desk: Desk) -> None:
    reason = """<script>"für" & '✓</b>"""
    url = desk.page()["files"][0]["url"].removeprefix("../..")
    desk.policy("quarantine", "lib", "--reason", reason)
    assert desk.page()["project-status"]["reason"] == reason
    html = desk.server.get("/simple/lib/").body
    assert b"<script>" not in html
    assert b"</b>" not in html
    refused = desk.server.get(url)
    assert (refused.status, reason in refused.body.decode()) == (403, True)
    desk.policy("release", "lib")
    desk.policy("deny", "lib", "--reason", reason)
    for path in ("/simple/lib/", url):
        assert desk.server.get(path).status == 403


def test_exemptions_let_a_version_or_a_project_through(desk: Desk) -> None:
    desk.policy("set", "cooldown", "7d")
    desk.policy("exempt", "lib==2.0", "--advisory", "GHSA-0000", "--reason", "fixes it")
    assert desk.names() == BOTH
    shown = desk.policy("show", "--index", "main")
    assert (shown["cooldown"], shown["rules"][0]["advisory"]) == ("7d", "GHSA-0000")
    desk.policy("unexempt", "lib==2.0")
    assert desk.names() == BOTH[:1]
    desk.policy("exempt", "lib", "--reason", "we trust them")
    assert desk.names() == BOTH


def test_a_cooldown_is_for_upstreams_and_not_for_what_is_published_here(desk: Desk) -> None:
    desk.policy("set", "cooldown", "7d")
    token = new_token(desk.folder)["token"]
    assert upload(desk.server, token, wheel_bytes("mine", "1.0"), wheel("mine", "1.0"), name="mine")[0] == 200
    assert desk.names("mine") == [wheel("mine", "1.0")]
    desk.policy("deny", "mine==1.0", "--reason", "mistake")
    assert desk.names("mine") == []


@pytest.mark.parametrize("act", ["deny", "quarantine"])
def test_what_nobody_may_read_is_not_taken_either(desk: Desk, act: str) -> None:
    desk.policy(act, "mine", "--reason", "under review")
    token = new_token(desk.folder)["token"]
    words = (desk.server, token, wheel_bytes("mine", "1.0"), wheel("mine", "1.0"))
    status, reason, body = upload(*words, name="mine")
    assert (status, "takes no new files" in reason, "under review" in body) == (403, True, True)
    until(lambda: any((one.action, one.object) == ("file.refuse", words[3]) for one in records(desk.folder)))
    desk.policy("allow" if act == "deny" else "release", "mine")
    assert upload(*words, name="mine")[0] == 200


def test_rules_of_an_index_reach_what_is_based_on_it_and_nothing_else(desk: Desk) -> None:
    for words in (("create", "team"), ("create", "top", "--base", "team"), ("create", "open")):
        assert quick_command(desk.folder, "index", *words, "--data", "data").returncode == 0
    desk.policy("set", "cooldown", "7d", "--index", "team")
    desk.policy("set", "cooldown", "1h", "--index", "open")
    desk.policy("deny", "lib==1.0", "--reason", "old", "--index", "team")
    assert desk.names() == BOTH
    assert desk.names(base="/index/open/") == BOTH
    assert desk.names(base="/index/team/") == desk.names(base="/index/top/") == []
    desk.policy("unset", "cooldown", "--index", "team")
    assert desk.names(base="/index/top/") == BOTH[1:]
    assert desk.check("lib", "--index", "top") == {BOTH[0]: False, BOTH[1]: True}


def test_the_servers_own_cooldown_counts_where_no_other_is_set(tmp_path: Path) -> None:
    with Upstream() as upstream:
        desk = Desk(tmp_path, upstream, "--cooldown", "7d")
        try:
            assert desk.names() == BOTH[:1]
            assert desk.check() == {BOTH[0]: True, BOTH[1]: False}
            desk.policy("set", "cooldown", "0")
            assert desk.names() == BOTH
            desk.policy("unset", "cooldown")
            assert desk.names() == BOTH[:1]
        finally:
            desk.server.end()
        with Bodega(tmp_path, "--upstream", upstream.root) as desk.server:
            assert desk.names() == BOTH
            assert desk.check() == dict.fromkeys(BOTH, True)


def test_a_check_asks_the_upstream_for_what_was_never_seen_and_only_then(tmp_path: Path) -> None:
    with Upstream() as upstream:
        desk = Desk(tmp_path, upstream)
        desk.server.end()
        assert desk.check() == dict.fromkeys(BOTH, True)
        assert desk.check() == dict.fromkeys(BOTH, True)
        assert upstream.count("/simple/lib/") == 1
        assert desk.policy("check", "nothing", code=1)["error"]["code"] == "E-PROJECT-NOT-FOUND"


def test_acts_and_refusals_stand_in_the_audit_record(desk: Desk) -> None:
    url = desk.page()["files"][0]["url"].removeprefix("../..")
    desk.policy("set", "cooldown", "7d")
    desk.policy("deny", "lib==1.0", "--reason", "old")
    for _ in range(3):
        desk.server.get(url)
    desk.policy("allow", "lib==1.0")
    desk.policy("quarantine", "lib", "--reason", "?")
    desk.policy("release", "lib")
    until(lambda: len(records(desk.folder)) >= 6)
    found = {(one.action, one.object) for one in records(desk.folder)}
    assert found == {
        ("policy.set", "cooldown"),
        ("policy.deny", "lib==1.0"),
        ("policy.allow", "lib==1.0"),
        ("policy.quarantine", "lib"),
        ("policy.release", "lib"),
        ("file.refuse", BOTH[0]),
    }
    assert len(records(desk.folder)) == 6


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("set", "cooldown", "soon"), 2, "E-DURATION-INVALID"),
        (("set", "cooldown", "-1d"), 2, "E-USAGE"),
        (("set", "cooldown", "7d", "--index", "nowhere"), 1, "E-INDEX-NOT-FOUND"),
        (("set", "weather", "7d"), 2, "E-USAGE"),
        (("set", "cooldown"), 2, "E-USAGE"),
        (("deny", "lib"), 2, "E-USAGE"),
        (("deny", "lib", "--reason", ""), 2, "E-RULE-INVALID"),
        (("deny", "-lib-", "--reason", "x"), 2, "E-USAGE"),
        (("deny", "lib-", "--reason", "x"), 2, "E-NAME-INVALID"),
        (("deny", "lib==x", "--reason", "x"), 2, "E-RULE-INVALID"),
        (("deny", "lib", "--reason", "x", "--index", "nowhere"), 1, "E-INDEX-NOT-FOUND"),
        (("deny", "lib", "--reason", "x", "--index", "nowhere", "--dry-run"), 1, "E-INDEX-NOT-FOUND"),
        (("allow", "lib"), 1, "E-RULE-NOT-FOUND"),
        (("release", "lib", "--index", "nowhere"), 1, "E-RULE-NOT-FOUND"),
        (("unset", "cooldown"), 1, "E-RULE-NOT-FOUND"),
        (("quarantine", "lib==1.0", "--reason", "x"), 2, "E-USAGE"),
        (("exempt", "lib", "--advisory", "GHSA-1", "--reason", "x"), 2, "E-RULE-INVALID"),
        (("check", "lib ok"), 2, "E-NAME-INVALID"),
        (("check", "lib", "--index", "nowhere"), 1, "E-INDEX-NOT-FOUND"),
        (("show", "--index", "nowhere"), 1, "E-INDEX-NOT-FOUND"),
        (("dance",), 2, "E-USAGE"),
        ((), 2, "E-USAGE"),
    ],
)
def test_bad_orders_have_their_codes_and_change_nothing(
    tmp_path: Path, words: tuple[str, ...], exit_code: int, code: str
) -> None:
    where = ("--data", "data") if words else ()
    done = quick_command(tmp_path, "policy", *words, *where, BODEGA_UPSTREAM="none")
    assert (done.returncode, done.stdout) == (exit_code, ""), done.stderr
    assert f"error[{code}]" in done.stderr
    assert kept(tmp_path) == []


def kept(folder: Path) -> list[object]:
    """The settings and rules of a data folder, if there is one."""
    if not (folder / "data/bodega.db").exists():
        return []
    database = Database(f"sqlite:///{folder}/data/bodega.db")
    try:
        views = SqlPolicyViews(database)
        return [*views.settings(), *views.rules()]
    finally:
        database.close()


def test_a_bad_cooldown_of_the_server_is_said(tmp_path: Path) -> None:
    done = command(
        tmp_path, "serve", "--port", "0", "--cooldown", "soon", "--upstream", "none", "--data", "d"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[E-SETTING-INVALID]: cooldown cannot be 'soon'" in done.stderr


def test_words_for_people(desk: Desk) -> None:
    desk.names()
    for words, said in (
        (("set", "cooldown", "7d"), "cooldown 7d is set for every index"),
        (("deny", "lib==1", "--reason", "old"), "lib==1 is denied in every index"),
        (("show",), "every index          deny lib==1: old"),
        (("show", "--index", "main"), "every index          cooldown 7d"),
        (("check", "lib"), f"{BOTH[0]}  denied: old"),
        (("set", "cooldown", "30d", "--dry-run"), "0 files would vanish; nothing is changed"),
        (("release", "lib"), "no rule `quarantine lib` is set for every index"),
    ):
        done = quick_command(desk.folder, "policy", *words, "--data", "data")
        assert said in done.stdout + done.stderr, words
