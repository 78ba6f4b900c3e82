"""Audits through the command line: a lock and an environment, advisories of one's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.in_process import quick_command
from support.installed_house import InstalledHouse

LOCK = """
lock-version = "1.0"
created-by = "bodega"
[[packages]]
name = "tree"
version = "1.0"
dependencies = [{name = "leaf"}]
[[packages.wheels]]
name = "tree-1.0-py3-none-any.whl"
url = "https://files.example/tree-1.0-py3-none-any.whl"
hashes = {sha256 = "aa"}
[[packages]]
name = "leaf"
version = "1.0"
[[packages.wheels]]
name = "leaf-1.0-py3-none-any.whl"
url = "https://files.example/leaf-1.0-py3-none-any.whl"
hashes = {sha256 = "bb"}
[tool.bodega]
requirements = ["tree"]
"""


def advisory(name: str, project: str = "leaf", **changes: Any) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": "1.1"}]
    return {
        "id": name,
        "summary": "Leaves fall",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": project},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
            }
        ],
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
        **changes,
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pylock.toml").write_text(LOCK)
    (tmp_path / "osv").mkdir()
    (tmp_path / "osv" / "1.json").write_text(json.dumps(advisory("PYSEC-1", aliases=["CVE-1"])))
    return tmp_path


def test_a_lock_with_a_fault(place: Path) -> None:
    done = quick_command(place, "audit", "--lock", "--osv", "osv")
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        [
            "leaf 1.0",
            "  high 7.5 PYSEC-1: Leaves fall",
            "    also CVE-1",
            "    fixed in 1.1",
            "  required by tree",
        ],
    )
    assert done.stderr.splitlines()[-1] == "1 advisory on 1 project; 2 releases audited by osv"


def test_nothing_wrong_is_exit_code_0(place: Path) -> None:
    (place / "osv" / "1.json").write_text(json.dumps(advisory("PYSEC-1", "other")))
    done = quick_command(place, "audit", "--lock", BODEGA_OSV="osv")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no advisories; 2 releases audited by osv\n"


def test_malice_is_exit_code_4_whatever_the_severity(place: Path) -> None:
    bad = advisory("MAL-2026-1", severity=[], summary="Steals keys")
    (place / "osv" / "2.json").write_text(json.dumps(bad))
    done = quick_command(place, "audit", "--lock", "--osv", "osv", "--severity", "critical")
    assert done.returncode == 4
    assert done.stdout.splitlines()[1] == "  MALICIOUS MAL-2026-1: Steals keys"
    assert "1 below the severity asked for" in done.stderr
    ignored = quick_command(place, "audit", "--lock", "--osv", "osv", "--ignore", "MAL-2026-1")
    assert ignored.returncode == 1


def test_what_is_ignored_is_said_with_its_reason(place: Path) -> None:
    words = ("audit", "--lock", "--osv", "osv")
    done = quick_command(
        place, *words, "--ignore", "CVE-1:2999-12-31", "--reason", "not reached", "--ignore", "CVE-9"
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "ignored: leaf 1.0 PYSEC-1 (not reached) until 2999-12-31\n" in done.stderr
    assert "note: CVE-9 is ignored, and not there\n" in done.stderr
    over = quick_command(place, *words, "--ignore", "PYSEC-1:2020-01-01")
    assert over.returncode == 1
    assert "note: PYSEC-1 was ignored until 2020-01-01, and counts again\n" in over.stderr
    for wrong in (["--reason", "x"], ["--ignore", "A-1:soon"], ["--ignore", ":2999-01-01"]):
        assert quick_command(place, *words, *wrong).returncode == 2


def test_a_project_says_it_for_everybody(place: Path) -> None:
    (place / "pyproject.toml").write_text(
        '[tool.bodega.audit]\nosv = "osv"\n'
        'ignore = [{ id = "CVE-1", reason = "not reached", until = 2999-12-31 }]\n'
    )
    done = quick_command(place, "audit", "--lock", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["findings"] == []
    (ignored,) = document["ignored"]
    assert ignored["ignore"] == {"id": "CVE-1", "reason": "not reached", "until": "2999-12-31"}
    assert ignored["via"] == ["tree", "leaf"]
    (place / "pyproject.toml").write_text("[tool.bodega.audit]\nignores = []\n")
    done = quick_command(place, "audit", "--lock")
    assert done.returncode == 2
    assert "the nearest is 'ignore'" in done.stderr
    (place / "pyproject.toml").write_text('[tool.bodega.audit]\nignore = [{ id = "CVE-1" }]\n')
    assert "ignore[0].reason" in quick_command(place, "audit", "--lock").stderr


@pytest.mark.parametrize("osv", ["gone", "pylock.toml"])
def test_what_cannot_be_known_is_never_clean(place: Path, osv: str) -> None:
    done = quick_command(place, "audit", "--lock", "--osv", osv)
    assert done.returncode == 5
    assert "error[E-ADVISORIES-" in done.stderr
    assert quick_command(place, "audit", "--lock", "gone.toml", "--osv", "osv").returncode == 1


def test_an_environment(tmp_path: Path) -> None:
    house = InstalledHouse(tmp_path)
    house.install("tree==1.0", "leaf")
    (tmp_path / "a.json").write_text(json.dumps(advisory("PYSEC-1")))
    assert "asked for" in house.run("audit", "--osv", "a.json", code=1, out=True)
    assert json.loads(house.run("audit", "--osv", "a.json", "--json", code=1, out=True))["audited"] == 2
