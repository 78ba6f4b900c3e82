"""``bodega release`` and ``bodega project``: beside a running server, whose next answer shows what was done."""

import contextlib
import json
import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bodega.formats.digests import sha256_of
from bodega.formats.names import normalize
from support.distributions import wheel_bytes, wheel_filename
from support.publishing import command, new_token, upload
from support.server import Bodega, environment
from support.upstream import Upstream


class House:
    """A server, and commands on its data folder."""

    def __init__(self, folder: Path, upstream: str = "none") -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", upstream)
        self.token = new_token(folder)["token"]
        self.admin = new_token(folder, "--scope", "admin")["token"]

    def publish(self, name: str, version: str = "1.0", path: str = "/legacy/") -> tuple[str, str]:
        """Publish a wheel; its name, and the path of its URL."""
        content, filename = wheel_bytes(name, version), wheel_filename(normalize(name), version)
        status, reason, _ = upload(
            self.bodega, self.token, content, filename, name=name, version=version, path=path
        )
        assert status == 200, reason
        return filename, f"/files/{sha256_of(content).value}/{filename}"

    def run(self, *words: str, code: int = 0) -> dict[str, Any]:
        done = command(self.folder, *words, "--json", "--data", "data")
        assert done.returncode == code, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def page(self, name: str, base: str = "/") -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bodega.json(f"{base}simple/{name}/").body)
        return found

    def html(self, name: str) -> str:
        return self.bodega.get(f"/simple/{name}/", Accept="text/html").body.decode()

    def status(self, path: str) -> int:
        return self.bodega.get(path).status

    def audit(self, action: str) -> list[dict[str, Any]]:
        path = f"/api/v1/audit?action={action}&limit=5"
        answer = self.bodega.get(path, Authorization=f"Bearer {self.admin}")
        items: list[dict[str, Any]] = json.loads(answer.body)["items"]
        return items


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("life"))
    yield made
    assert made.bodega.end() == 0


def test_a_yank_is_on_the_next_page_with_its_reason_and_can_be_taken_back(house: House) -> None:
    filename, url = house.publish("yanked")
    change = house.run("release", "yank", "Yanked", "1.0.0", "--reason", "broken <b>")
    assert (change["project"], change["version"], change["files"]) == ("yanked", "1.0", [filename])
    page = house.page("yanked")
    assert (page["files"][0]["yanked"], page["meta"]["_last-serial"]) == ("broken <b>", change["serial"])
    assert 'data-yanked="broken &lt;b&gt;"' in house.html("yanked")
    assert house.status(url) == 200
    again = house.run("release", "yank", "yanked", "1.0", "--reason", "broken <b>")
    assert (again["files"], again["serial"]) == ([], change["serial"])
    house.run("release", "unyank", "yanked", "1.0")
    assert house.page("yanked")["files"][0]["yanked"] is False
    assert "data-yanked" not in house.html("yanked")
    (yank,) = house.audit("release.yank")
    assert (yank["object"], yank["project"]) == ("yanked 1.0", "yanked")
    assert (yank["details"]["reason"], yank["details"]["files"]) == ("broken <b>", [filename])
    assert yank["actor"].startswith("local:")
    assert [item["object"] for item in house.audit("release.unyank")] == ["yanked 1.0"]


def test_a_deleted_release_is_gone_for_good(house: House) -> None:
    filename, url = house.publish("deleted")
    digest = url.split("/")[2]
    asked = command(house.folder, "release", "delete", "deleted", "1.0", "--data", "data")
    assert asked.returncode == 2
    assert "error[E-USAGE]" in asked.stderr
    assert "--yes" in asked.stderr
    assert house.status(url) == 200
    change = house.run("release", "delete", "deleted", "1.0", "--yes", "--reason", "a secret inside")
    assert change["files"] == [filename]
    page = house.page("deleted")
    assert (page["files"], page["versions"]) == ([], [])
    for path in (url, f"{url}.metadata"):
        gone = house.bodega.get(path)
        assert gone.status == 410
        assert b"was deleted" in gone.body
        assert b"E-FILE-GONE" in gone.body
    assert not [path for path in (house.folder / "data" / "blobs").rglob("*") if path.name == digest]
    status, reason, _ = upload(house.bodega, house.token, wheel_bytes("deleted"), filename, name="deleted")
    assert status == 400
    assert reason.startswith("File already exists")
    (item,) = house.audit("release.delete")
    assert (item["object"], item["details"]["reason"]) == ("deleted 1.0", "a secret inside")


