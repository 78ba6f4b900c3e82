"""What the README and the guides show is what happens."""

from pathlib import Path

import pytest

from console_blocks import own_programs, run_document, steps

ROOT = Path(__file__).resolve().parents[2]
# That of clients needs all of them: tests/peers/test_guide.py runs it.
GUIDES = [path for path in sorted((ROOT / "docs" / "guides").glob("*.md")) if path.name != "clients.md"]
DOCUMENTS = [ROOT / "README.md", *GUIDES]


def test_the_readme_has_something_to_run():
    assert list(steps((ROOT / "README.md").read_text()))


@pytest.mark.upstream
@pytest.mark.peers
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_its_console_blocks_do_what_they_show(document):
    text = document.read_text()
    assert run_document(text, own_programs()) == len(list(steps(text)))
