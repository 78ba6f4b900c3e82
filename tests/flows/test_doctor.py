"""``bodega doctor``: every finding says how it is, and what to do where it is not well."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.server import environment
from support.upstream import Upstream, always


def doctor(home: Path, *words: str, **variables: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    done = subprocess.run(
        [sys.executable, "-m", "bodega", "doctor", "--json", *words],
        env=environment(home, **variables),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    found: dict[str, list[dict[str, str]]] = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault(one["subject"], []).append(one)
    return done.returncode, found


@pytest.fixture
def home(tmp_path):
    made = subprocess.run(
        [sys.executable, "-m", "bodega", "venv"], env=environment(tmp_path), cwd=tmp_path, check=False
    )
    assert made.returncode == 0
    return tmp_path


def test_a_healthy_place(home):
    with Upstream() as upstream:
        upstream.add("pip", "pip-1.0-py3-none-any.whl", b"")
        code, found = doctor(home, BODEGA_INDEX_URL=upstream.root)
    assert code == 0, found
    assert found["environment"][0]["state"] == "ok"
    assert "by ./.venv" in found["environment"][0]["words"]
    assert found["link mode"][0]["words"].startswith("hardlink")
    assert "JSON" in found["index"][0]["words"]
    assert found["clock"][0]["state"] == "ok"


def test_nothing_is_there(tmp_path):
    code, found = doctor(tmp_path, "--offline", BODEGA_INDEX_URL="https://user:secret@index.invalid/simple/")
    assert code == 1
    assert "E-NO-ENVIRONMENT" in found["environment"][0]["words"]
    assert "secret" not in json.dumps(found)


def test_what_is_wrong_is_named_with_what_to_do(home):
    (home / ".venv/.bodega").mkdir(exist_ok=True)
    (home / ".venv/.bodega/journal").write_text("{}")
    with Upstream() as upstream:
        upstream.fault = always(401)
        code, found = doctor(home, BODEGA_INDEX_URL=upstream.root, BODEGA_BULID="never")
    assert code == 1
    assert found["index"][0]["state"] == "fail"
    assert "credentials" in found["index"][0]["fix"]
    assert any("cut short" in one["words"] for one in found["environment"])
    assert "BODEGA_BULID" in found["settings"][0]["words"]


def test_a_dead_index(home):
    code, found = doctor(home, BODEGA_INDEX_URL="http://127.0.0.1:9/simple/", PIP_RETRIES="0")
    assert code == 1
    assert "E-INDEX-UNREACHABLE" in found["network"][0]["words"]
