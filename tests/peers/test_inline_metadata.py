"""Twenty projects of the configured registry: the second client asks our index for pages alone."""

import re
import time
from pathlib import Path

import pytest

from support.publishing import command
from support.server import Bodega

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

PROJECTS = (
    *("requests", "flask", "click", "rich", "httpx", "pydantic", "jinja2", "pytest", "black", "attrs"),
    *(
        "packaging",
        "typer",
        "starlette",
        "sqlalchemy",
        "marshmallow",
        "tqdm",
        "pyyaml",
        "idna",
        "anyio",
        "isort",
    ),
)
_ASKED = re.compile(r"GET \S*/files/\S*\.metadata")


def locked(folder: Path, bodega: Bodega, store: str) -> tuple[str, int]:
    """A lock made with an empty store, and how many documents were asked for."""
    before = sum(1 for line in bodega.lines if _ASKED.search(line))
    root, output = f"http://{bodega.host}:{bodega.port}", folder / f"pylock.{store}.toml"
    words = ("lock", *PROJECTS, "--index-url", f"{root}/simple/", "--output", str(output))
    done = command(folder, *words, BODEGA_STORE=str(folder / store))
    assert done.returncode == 0, done.stderr
    time.sleep(0.5)  # the log is written behind
    asked = sum(1 for line in bodega.lines if _ASKED.search(line)) - before
    return output.read_text().replace(root, ""), asked


def test_pages_alone_and_the_same_versions(tmp_path: Path) -> None:
    with Bodega(tmp_path) as bodega:
        first, asked = locked(tmp_path, bodega, "first")
        assert asked > 0
        # What was learned is told some seconds later, to whoever comes after the one who finds it due.
        time.sleep(2.5)
        locked(tmp_path, bodega, "between")
        time.sleep(1)
        again, asked = locked(tmp_path, bodega, "again")
    assert asked == 0
    assert again == first
