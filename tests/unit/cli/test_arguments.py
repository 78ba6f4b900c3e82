"""What is said of a command line that is nearly right."""

import os

import pytest

from bodega.cli import freeze, install
from bodega.cli.arguments import UsageError
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


def test_words_stand_between_options_as_with_pip(monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    options = install.parser().parse_args(["six", "--upgrade", "idna", "-q", "./x"])
    assert (options.requirements, options.upgrade, options.quiet) == (["six", "idna", "./x"], True, 1)
    options = install.parser().parse_args(["six", "--", "-odd"])
    assert options.requirements == ["six", "-odd"]
    with pytest.raises(UsageError, match="--upgrad"):
        install.parser().parse_args(["six", "--upgrad", "idna"])


def test_a_command_of_pips_needs_no_words():
    assert freeze.parser().parse_args([]).asked == ("freeze",)