def test_an_archived_project_is_served_and_takes_no_files(house: House) -> None:
    _, url = house.publish("archived")
    shown = house.run("project", "status", "archived", "archived", "--reason", "see other")
    assert (shown["status"], shown["reason"]) == ("archived", "see other")
    page = house.page("archived")
    assert page["project-status"] == {"status": "archived", "reason": "see other"}
    assert len(page["files"]) == 1
    assert 'content="archived"' in house.html("archived")
    assert house.status(url) == 200
    filename = wheel_filename("archived", "1.1")
    status, reason, _ = upload(
        house.bodega, house.token, wheel_bytes("archived", "1.1"), filename, name="archived", version="1.1"
    )
    assert (status, reason) == (403, "archived is archived and takes no new files")
    house.run("project", "status", "archived", "active")
    house.publish("archived", "1.2")
    assert [item["details"]["status"] for item in house.audit("project.status")][:2] == ["active", "archived"]


def test_a_quarantined_project_offers_nothing_and_says_why(house: House) -> None:
    _, url = house.publish("quarantined")
    house.run("project", "status", "quarantined", "quarantined", "--reason", "malware")
    answer = house.bodega.json("/simple/quarantined/")
    page = json.loads(answer.body)
    assert (answer.status, page["files"], page["versions"]) == (200, [], [])
    assert page["project-status"] == {"status": "quarantined", "reason": "malware"}
    for path in (url, f"{url}.metadata"):
        refused = house.bodega.get(path)
        assert refused.status == 403
        assert b"malware" in refused.body
    house.run("project", "status", "quarantined", "active")
    assert house.status(url) == 200


def test_a_promoted_release_is_in_both_indexes_with_the_same_bytes(house: House) -> None:
    for index in ("dev", "prod"):
        house.run("index", "create", index)
    filename, url = house.publish("promoted", path="/index/dev/legacy/")
    assert house.status(f"/index/prod{url}") == 404
    words = ("release", "promote", "promoted", "1.0", "--index", "dev", "--to", "prod")
    assert house.run(*words)["files"] == [filename]
    assert house.run(*words)["files"] == []
    there, here = (house.page("promoted", f"/index/{index}/") for index in ("prod", "dev"))
    assert there["files"][0]["hashes"] == here["files"][0]["hashes"]
    house.run("release", "delete", "promoted", "1.0", "--index", "dev", "--yes")
    assert (house.status(f"/index/dev{url}"), house.status(f"/index/prod{url}")) == (410, 200)
    assert house.status(f"/index/prod{url}.metadata") == 200
    (item,) = house.audit("release.promote")
    assert (item["object"], item["details"]["to"]) == ("promoted 1.0", "prod")
    for target, code in (("dev", "E-PROMOTION-TARGET"), ("nowhere", "E-INDEX-NOT-FOUND")):
        house.publish("other", "2.0" if target == "dev" else "3.0", path="/index/dev/legacy/")
        version = "2.0" if target == "dev" else "3.0"
        done = command(
            house.folder,
            *("release", "promote", "other", version, "--index", "dev", "--to", target),
            *("--data", "data"),
        )
        assert done.returncode in (1, 2)
        assert f"error[{code}]" in done.stderr


def test_a_grant_is_shown_and_recorded(house: House) -> None:
    house.publish("granted")
    assert house.run("project", "show", "granted")["mixes_upstream"] is False
    assert house.run("project", "grant", "granted", "--upstream")["mixes_upstream"] is True
    (item,) = house.audit("project.grant")
    assert item["object"] == "granted"
    done = command(house.folder, "project", "grant", "grante", "--upstream", "--data", "data")
    assert done.returncode == 1
    assert "error[E-PROJECT-NOT-OURS]" in done.stderr
    assert "did you mean granted?" in done.stderr


