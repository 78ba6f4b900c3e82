"""An index that means harm to who installs from it: refused, and the environment as it was."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.environments import snapshot
from support.hostile_indexes import CASES, NAME, ODD_INLINE, Case, needing
from support.server import environment
from support.upstream import Upstream

MOST_MEMORY = 96 << 20


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("victim")
    done = install(folder, "venv")
    assert done.returncode == 0, done.stderr
    return folder


def install(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bodega", *words],
        env=environment(home, PIP_TIMEOUT="5", PIP_RETRIES="1", **variables),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def marked(case: Case) -> object:
    expected = f"exit {' or '.join(map(str, case.codes))}, nothing changed"
    mark = pytest.mark.hostile(case=case.number, surface="index", what=case.what, expected=expected)
    return pytest.param(case, id=case.what, marks=mark)


@pytest.mark.parametrize("case", [marked(case) for case in CASES if not case.slow])
def test_nothing_is_installed_and_the_reason_is_told(home: Path, tmp_path: Path, case: Case, record_property):
    before = snapshot(home / ".venv")
    with Upstream() as upstream:
        case.arrange(upstream, tmp_path)
        started = time.monotonic()
        done = install(
            home, "install", NAME, "--index-url", upstream.root, BODEGA_STORE=str(tmp_path / "store")
        )
    assert done.returncode in case.codes, done.stderr
    assert snapshot(home / ".venv") == before
    found = re.search(r"error\[(E-[A-Z-]+)\]", done.stderr)
    assert found, done.stderr
    assert found[1].startswith(case.code)
    assert "Traceback" not in done.stderr
    assert "try: " in done.stderr
    assert time.monotonic() - started < 30
    trees = tmp_path / "store/trees"
    assert case.number == 129 or not trees.exists() or os.listdir(trees) == []
    record_property("got", f"exit {done.returncode} {found[1]}, nothing changed")


@pytest.mark.hostile(
    case=129,
    surface="index",
    what="the same again",
    expected="the wheel's own metadata is used: its dependency comes",
)
def test_hidden_dependencies_come_once_the_wheel_is_known(home: Path, tmp_path: Path):
    case = next(case for case in CASES if case.number == 129)
    store = str(tmp_path / "store")
    with Upstream() as upstream:
        case.arrange(upstream, tmp_path)
        words = ("install", NAME, "--index-url", upstream.root)
        assert install(home, *words, BODEGA_STORE=store).returncode == 4
        again = install(home, *words, BODEGA_STORE=store)
        assert "+ needed" in again.stdout, again.stderr
    assert install(home, "uninstall", "-y", NAME, "needed").returncode == 0


def told(what: str, inline: object) -> object:
    expected = "left alone: what the wheel needs is asked for"
    mark = pytest.mark.hostile(case=129, surface="index", what=f"told of files: {what}", expected=expected)
    return pytest.param(inline, id=what, marks=mark)


@pytest.mark.parametrize("inline", [told(*one) for one in ODD_INLINE])
def test_what_is_told_of_files_in_another_form_is_left_alone(home: Path, tmp_path: Path, inline: object):
    with Upstream() as upstream:
        needing(upstream, inline)
        started = time.monotonic()
        words = ("install", "--dry-run", NAME, "--index-url", upstream.root)
        done = install(home, *words, BODEGA_STORE=str(tmp_path / "store"))
        asked = [path for path, _ in upstream.asked]
    assert done.returncode == 0, done.stderr
    assert "needed" in done.stdout
    assert any(path.endswith(".metadata") for path in asked)
    assert time.monotonic() - started < 15


@pytest.mark.hostile(
    case=134,
    surface="index",
    what="memory that a gzip bomb costs",
    expected="at most 96 MiB beyond a plain page's",
)
def test_a_bomb_costs_little_memory(home: Path, tmp_path: Path, record_property):
    def peak(index: str, store: str) -> int:
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        words = [sys.executable, "-m", "bodega", "install", "nothing", "--index-url", index]
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env=environment(home, BODEGA_STORE=store),
            cwd=home,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return int(done.stdout) << 10

    with Upstream() as upstream:
        plain = peak(upstream.root, str(tmp_path / "one"))
        next(case for case in CASES if case.number == 134).arrange(upstream, tmp_path)
        grown = peak(upstream.root, str(tmp_path / "two")) - plain
    record_property("got", f"{grown >> 20} MiB")
    assert grown <= MOST_MEMORY


@pytest.mark.hostile(
    case=148, surface="index", what="a redirect to another host", expected="credentials are not sent there"
)
def test_credentials_stay_with_their_host(home: Path, tmp_path: Path):
    with Upstream() as one, Upstream() as other:

        def redirect(handler):
            handler.answer(
                302, b"", "text/plain", Location=f"{other.root.replace('127.0.0.1', 'localhost')}{NAME}/"
            )
            return True

        one.fault = redirect
        url = one.root.replace("://", "://user:secret@")
        done = install(home, "install", NAME, "--index-url", url, BODEGA_STORE=str(tmp_path / "store"))
        assert any("authorization" in headers for _, headers in one.asked)
        assert not any("authorization" in headers for _, headers in other.asked)
    assert "secret" not in done.stderr
