"""Audits through the command line: a lock and an environment, advisories of one's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.distributions import write_wheel
from support.in_process import quick_command
from support.installed_house import InstalledHouse
from support.publishing import command
from support.upstream import Upstream

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
    done = quick_command(place, "audit", "--lock", "--no-plan", "--osv", "osv")
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


def test_a_lock_is_taken_where_there_is_no_environment(place: Path) -> None:
    done = quick_command(place, "audit", "--no-plan", "--osv", "osv")
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "leaf 1.0")
    assert "note: there is no environment here, so this is about ./pylock.toml\n" in done.stderr
    (place / "pylock.toml").unlink()
    assert "E-NO-ENVIRONMENT" in quick_command(place, "audit", "--osv", "osv").stderr


def test_nothing_wrong_is_exit_code_0(place: Path) -> None:
    (place / "osv" / "1.json").write_text(json.dumps(advisory("PYSEC-1", "other")))
    done = quick_command(place, "audit", "--lock", "--no-index", BODEGA_OSV="osv")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no advisories; 2 releases audited by osv\n"


def test_malice_is_exit_code_4_whatever_the_severity(place: Path) -> None:
    bad = advisory("MAL-2026-1", severity=[], summary="Steals keys")
    (place / "osv" / "2.json").write_text(json.dumps(bad))
    done = quick_command(place, "audit", "--lock", "--no-index", "--osv", "osv", "--severity", "critical")
    assert done.returncode == 4
    assert done.stdout.splitlines()[1] == "  MALICIOUS MAL-2026-1: Steals keys"
    assert "1 below the severity asked for" in done.stderr
    ignored = quick_command(place, "audit", "--lock", "--no-index", "--osv", "osv", "--ignore", "MAL-2026-1")
    assert ignored.returncode == 1


def test_what_is_ignored_is_said_with_its_reason(place: Path) -> None:
    words = ("audit", "--lock", "--no-index", "--osv", "osv")
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
    assert quick_command(place, "audit", "--lock", "gone.toml", "--no-index", "--osv", "osv").returncode == 1


def test_an_environment(tmp_path: Path) -> None:
    house = InstalledHouse(tmp_path)
    house.install("tree==1.0", "leaf")
    (tmp_path / "a.json").write_text(json.dumps(advisory("PYSEC-1")))
    assert "asked for" in house.run("audit", "--osv", "a.json", code=1, out=True)
    assert json.loads(house.run("audit", "--osv", "a.json", "--json", code=1, out=True))["audited"] == 2


def house_with_a_fault(folder: Path, *words: str) -> InstalledHouse:
    house = InstalledHouse(folder)
    for version in ("1.1", "3.0"):
        write_wheel(house.wheels, "tree", version)
    write_wheel(house.wheels, "roof", "1.0", metadata="Requires-Dist: tree<1.1\n")
    write_wheel(house.wheels, "roof", "2.0", metadata="Requires-Dist: tree>=1.1\n")
    house.install(*words)
    events = [{"introduced": "0"}, {"fixed": "2.0"}]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    affected = [{"package": {"ecosystem": "PyPI", "name": "tree"}, "ranges": ranges}]
    (folder / "a.json").write_text(json.dumps(advisory("PYSEC-1", affected=affected)))
    return house


def planned(house: InstalledHouse, *words: str) -> Any:
    places = ("--no-index", "--find-links", str(house.wheels), *words)
    found = house.run("audit", "--osv", "a.json", "--json", *places, code=1, out=True)
    return json.loads(found)["plan"]


def test_the_cure_is_the_smallest_that_a_resolution_has(tmp_path: Path) -> None:
    house = house_with_a_fault(tmp_path, "tree==1.0", "leaf")
    assert planned(house) == {
        "upgrades": [{"name": "tree", "before": "1.0", "after": "2.0"}],
        "others": [],
        "incurable": [],
        "is_proved": True,
    }
    house.install("tree==2.0")
    assert house.run("audit", "--osv", "a.json") == ""


def test_what_has_to_change_with_it_is_said(tmp_path: Path) -> None:
    house = house_with_a_fault(tmp_path, "roof==1.0")
    assert planned(house) == {
        "upgrades": [{"name": "tree", "before": "1.0", "after": "2.0"}],
        "others": [{"name": "roof", "before": "1.0", "after": "2.0"}],
        "incurable": [],
        "is_proved": True,
    }


def test_what_was_asked_for_may_rule_a_cure_out(tmp_path: Path) -> None:
    house = house_with_a_fault(tmp_path, "leaf")
    house.run("lock", "tree<2", "--no-index", "--find-links", str(house.wheels))
    plan = planned(house, "--lock")
    assert plan["upgrades"] == []
    (one,) = plan["incurable"]
    assert "you asked for tree<2" in one["why"]
    said = house.run("audit", "--osv", "a.json", "--lock", "--no-plan", code=1, out=True)
    assert "cure" not in said


def test_where_no_index_is_there_findings_stay_findings(tmp_path: Path) -> None:
    house = house_with_a_fault(tmp_path, "tree==1.0")
    words = ("audit", "--osv", "a.json", "--index-url", "http://127.0.0.1:9/simple/", "--retries", "0")
    assert house.run(*words, code=1, out=True).startswith("tree 1.0\n")


def test_sarif(place: Path) -> None:
    done = quick_command(place, "audit", "--lock", "--osv", "osv", "--format", "sarif", "--no-plan")
    (run,) = json.loads(done.stdout)["runs"]
    assert (done.returncode, [one["ruleId"] for one in run["results"]]) == (1, ["PYSEC-1"])


def test_an_index_is_asked_for_each_release(place: Path) -> None:
    known: dict[str, bytes | None] = {
        "/pypi/tree/1.0/json": b'{"vulnerabilities": []}',
        "/pypi/leaf/1.0/json": json.dumps(
            {
                "vulnerabilities": [
                    {"id": "PYSEC-1", "aliases": [], "details": "Leaves fall", "fixed_in": ["1.1"]}
                ]
            }
        ).encode(),
    }

    def answer(handler: Any) -> bool:
        if handler.path not in known:
            return False
        body = known[handler.path]
        handler.answer(200 if body else 500, body or b"broken", "application/json")
        return True

    with Upstream() as upstream:
        upstream.fault = answer
        words = ("audit", "--lock", "--index-url", upstream.root, "--retries", "0", "--no-plan")
        done = command(place, *words)
        assert (done.returncode, done.stdout.splitlines()[1]) == (
            1,
            "  severity unknown PYSEC-1: Leaves fall",
        )
        assert "audited by http://127.0.0.1" in done.stderr
        known["/pypi/leaf/1.0/json"] = b'{"vulnerabilities": []}'
        assert command(place, *words).returncode == 0
        known["/pypi/leaf/1.0/json"] = None
        assert command(place, *words).returncode == 5
        del known["/pypi/leaf/1.0/json"]
        assert command(place, *words).returncode == 0
        strict = command(place, *words, "--strict")
        assert (strict.returncode, "leaf 1.0 is not audited: no index tells of it" in strict.stderr) == (
            5,
            True,
        )
        del known["/pypi/tree/1.0/json"]
        silent = command(place, *words)
        assert (silent.returncode, "E-ADVISORIES-NOT-SERVED" in silent.stderr) == (5, True)


def test_a_cure_heeds_the_settings_of_the_project(tmp_path: Path) -> None:
    house = house_with_a_fault(tmp_path, "leaf")
    house.run("lock", "tree==1.0", "--no-index", "--find-links", str(house.wheels))
    lock = tmp_path / "pylock.toml"
    lock.write_text(lock.read_text().replace('"tree==1.0"', '"tree"'))
    assert planned(house, "--lock")["upgrades"][0]["after"] == "2.0"
    project = '[project]\nname = "shop"\nversion = "1"\n[tool.bodega]\nconstraints = ["tree<2"]\n'
    (tmp_path / "pyproject.toml").write_text(project)
    plan = planned(house, "--lock")
    assert (plan["upgrades"], [one["name"] for one in plan["incurable"]]) == ([], ["tree"])
    # What another tool's lock was made of stands in the project beside it.
    (tmp_path / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "tree" }]\n[[package]]\nname = "tree"\nversion = "1.0"\n'
        'source = { registry = "https://index.example/simple" }\n'
        'wheels = [{ url = "https://f.example/tree-1.0-py3-none-any.whl", hash = "sha256:aa" }]\n'
    )
    project = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["tree"]\n'
    (tmp_path / "pyproject.toml").write_text(project)
    plan = planned(house, "--lock", "uv.lock")
    assert (plan["upgrades"][0]["after"], plan["is_proved"]) == ("2.0", True)
