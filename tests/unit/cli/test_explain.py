"""``bodega explain``."""

import json
from pathlib import Path

import pytest

from bodega.cli.explain import run
from bodega.cli.failures import exit_code, hint_for
from bodega.cli.main import run as bodega


def test_a_code_is_explained_with_its_exit_code_and_what_to_try(capsys):
    assert run(["E-HASH-MISMATCH"]) == 0
    said = capsys.readouterr().out
    assert "promised" in said
    assert "exit code: 4 (refused for safety or by policy)" in said
    assert f"try: {hint_for('E-HASH-MISMATCH')}" in said


@pytest.mark.parametrize("spelt", ["e-hash-mismatch", "HASH-MISMATCH", "error[E-HASH-MISMATCH]:"[5:]])
def test_a_code_is_known_however_it_is_copied(capsys, spelt):
    assert run([spelt]) == 0
    assert capsys.readouterr().out.startswith("E-HASH-MISMATCH:")


def test_the_nearest_code_is_named(capsys):
    assert bodega(["explain", "E-HASH-MISMACH"]) == 2
    assert "the nearest is E-HASH-MISMATCH" in capsys.readouterr().err


def test_every_code_has_its_own_words(capsys):
    assert run(["--json"]) == 0
    codes = json.loads(capsys.readouterr().out)["codes"]
    page = (Path(__file__).parents[3] / "docs/errors.md").read_text()
    assert {one["code"] for one in codes} == {
        line.split("`")[1] for line in page.splitlines() if line.startswith("| `E-")
    }
    for one in codes:
        assert one["what"]
        assert one["try"]
        assert one["exit"] == exit_code(one["code"])
