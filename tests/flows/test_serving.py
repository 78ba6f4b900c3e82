"""Starting ``bodega serve``: what it refuses, and in which words."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.server import Bodega, environment


def refused(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "bodega", "serve", *arguments]
    ended = subprocess.run(
        command,
        env=environment(folder, **variables),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, words = refused(
            tmp_path, "--port", str(port), "--data", str(tmp_path / "d"), "--upstream", "none"
        )
    assert code == 1
    assert f"error[E-PORT-IN-USE]: port {port} on 127.0.0.1 is in use" in words
    assert not (tmp_path / "d").exists()


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    code, words = refused(tmp_path, "--host", "192.0.2.1", "--port", "0", "--upstream", "none")
    assert (code, "E-PORT-NOT-USABLE" in words) == (1, True)


def test_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, words = refused(
        tmp_path, "--port", "0", "--data", str(tmp_path / "file" / "data"), "--upstream", "none"
    )
    assert (code, "E-DATA-FOLDER" in words) == (1, True)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_is_read_only(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    code, words = refused(tmp_path, "--port", "0", "--data", str(tmp_path / "data"), "--upstream", "none")
    assert (code, "E-DATA-FOLDER" in words) == (1, True)


def test_two_servers_on_one_folder(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none"):
        code, words = refused(tmp_path, "--port", "0", "--data", str(tmp_path / "data"))
    assert (code, "E-DATA-FOLDER-IN-USE" in words) == (1, True)


def test_a_dead_upstream_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}/simple/"
        with Bodega(tmp_path, "--upstream", dead) as bodega:
            assert bodega.json("/simple/any/").status == 503


def test_the_upstream_is_pips_and_fixed_at_the_first_start(tmp_path: Path) -> None:
    first = {
        "PIP_INDEX_URL": "https://user:word@first.example.org/simple",
        "PIP_EXTRA_INDEX_URL": "https://a:b@extra.example.org/simple",
    }
    with Bodega(tmp_path, **first) as bodega:
        assert "upstream https://****@first.example.org/simple/" in bodega.words
        assert "https://****@extra.example.org/simple" in bodega.words
        assert "word" not in bodega.words
    with Bodega(tmp_path, PIP_INDEX_URL="https://later.example.org/simple") as bodega:
        assert "upstream https://****@first.example.org/simple/" in bodega.words
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        assert "upstream none" in bodega.words
    with Bodega(tmp_path) as bodega:
        assert "upstream none" in bodega.words


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--upstream", "ftp://example.org/simple/"), "E-SETTING-UPSTREAM"),
        (("--upstream", "none", "--port", "99999"), "E-SETTING-INVALID"),
        (("--upstream", "none", "--nonsense"), "E-USAGE-SERVE"),
        (("--upstream", "none", "--workers", "none"), "E-SETTING-INVALID"),
    ],
)
def test_wrong_words(tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    returned, words = refused(tmp_path, "--data", str(tmp_path / "data"), *arguments)
    assert (returned, code in words) == (2, True), words


@pytest.mark.parametrize("prefix", ["http://elsewhere/", "kept/", "/"])
def test_a_prefix_for_a_proxy_that_cannot_be(tmp_path: Path, prefix: str) -> None:
    words = ("--port", "0", "--data", str(tmp_path / "data"), "--upstream", "none")
    code, said = refused(tmp_path, *words, BODEGA_ACCEL_REDIRECT=prefix)
    assert (code, "E-SETTING-INVALID" in said) == (2, True), said


def test_a_settings_file_with_a_slip(tmp_path: Path) -> None:
    (tmp_path / "bodega.toml").write_text('upstraem = "none"\n')
    code, words = refused(tmp_path, "--port", "0")
    assert (code, "E-SETTING-UNKNOWN" in words, "'upstream'" in words) == (2, True, True)


def test_it_starts_soon_and_unknown_variables_are_only_reported(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none"):
        pass
    started = time.monotonic()
    with Bodega(tmp_path, BODEGA_PORT_80_TCP="tcp://10.0.0.1:80") as bodega:
        assert time.monotonic() - started < 5
        assert any("BODEGA_PORT_80_TCP is not a setting" in line for line in bodega.lines)
