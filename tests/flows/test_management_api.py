"""``/api/v1``: who may do what, what is sent wrong, and the commands with ``--server``."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bodega.protocol.answers import ANSWERS
from bodega.protocol.fields import Field
from bodega.protocol.operations import OPERATIONS
from support.distributions import wheel_bytes, wheel_filename
from support.publishing import basic, new_token, upload
from support.server import Bodega, environment


class House:
    """A server, and tokens of each kind by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none")
        self.tokens = {
            "admin": self.token("--scope", "admin"),
            "manage": self.token("--scope", "manage"),
            "upload": self.token("--scope", "upload"),
            "elsewhere": self.token("--scope", "admin", "--index", "dev"),
            "one": self.token("--scope", "manage", "--project", "sample"),
        }
        self.call("POST", "/indexes", {"name": "dev"}, expect=201)
        for version in ("1.0", "1.1"):
            self.publish("sample", version)

    def token(self, *words: str) -> str:
        text: str = new_token(self.folder, *words)["token"]
        return text

    def publish(self, name: str, version: str) -> None:
        content, filename = wheel_bytes(name, version), wheel_filename(name, version)
        token = self.tokens["upload"]
        assert upload(self.bodega, token, content, filename, name=name, version=version)[0] == 200

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection(self.bodega.host, self.bodega.port, timeout=30)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items() if value}
            connection.request(method, f"/api/v1{path}", body, sent)
            answer = connection.getresponse()
            text = answer.read()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, json.loads(text) if text else None
        finally:
            connection.close()

    def call(
        self, method: str, path: str, body: object = None, *, who: str = "admin", expect: int = 200
    ) -> Any:
        authorization = f"Bearer {self.tokens[who]}" if who else ""
        content = json.dumps(body).encode() if body is not None else None
        kind = "application/json" if body is not None else ""
        status, headers, document = self.send(
            method, path, content, Authorization=authorization, Content_Type=kind
        )
        assert status == expect, (status, document)
        kind = "application/json" if status < 400 else "application/problem+json"
        assert headers["content-type"] == kind
        assert headers["cache-control"] == "no-store"
        return document

    def run(self, *words: str, who: str = "admin") -> subprocess.CompletedProcess[str]:
        server = f"http://{self.bodega.host}:{self.bodega.port}/"
        variables = {"BODEGA_TOKEN": self.tokens[who]} if who else {}
        return subprocess.run(
            [sys.executable, "-m", "bodega", *words, "--server", server],
            env=environment(self.folder, **variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("api"))
    yield made
    assert made.bodega.end() == 0


SAMPLE = "/indexes/main/projects/sample"


def is_like(document: Any, fields: tuple[Field, ...]) -> bool:
    """Whether an answer has exactly the fields of its shape, and what it is made of, too."""
    needed = {field.name for field in fields if not field.optional}
    if not needed <= set(document) <= {field.name for field in fields}:
        return False
    return all(
        is_like(inner, ANSWERS[field.of])
        for field in fields
        if field.of and field.name in document
        for inner in document[field.name]
    )


def policy_answers(house: House) -> dict[str, Any]:
    """Every operation on policy, each taken back."""
    answers: dict[str, Any] = {}
    rule = {"kind": "deny", "subject": "sample==1.0", "reason": "broken"}
    for infix, path in (("", "/policy"), ("_index", "/indexes/main/policy")):
        answers |= {
            f"preview{infix}_policy_rule": house.call("POST", f"{path}/rules/preview", rule),
            f"add{infix}_policy_rule": house.call("POST", f"{path}/rules", rule, expect=200),
            f"set{infix}_cooldown": house.call("PUT", f"{path}/cooldown", {"value": "7d"}),
            f"preview{infix}_cooldown": house.call("POST", f"{path}/cooldown/preview", {"value": "9d"}),
            "show_policy": house.call("GET", "/policy"),
            "show_index_policy": house.call("GET", "/indexes/main/policy"),
            "check_policy": house.call("GET", "/indexes/main/policy/projects/sample"),
        }
        assert [one["allowed"] for one in answers["check_policy"]["files"] if one["version"] == "1.0"] == [
            False
        ]
        answers[f"unset{infix}_cooldown"] = house.call("DELETE", f"{path}/cooldown")
        answers[f"take_back{infix}_policy_rule"] = house.call("DELETE", f"{path}/rules/deny/sample==1")
    assert [one["filename"] for one in answers["preview_policy_rule"]["files"]]
    assert answers["show_index_policy"]["cooldown"] == "7d"
    return answers


def test_every_operation_answers_in_its_shape(house: House) -> None:
    made = house.call("POST", "/tokens", {"name": "new", "scopes": ["read"], "expires": "1d"}, expect=201)
    answers = {
        "create_token": made,
        "list_tokens": house.call("GET", "/tokens"),
        "revoke_token": house.call("DELETE", f"/tokens/{made['id']}"),
        "create_index": house.call("POST", "/indexes", {"name": "shaped", "bases": ["main"]}, expect=201),
        "show_index": house.call("GET", "/indexes/shaped"),
        "list_indexes": house.call("GET", "/indexes"),
        "delete_index": house.call("DELETE", "/indexes/shaped"),
        "show_project": house.call("GET", SAMPLE),
        "yank_release": house.call("POST", f"{SAMPLE}/releases/1.0/yank", {"reason": "x"}),
        "unyank_release": house.call("POST", f"{SAMPLE}/releases/1.0/unyank"),
        "promote_release": house.call("POST", f"{SAMPLE}/releases/1.0/promote", {"to": "dev"}),
        "set_project_status": house.call("PUT", f"{SAMPLE}/status", {"status": "deprecated"}),
        "grant_upstream": house.call("PUT", f"{SAMPLE}/grants/upstream"),
        "list_audit": house.call("GET", "/audit?limit=3"),
        "refresh_project": house.call("POST", f"{SAMPLE}/refresh"),
        **policy_answers(house),
        "delete_release": house.call("DELETE", f"{SAMPLE}/releases/1.1?reason=bad"),
    }
    for operation in OPERATIONS:
        answer = answers.pop(operation.name)
        assert is_like(answer, ANSWERS[operation.answer]), (operation.name, answer)
    assert answers == {}
    listed = house.call("GET", "/tokens")["tokens"]
    assert made["token"] not in json.dumps(listed)
    assert all("token" not in token for token in listed)


def test_the_audit_record_holds_what_was_done_at_once_newest_first(house: House) -> None:
    house.publish("audited", "1.0")
    house.call("POST", "/indexes/main/projects/audited/releases/1.0/yank", {}, who="manage")
    items = house.call("GET", "/audit?limit=2")["items"]
    assert [item["action"] for item in items] == ["release.yank", "file.publish"]
    assert [item["object"] for item in items] == ["audited 1.0", wheel_filename("audited", "1.0")]
    first = house.call("GET", "/audit?limit=1")
    second = house.call("GET", f"/audit?limit=1&before={first['next']}")
    assert [*first["items"], *second["items"]] == items
    made = house.call("GET", "/audit?action=token.create&limit=1000")["items"]
    assert {item["action"] for item in made} == {"token.create"}
    assert house.call("GET", "/audit?action=token.create&limit=1000")["next"] is None


@pytest.mark.parametrize(
    ("method", "path", "who", "status"),
    [
        ("GET", "/audit", "", 401),
        ("GET", "/audit", "manage", 403),
        ("GET", "/audit", "upload", 403),
        ("GET", "/audit", "elsewhere", 403),
        ("GET", "/tokens", "", 401),
        ("GET", "/tokens", "manage", 403),
        ("GET", "/tokens", "elsewhere", 403),
        ("POST", "/tokens", "elsewhere", 403),
        ("DELETE", "/indexes/dev", "manage", 403),
        ("GET", SAMPLE, "", 401),
        ("GET", SAMPLE, "upload", 403),
        ("GET", SAMPLE, "elsewhere", 403),
        ("GET", "/indexes/main/projects/audited", "one", 403),
        ("DELETE", f"{SAMPLE}/releases/1.0", "upload", 403),
        ("POST", f"{SAMPLE}/releases/1.0/yank", "upload", 403),
        ("PUT", f"{SAMPLE}/status", "elsewhere", 403),
        ("GET", "/policy", "elsewhere", 403),
        ("PUT", "/indexes/main/policy/cooldown", "elsewhere", 403),
        ("POST", "/policy/rules", "manage", 403),
    ],
)
def test_who_may_not_is_told_before_anything_else(
    house: House, method: str, path: str, who: str, status: int
) -> None:
    problem = house.call(method, path, {} if method in ("POST", "PUT") else None, who=who, expect=status)
    assert problem["code"] == ("E-AUTH-INVALID" if status == 401 else "E-AUTH-FORBIDDEN")
    assert problem["status"] == status


def test_a_token_for_a_part_manages_that_part(house: House) -> None:
    house.call("GET", SAMPLE, who="one")
    house.call("POST", f"{SAMPLE}/refresh", who="one")
    house.call("PUT", "/indexes/dev/policy/cooldown", {"value": "1d"}, who="elsewhere")
    house.call("DELETE", "/indexes/dev/policy/cooldown", who="elsewhere")
    house.call("GET", "/indexes/dev", who="elsewhere")


def test_a_challenge_comes_with_401_and_basic_is_as_good_as_bearer(house: House) -> None:
    status, headers, _ = house.send("GET", "/audit")
    assert (status, headers["www-authenticate"].split()[0]) == (401, "Basic")
    assert house.send("GET", "/audit", Authorization="Bearer nonsense")[0] == 401
    assert house.send("GET", "/audit", Authorization=basic(house.tokens["admin"]))[0] == 200


def test_limits_of_a_token_hold_for_both_ends_of_a_promotion(house: House) -> None:
    house.tokens["main-only"] = house.token("--scope", "manage", "--index", "main")
    house.publish("bound", "1.0")
    path = "/indexes/main/projects/bound/releases/1.0/promote"
    house.call("POST", path, {"to": "dev"}, who="main-only", expect=403)
    house.call("GET", "/indexes/dev/projects/bound", expect=404)
    assert house.call("POST", path, {"to": "dev"}, who="manage")["index"] == "dev"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing", None, 404, "E-PATH-NOT-FOUND"),
        ("GET", "/tokens/", None, 404, "E-PATH-NOT-FOUND"),
        ("GET", "/indexes/main/projects//", None, 404, "E-PATH-NOT-FOUND"),
        ("PATCH", "/tokens", None, 405, "E-METHOD-NOT-ALLOWED"),
        ("DELETE", "/tokens/nobody", None, 404, "E-TOKEN-NOT-FOUND"),
        ("GET", "/indexes/nowhere", None, 404, "E-INDEX-NOT-FOUND"),
        ("GET", "/indexes/nowhere/projects/sample", None, 404, "E-INDEX-NOT-FOUND"),
        ("GET", "/indexes/main/projects/nobodys", None, 404, "E-PROJECT-NOT-OURS"),
        ("GET", "/indexes/main/projects/b%20d", None, 404, "E-NAME-INVALID"),
        ("POST", f"{SAMPLE}/releases/9.9/yank", {}, 404, "E-RELEASE-UNKNOWN"),
        ("POST", f"{SAMPLE}/releases/1.0/yank", {"file": "x"}, 404, "E-RELEASE-FILE-NOT-FOUND"),
        ("POST", f"{SAMPLE}/releases/1.0/yank", {"reason": "a\nb"}, 422, "E-REASON-INVALID"),
        ("POST", f"{SAMPLE}/releases/1.0/yank", {"reason": 1}, 422, "E-INPUT-INVALID"),
        ("POST", f"{SAMPLE}/releases/1.0/yank", {"raeson": "x"}, 422, "E-INPUT-INVALID"),
        ("POST", f"{SAMPLE}/releases/1.0/promote", {}, 422, "E-INPUT-INVALID"),
        ("POST", f"{SAMPLE}/releases/1.0/promote", {"to": "main"}, 422, "E-PROMOTION-TARGET"),
        ("POST", f"{SAMPLE}/releases/1.0/promote", {"to": "nowhere"}, 404, "E-INDEX-NOT-FOUND"),
        ("PUT", f"{SAMPLE}/status", {"status": "gone"}, 422, "E-INPUT-INVALID"),
        ("POST", "/tokens", {"name": "x", "scopes": ["all"]}, 422, "E-SCOPE-UNKNOWN"),
        ("POST", "/tokens", {"name": "x", "scopes": []}, 422, "E-SCOPE-UNKNOWN"),
        ("POST", "/tokens", {"name": "", "scopes": ["read"]}, 422, "E-NAME-TOKEN-INVALID"),
        ("POST", "/tokens", {"name": "x", "scopes": ["read"], "expires": "0d"}, 422, "E-EXPIRY-INVALID"),
        ("POST", "/tokens", {"name": "x", "scopes": ["read"], "project": "-"}, 422, "E-INPUT-INVALID"),
        ("POST", "/indexes", {"name": "Bad Name"}, 422, "E-NAME-INDEX-INVALID"),
        ("POST", "/indexes", {"name": "dev"}, 409, "E-VIEW-INDEX-EXISTS"),
        ("POST", "/indexes", {"name": "own", "bases": ["own"]}, 422, "E-VIEW-INDEX-CIRCULAR"),
        ("POST", "/indexes", {"name": "up", "upstreams": ["ftp://x"]}, 422, "E-SETTING-UPSTREAM"),
        ("DELETE", "/indexes/main", None, 409, "E-VIEW-INDEX-IN-USE"),
        ("PUT", "/policy/cooldown", {"value": "soon"}, 422, "E-DURATION-INVALID"),
        ("PUT", "/indexes/nowhere/policy/cooldown", {"value": "7d"}, 404, "E-INDEX-NOT-FOUND"),
        ("DELETE", "/indexes/dev/policy/cooldown", None, 404, "E-RULE-NOT-FOUND"),
        ("DELETE", "/policy/rules/deny/sample", None, 404, "E-RULE-NOT-FOUND"),
        ("DELETE", "/policy/rules/nonsense/sample", None, 404, "E-RULE-NOT-FOUND"),
        ("POST", "/policy/rules", {"kind": "deny", "subject": "sample"}, 422, "E-INPUT-INVALID"),
        ("POST", "/policy/rules", {"kind": "x", "subject": "a", "reason": "b"}, 422, "E-INPUT-INVALID"),
        ("POST", "/policy/rules", {"kind": "deny", "subject": "a==x", "reason": "b"}, 422, "E-RULE-INVALID"),
        ("POST", "/policy/rules", {"kind": "deny", "subject": "-", "reason": "b"}, 422, "E-INPUT-INVALID"),
        (
            "POST",
            "/policy/rules",
            {"kind": "quarantine", "subject": "a==1", "reason": "b"},
            422,
            "E-RULE-INVALID",
        ),
        ("GET", "/indexes/main/policy/projects/nobodys", None, 404, "E-PROJECT-NOT-FOUND"),
        ("GET", "/audit?limit=0", None, 422, "E-INPUT-INVALID"),
        ("GET", "/audit?limit=many", None, 422, "E-INPUT-INVALID"),
        ("GET", "/audit?limit=1&limit=2", None, 422, "E-INPUT-INVALID"),
        ("GET", "/audit?page=2", None, 422, "E-INPUT-INVALID"),
        ("GET", "/audit?action=%ff", None, 422, "E-INPUT-INVALID"),
    ],
)
def test_what_is_sent_wrong_is_told(
    house: House, method: str, path: str, body: object, status: int, code: str
) -> None:
    problem = house.call(method, path, body, expect=status)
    assert (problem["code"], problem["status"]) == (code, status)
    assert is_like(problem, ANSWERS["Problem"])


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "E-BODY-MALFORMED"),
        (b"[]", "application/json", 400, "E-BODY-MALFORMED"),
        (b'{"name": "x", "name": "y"}', "application/json", 400, "E-BODY-MALFORMED"),
        (b"{}", "text/plain", 415, "E-BODY-TYPE"),
        (b"name=x", "application/x-www-form-urlencoded", 415, "E-BODY-TYPE"),
        (b'{"name": "' + b"x" * 70_000 + b'"}', "application/json", 413, "E-BODY-TOO-LARGE"),
    ],
)
def test_a_body_that_cannot_be(house: House, body: bytes, kind: str, status: int, code: str) -> None:
    authorization = f"Bearer {house.tokens['admin']}"
    found, _, problem = house.send("POST", "/tokens", body, Authorization=authorization, Content_Type=kind)
    assert (found, problem["code"]) == (status, code)


