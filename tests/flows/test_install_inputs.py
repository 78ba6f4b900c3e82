"""Where requirements and credentials come from: files on the network, locks, keyrings, logs."""

import base64
import functools
import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename, write_wheel
from support.server import environment
from support.upstream import Upstream

KEYRING = """#!/bin/sh
echo "$@" >> {calls}
[ "$4" = 127.0.0.1 ] && echo '{{"username": "user", "password": "from-keyring"}}'
"""


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    assert bodega(folder, "venv").returncode == 0
    return folder


def bodega(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bodega", *words],
        env=environment(home, **variables),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def links(tmp_path):
    folder = tmp_path / "links"
    folder.mkdir()
    for name in ("alpha", "beta", "gamma"):
        write_wheel(folder, name, "1.0")
    return folder


def test_requirements_lie_on_the_network_with_what_they_include(home, links, tmp_path):
    served = tmp_path / "served"
    (served / "below").mkdir(parents=True)
    (served / "all.txt").write_text("alpha\n-r below/more.txt\n-c limits.txt\n")
    (served / "below/more.txt").write_text("beta\n")
    (served / "limits.txt").write_text("alpha<2\n")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(served))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        done = bodega(home, "install", "--no-index", "-f", str(links), "-r", f"{url}/all.txt")
        lost = bodega(home, "install", "--no-index", "-f", str(links), "-r", f"{url}/none.txt")
        server.shutdown()
        thread.join()
    assert done.stdout == "+ alpha 1.0\n+ beta 1.0\n", done.stderr
    assert lost.returncode == 1
    assert "404" in lost.stderr


def test_what_a_later_index_has_newer_is_told_with_a_line_that_takes_it(home):
    with Upstream() as first, Upstream() as second:
        first.add("alpha", wheel_filename("alpha", "1.0"), wheel_bytes("alpha", "1.0"))
        second.add("alpha", wheel_filename("alpha", "2.0"), wheel_bytes("alpha", "2.0"))
        indexes = ["--extra-index-url", first.root, "--index-url", second.root]
        done = bodega(home, "install", *indexes, "alpha")
        assert "+ alpha 1.0" in done.stdout, done.stderr
        _, _, line = done.stderr.partition("to take that one: bodega ")
        taken = bodega(home, *line.split("\n")[0].split())
        assert "alpha 1.0 -> 2.0" in taken.stdout, (done.stderr, taken.stderr)
        assert "to take" not in bodega(home, "install", *indexes, "--force-reinstall", "alpha<2").stderr


def test_a_lock_is_a_requirements_file_that_removes_nothing(home, tmp_path):
    with Upstream() as upstream:
        for name in ("alpha", "beta"):
            upstream.add(name, wheel_filename(name), wheel_bytes(name))
        assert bodega(home, "install", "beta", "-i", upstream.root).returncode == 0
        assert bodega(home, "lock", "alpha", "-o", "pylock.dev.toml", "-i", upstream.root).returncode == 0
        done = bodega(home, "install", "-r", "pylock.dev.toml")
        assert done.stdout == "+ alpha 1.0\n", done.stderr
        mixed = bodega(home, "install", "-r", "pylock.dev.toml", "beta")
    assert (mixed.returncode, "stands alone" in mixed.stderr) == (2, True)


def test_a_wrong_requirement_is_pointed_at(home):
    (home / "requirements.txt").write_text("\nalpha == 1.0 beta\n")
    done = bodega(home, "install", "-r", "requirements.txt")
    assert done.returncode == 2
    assert "requirements.txt, line 2" in done.stderr
    assert "^" in done.stderr
    assert "for one version write ==" in bodega(home, "install", "alpha=1").stderr


@pytest.mark.parametrize("provider", ["auto", "subprocess"])
def test_a_keyring_is_asked_once_after_a_401(home, tmp_path, provider):
    programs, calls = tmp_path / "programs", tmp_path / "calls"
    programs.mkdir()
    (programs / "keyring").write_text(KEYRING.format(calls=calls))
    (programs / "keyring").chmod(0o755)
    expected = "Basic " + base64.b64encode(b"user:from-keyring").decode()
    with Upstream() as upstream:
        upstream.add("alpha", wheel_filename("alpha"), wheel_bytes("alpha"))

        def guarded(handler) -> bool:
            if handler.headers.get("Authorization") == expected:
                return False
            handler.answer(401, b"", "text/plain", **{"WWW-Authenticate": "Basic"})
            return True

        upstream.fault = guarded
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        words = ("install", "alpha", "-i", upstream.root, "--keyring-provider")
        refused = bodega(home, *words, "disabled", PATH=path)
        assert (refused.returncode, "E-INDEX-REFUSED" in refused.stderr) == (5, True)
        assert not calls.exists()
        done = bodega(home, *words, provider, PATH=path)
    assert done.stdout == "+ alpha 1.0\n", done.stderr
    assert calls.read_text().splitlines() == ["--mode=creds --output=json get 127.0.0.1"]


def test_a_log_has_what_was_said_and_no_secret(home, links):
    log = home / "log.txt"
    url = "https://user:secret@index.invalid/simple/"
    bodega(home, "install", "alpha", "--no-index", "-f", str(links), "--log", str(log))
    bodega(home, "install", "nothing", "-i", url, "--log", str(log), PIP_RETRIES="0")
    text = log.read_text()
    assert "bodega install alpha" in text
    assert "alpha: nothing -> 1.0" in text
    assert "error[E-" in text
    assert "secret" not in text
