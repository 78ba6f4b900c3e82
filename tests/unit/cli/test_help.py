"""``bodega help``: manual pages and the command line as data."""

import json
import shutil
import subprocess

import pytest

from bodega.cli.main import run
from bodega.cli.table import COMMANDS


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("man") / "man1"
    assert run(["help", "--man-pages", str(folder)]) == 0
    return folder


def test_every_command_has_a_manual_page_with_all_its_options(pages, capsys):
    assert {path.name for path in pages.iterdir()} == {"bodega.1", *(f"bodega-{name}.1" for name in COMMANDS)}
    assert run(["help", "--json"]) == 0
    for command in json.loads(capsys.readouterr().out)["commands"]:
        page = (pages / f"bodega-{command['words'][0]}.1").read_text()
        for one in (command, *command["acts"]):
            for flag in (flag for option in one["options"] for flag in option["flags"]):
                assert flag.replace("-", "\\-") in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_pages_are_read_without_a_warning(pages):
    for path in pages.iterdir():
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z", path], check=True, capture_output=True, text=True
        )
        assert done.stderr == ""


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_a_page_reads_as_it_should(capsys):
    assert run(["help", "install", "--man"]) == 0
    page = capsys.readouterr().out
    shown = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou"], input=page, check=True, capture_output=True, text=True
    ).stdout
    assert "bodega-install - install projects into an environment" in shown
    assert "--upgrade-strategy UPGRADE_STRATEGY" in shown
    assert "refused for safety or by policy" in shown


def test_an_unknown_command_has_no_page(capsys):
    assert run(["help", "instal", "--man"]) == 2
    assert "no command 'instal'" in capsys.readouterr().err
