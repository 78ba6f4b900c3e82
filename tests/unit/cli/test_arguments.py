"""What is said of a command line that is nearly right."""

import pytest

from bodega.cli.main import run


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["install", "--upgrde", "x"], "--upgrade"),
        (["install", "--index-ulr=https://x", "x"], "--index-url"),
        (["install", "--link-mode", "hardlnk", "x"], "hardlink"),
        (["token", "craete"], "create"),
        (["project", "status", "x", "archivd"], "archived"),
    ],
)
def test_what_was_meant_is_named(capsys, typed, meant):
    assert run(typed) == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_what_is_near_to_nothing_gets_the_usage(capsys):
    assert run(["venv", "--zzzzzz"]) == 2
    said = capsys.readouterr().err
    assert "why: usage: bodega venv" in said
    assert "did you mean" not in said