def test_the_description_is_there_for_everybody(house: House) -> None:
    answer = house.bodega.get("/api/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert json.loads(answer.body)["openapi"].startswith("3.1")
    assert house.bodega.get("/api/openapi.json", method="POST").status == 405
    assert house.bodega.get("/api/other").status == 404


def test_commands_act_at_a_server_as_they_act_here(house: House) -> None:
    house.publish("remote", "1.0")
    done = house.run("release", "yank", "remote", "1.0.0", "--reason", "so", "--json", who="manage")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == [wheel_filename("remote", "1.0")]
    page = json.loads(house.bodega.json("/simple/remote/").body)
    assert page["files"][0]["yanked"] == "so"
    shown = house.run("project", "show", "remote", who="manage")
    assert "yanked: so" in shown.stdout
    made = house.run("token", "create", "--name", "far", "--scope", "read", "--json")
    assert json.loads(made.stdout)["scopes"] == ["read"]
    assert "far" in house.run("token", "list").stdout
    assert house.run("token", "revoke", json.loads(made.stdout)["id"]).returncode == 0
    assert house.run("index", "create", "far").returncode == 0
    assert "far" in house.run("index", "list").stdout
    assert house.run("index", "delete", "far").returncode == 0
    assert house.run("policy", "deny", "remote", "--reason", "no").returncode == 0
    assert house.bodega.json("/simple/remote/").status == 403
    assert "deny remote: no" in house.run("policy", "show").stdout
    assert json.loads(house.run("policy", "check", "remote", "--json").stdout)["files"][0]["allowed"] is False
    assert house.run("policy", "allow", "remote").returncode == 0
    assert house.run("release", "delete", "remote", "1.0", "--yes", who="manage").returncode == 0
    assert json.loads(house.bodega.json("/simple/remote/").body)["files"] == []


@pytest.mark.parametrize(
    ("words", "who", "exit_code", "code"),
    [
        (("project", "show", "nobodys"), "manage", 1, "E-PROJECT-NOT-OURS"),
        (("release", "yank", "sample", "9"), "manage", 1, "E-RELEASE-UNKNOWN"),
        (("release", "yank", "sample", "1.0", "--reason", "a\nb"), "manage", 2, "E-REASON-INVALID"),
        (("token", "list"), "manage", 1, "E-AUTH-FORBIDDEN"),
        (("token", "list"), "", 2, "E-SETTING-TOKEN"),
    ],
)
def test_what_a_server_refuses_is_said_as_it_is_said_here(
    house: House, words: tuple[str, ...], who: str, exit_code: int, code: str
) -> None:
    done = house.run(*words, who=who)
    assert (done.returncode, f"error[{code}]" in done.stderr) == (exit_code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not who or house.tokens[who] not in done.stdout + done.stderr


def test_the_installer_alone_manages_a_server_and_says_what_is_missing_here(house: House) -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from bodega.cli.main import run; sys.exit(run(sys.argv[1:]))"
    )
    server = f"http://{house.bodega.host}:{house.bodega.port}/"
    for place, exit_code, said in (
        (("--server", server), 0, ""),
        (("--data", "data"), 1, "error[E-SERVER-EXTRA-MISSING]"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, "project", "show", "sample", *place],
            env=environment(house.folder, BODEGA_TOKEN=house.tokens["manage"]),
            cwd=house.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, said in done.stderr) == (exit_code, True), done.stderr


def test_a_server_that_is_none_is_said(house: House) -> None:
    for server, code in (
        ("http://127.0.0.1:1/", "E-INDEX-UNREACHABLE"),
        (f"http://{house.bodega.host}:{house.bodega.port}/simple/", "E-PATH-NOT-FOUND"),
        ("ftp://x/", "E-INDEX-UNREACHABLE"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "bodega", "token", "list", "--server", server],
            env=environment(house.folder, BODEGA_TOKEN="x"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode in (1, 5), f"error[{code}]" in done.stderr) == (True, True), done.stderr
