"""Indexes that know no JSON: read through by the index, and installed from without one between."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.server import Bodega, environment
from support.upstream import Upstream

WHEEL, NAME = wheel_bytes("small", metadata="Requires-Dist: other\n"), wheel_filename("small")
OTHER, OTHER_NAME = wheel_bytes("other"), wheel_filename("other")


@pytest.fixture(params=["html", "listing"])
def upstream(request: pytest.FixtureRequest) -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.form = request.param
        upstream.add("small", NAME, WHEEL)
        upstream.add("other", OTHER_NAME, OTHER)
        yield upstream


def installed(folder: Path, index: str, code: int = 0) -> str:
    """Install ``small`` into a fresh environment; what was said."""
    variables = environment(folder, BODEGA_STORE=str(folder / "store"))
    target = str(folder / "environment")
    words: list[tuple[str, ...]] = [
        ("venv", target, "--no-pip", "-q"),
        ("install", "--no-compile", "--python", target, "--index-url", index, "small"),
    ]
    for command in words:
        done = subprocess.run(
            [sys.executable, "-m", "bodega", *command],
            env=variables,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == code, done.stderr
    return done.stderr


def test_the_index_reads_html_and_gives_json(upstream: Upstream, tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        page = json.loads(bodega.json("/simple/small/").body)
        assert page["versions"] == ["1.0"]
        (file,) = page["files"]
        assert bool(file["hashes"]) == (upstream.form == "html")
        url = file["url"].removeprefix("../..")
        assert bodega.get(url, "HEAD").headers["content-length"] == str(len(WHEEL))
        assert bodega.get(url).body == WHEEL
        assert b"Requires-Dist: other" in bodega.get(f"{url}.metadata").body
        (file,) = json.loads(bodega.json("/simple/small/").body)["files"]
        assert file["hashes"] == {"sha256": hashlib.sha256(WHEEL).hexdigest()}, (
            "what was fetched has its hash"
        )
        assert bodega.get(url).body == WHEEL, "and the URL from before still leads to it"
    accepted = {headers["accept"] for path, headers in upstream.asked if path.startswith("/simple/")}
    assert all("json" in accept and "text/html" in accept for accept in accepted)


def test_the_installer_reads_html(upstream: Upstream, tmp_path: Path) -> None:
    if upstream.form == "html":
        installed(tmp_path, upstream.root)
        assert list((tmp_path / "environment").glob("lib/*/site-packages/other.py"))
    else:
        # What has no hash is not installed, whoever lists it.
        assert "no hash that can be trusted" in installed(tmp_path, upstream.root, code=3)


def test_a_login_page_is_no_project(upstream: Upstream, tmp_path: Path) -> None:
    upstream.fault = lambda handler: bool(handler.answer(200, b"<title>Sign in</title>", "text/html")) or True
    with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
        answer = bodega.json("/simple/small/")
        assert answer.status == 502
        assert b"E-UPSTREAM-ANSWER" in answer.body


def test_credentials_of_an_index_serve_for_the_files_beside_its_pages(tmp_path: Path) -> None:
    with Upstream() as upstream:
        upstream.add("small", NAME, WHEEL)
        upstream.add("other", OTHER_NAME, OTHER)
        upstream.fault = lambda handler: (
            "authorization" not in {name.lower() for name in handler.headers}
            and (bool(handler.answer(401, b"who?", "text/plain")) or True)
        )
        root = upstream.root.replace("http://", "http://user:secret@")
        installed(tmp_path, root)
        assert list((tmp_path / "environment").glob("lib/*/site-packages/other.py"))
