"""Every option of every command of pip's is one of ours, too; those that are not are in the guide."""

from importlib import import_module
from pathlib import Path

import pytest
from pip._internal.commands import commands_dict, create_command

from bodega.cli.table import COMMANDS

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/from-pip.md"
#: Commands of pip's that are not here; the guide says why.
ABSENT = {"search"}


def ours(name: str) -> set[str]:
    parser = import_module(COMMANDS[name].module).parser()
    found = set(parser._option_string_actions)
    for group in parser._subparsers._group_actions if parser._subparsers else ():
        for act in group.choices.values():
            found |= set(act._option_string_actions)
    return found


@pytest.mark.parametrize("name", sorted(set(commands_dict) - ABSENT))
def test_every_option_is_known(name):
    theirs: set[str] = set()
    for option in create_command(name).parser.option_list_all:
        theirs |= {*option._long_opts, *option._short_opts}
    assert theirs - ours(name) == set()


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_what_is_absent_is_said_to_be(name):
    assert f"`pip {name}`" in GUIDE.read_text()