def test_a_project_shown(house: House) -> None:
    filename, url = house.publish("Shown.Project", "1.0")
    house.publish("Shown.Project", "1.1")
    house.run("release", "yank", "shown-project", "1.1", "--reason", "broken")
    shown = house.run("project", "show", "shown_project")
    assert (shown["name"], shown["display_name"], shown["status"]) == (
        "shown-project",
        "Shown.Project",
        "active",
    )
    first, second = shown["releases"]
    assert (first["version"], first["yanked"], second["version"], second["yanked"]) == (
        "1.0",
        False,
        "1.1",
        True,
    )
    (file,) = first["files"]
    assert (file["filename"], file["sha256"]) == (filename, url.split("/")[2])
    words = command(house.folder, "project", "show", "shown-project", "--data", "data")
    assert words.stdout.startswith("Shown.Project\n")
    assert f"    {filename}  {file['size']} bytes\n" in words.stdout
    assert "yanked: broken" in words.stdout


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("release", "yank", "nobodys", "1.0"), 1, "E-PROJECT-NOT-OURS"),
        (("release", "yank", "known", "9.9"), 1, "E-RELEASE-UNKNOWN"),
        (("release", "yank", "known", "nonsense"), 1, "E-RELEASE-UNKNOWN"),
        (("release", "yank", "known", "1.0", "--file", "x.whl"), 1, "E-RELEASE-FILE-NOT-FOUND"),
        (("release", "yank", "known", "1.0", "--index", "nowhere"), 1, "E-INDEX-NOT-FOUND"),
        (("release", "yank", "-bad-", "1.0"), 2, "E-USAGE"),
        (("release", "yank", "bad/name", "1.0"), 2, "E-NAME-INVALID"),
        (("release", "yank", "known", "1.0", "--reason", "two\nlines"), 2, "E-REASON-INVALID"),
        (("release", "promote", "known", "1.0"), 2, "E-USAGE"),
        (("release", "delete", "known", "9.9", "--yes"), 1, "E-RELEASE-UNKNOWN"),
        (("project", "status", "known", "gone"), 2, "E-USAGE"),
        (("project", "grant", "known"), 2, "E-USAGE"),
        (("project", "show", "nobodys"), 1, "E-PROJECT-NOT-OURS"),
        (("project", "show", "known", "--server", "http://127.0.0.1:1"), 2, "E-USAGE"),
    ],
)
def test_what_is_wrong_is_said(house: House, words: tuple[str, ...], exit_code: int, code: str) -> None:
    if house.status("/simple/known/") == 404:
        house.publish("known")
    done = command(house.folder, *words, "--data", "data")
    assert done.returncode == exit_code, done.stderr
    assert f"error[{code}]" in done.stderr
    assert "Traceback" not in done.stderr
    assert house.page("known")["files"][0]["yanked"] is False


def test_a_release_is_closed_to_new_files_by_the_day_that_is_told(house: House) -> None:
    house.publish("closing")
    with contextlib.closing(sqlite3.connect(house.folder / "data" / "bodega.db")) as database:
        database.execute(
            "UPDATE releases SET created_at = '2020-01-02T00:00:00.000000Z' WHERE project_id ="
            " (SELECT id FROM projects WHERE name = 'closing')"
        )
        database.commit()
    late = wheel_bytes("closing", tag="py2-none-any")
    answered = upload(
        house.bodega, house.token, late, wheel_filename("closing", tag="py2-none-any"), name="closing"
    )
    assert answered[:2] == (403, "closing 1.0 takes no new files since 2020-01-16")
    house.publish("closing")
    house.publish("closing", "1.1")
    assert len(house.page("closing")["files"]) == 2
    house.run("index", "create", "open", "--closed-after", "never")


def on_a_terminal(house: House, answer: str, *words: str) -> tuple[int, str]:
    """A command whose standard input is a terminal on which that is typed; its code, and what it said."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "bodega", *words, "--data", "data"],
            env=environment(house.folder),
            cwd=house.folder,
            stdin=theirs,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.write(ours, f"{answer}\n".encode())
        _, said = process.communicate(timeout=60)
        return process.returncode, said
    finally:
        os.close(ours)
        os.close(theirs)


def test_on_a_terminal_a_deletion_is_asked_about(house: House) -> None:
    house.publish("asked")
    words = ("release", "delete", "asked", "1.0")
    for answer in ("n", "", "nonsense"):
        code, said = on_a_terminal(house, answer, *words)
        assert (code, "for good? [y/N]" in said, "nothing was deleted" in said) == (1, True, True)
    assert len(house.page("asked")["files"]) == 1
    assert on_a_terminal(house, "y", *words)[0] == 0
    assert house.page("asked")["files"] == []


def test_a_name_stays_ours_after_its_last_release_until_it_is_granted(tmp_path: Path) -> None:
    with Upstream() as upstream:
        theirs = wheel_bytes("ours", "9.0")
        upstream.add("ours", wheel_filename("ours", "9.0"), theirs)
        other = wheel_bytes("ours", "1.0", files={"ours.py": b"theirs = True\n"})
        upstream.add("ours", wheel_filename("ours", "1.0"), other)
        house = House(tmp_path, upstream.root)
        try:
            house.publish("ours")
            house.run("release", "delete", "ours", "1.0", "--yes")
            url = f"/files/{sha256_of(theirs).value}/{wheel_filename('ours', '9.0')}"
            assert (house.page("ours")["files"], house.status(url)) == ([], 404)
            house.run("project", "grant", "ours", "--upstream")
            assert [file["filename"] for file in house.page("ours")["files"]] == [
                wheel_filename("ours", "9.0")
            ]
            assert house.status(url) == 200
            # A file name that was ours never means their bytes, not even after it was deleted.
            assert house.status(f"/files/{sha256_of(other).value}/{wheel_filename('ours', '1.0')}") in (
                404,
                410,
            )
            house.run("project", "status", "ours", "quarantined", "--reason", "under review")
            assert (house.page("ours")["files"], house.status(url)) == ([], 403)
        finally:
            house.bodega.end()
