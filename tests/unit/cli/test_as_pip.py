"""pip's words, given to the environment whose pip was called."""

import pytest

from bodega.cli.as_pip import run_as_pip


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["list"], ["list", "--python", "/env"]),
        (["--disable-pip-version-check", "list", "-v"], ["list", "--python", "/env", "--disable-pip-version-check", "-v"]),
        (["--log", "f", "-q", "install", "x"], ["install", "--python", "/env", "--log", "f", "-q", "x"]),
        (["--python", "other", "list"], ["list", "--python", "other"]),
        (["list", "--python=other"], ["list", "--python=other"]),
        (["index", "versions", "x"], ["index", "versions", "x", "--python", "/env"]),
        (["completion", "--bash"], ["completion", "--bash", "--program", "pip"]),
        (["help", "list"], ["help", "list"]),
        (["hash", "f"], ["hash", "f"]),
        (["instal"], ["instal"]),
        ([], ["--help"]),
        (["-q"], ["-q"]),
        (["install", "-U", "pip", "x"], ["install", "--python", "/env", "-U", "x"]),
        (["install", "pip==25"], ["install", "--python", "/env", "pip==25"]),
        (["install", "--force-reinstall", "pip"], ["install", "--python", "/env", "--force-reinstall", "pip"]),
    ],
)  # fmt: skip
def test_words_are_given_on(words, given):
    seen = []
    assert run_as_pip(["/env", *words], lambda one: seen.append(one) or 7) == 7
    assert seen == [given]


def test_its_own_upgrade_is_done_already(capsys):
    assert run_as_pip(["/env", "install", "--upgrade", "pip"], lambda _: pytest.fail("was run")) == 0
    assert "pip is bodega" in capsys.readouterr().err


def test_the_version_has_pips_form(capsys):
    assert run_as_pip(["/env", "--version"], lambda _: 1) == 0
    assert capsys.readouterr().out.startswith("pip 26.3+bodega.")
