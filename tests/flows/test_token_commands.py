"""``bodega token``: what scripts rely on."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.publishing import command, new_token


def test_a_new_token_as_json(tmp_path: Path) -> None:
    made = new_token(
        tmp_path, "--scope", "upload", "--scope", "read", "--project", "Foo.Bar", "--index", "main"
    )
    assert made["token"].startswith("bodega-")
    assert (made["name"], made["scopes"], made["index"], made["project"]) == (
        "ci",
        ["read", "upload"],
        "main",
        "foo-bar",
    )
    left = datetime.fromisoformat(made["expires"]) - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < left < timedelta(days=90, hours=1)
    plain = new_token(tmp_path, "--scope", "admin", "--expires", "30m")
    assert (plain["index"], plain["project"]) == (None, None)
    assert plain["id"] != made["id"]


def test_a_new_token_in_words_is_alone_on_stdout(tmp_path: Path) -> None:
    made = command(tmp_path, "token", "create", "--name", "ci", "--scope", "read", "--data", "d")
    assert made.returncode == 0
    assert made.stdout.startswith("bodega-")
    assert made.stdout.count("\n") == 1
    assert made.stdout.strip() not in made.stderr


def test_lists_hold_no_secrets(tmp_path: Path) -> None:
    made = [new_token(tmp_path) for _ in range(2)]
    command(tmp_path, "token", "revoke", made[0]["id"], "--data", "data")
    for words in ((), ("--json",)):
        listed = command(tmp_path, "token", "list", "--data", "data", *words)
        assert listed.returncode == 0
        for token in made:
            assert token["id"] in listed.stdout
            assert token["token"][17:] not in listed.stdout
    tokens = {token["id"]: token for token in json.loads(listed.stdout)["tokens"]}
    assert tokens[made[0]["id"]]["revoked"] is not None
    assert tokens[made[1]["id"]]["revoked"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--scope", "everything"), "E-SCOPE-UNKNOWN"),
        (("--scope", "upload,read"), "E-SCOPE-UNKNOWN"),
        ((), "E-SCOPE-UNKNOWN"),
        (("--scope", "read", "--expires", "0d"), "E-EXPIRY-INVALID"),
        (("--scope", "read", "--expires", "-1d"), "E-"),
        (("--scope", "read", "--expires=-1d"), "E-EXPIRY-INVALID"),
        (("--scope", "read", "--expires", "soon"), "E-EXPIRY-INVALID"),
        (("--scope", "read", "--expires", "999999d"), "E-EXPIRY-INVALID"),
        (("--scope", "read", "--project=-bad-"), "E-NAME-INVALID"),
        (("--scope", "read", "--name", ""), "E-NAME-TOKEN-INVALID"),
        (("--scope", "read", "--nonsense"), "E-USAGE"),
    ],
)
def test_wrong_usage_is_refused_and_makes_nothing(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    made = command(tmp_path, "token", "create", "--name", "ci", "--data", "data", *words)
    assert (made.returncode, made.stdout) == (2, "")
    assert f"error[{code}" in made.stderr
    assert "Traceback" not in made.stderr
    if (tmp_path / "data").exists():
        assert json.loads(command(tmp_path, "token", "list", "--json", "--data", "data").stdout) == {
            "tokens": []
        }


def test_an_unknown_id_is_said(tmp_path: Path) -> None:
    revoked = command(tmp_path, "token", "revoke", "nobody", "--data", "data")
    assert revoked.returncode == 1
    assert "error[E-TOKEN-NOT-FOUND]: there is no token with the id 'nobody'" in revoked.stderr


def test_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = command(tmp_path, "token", "list", "--data", "file/inner")
    assert made.returncode == 1
    assert "error[E-DATABASE-UNAVAILABLE]" in made.stderr
