"""What the guide to clients shows is what happens, with the clients that it shows."""

from pathlib import Path

import pytest

from console_blocks import own_programs, run_document, steps
from support.tools import Tools

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "clients.md"
CLIENTS = ("flit", "hatch", "pdm", "pipenv", "poetry")


def test_the_guide_to_clients_does_what_it_shows(tools: Tools) -> None:
    text = GUIDE.read_text()
    programs = {**own_programs(), **{name: tools.program(name) for name in CLIENTS}}
    assert run_document(text, programs) == len(list(steps(text)))
