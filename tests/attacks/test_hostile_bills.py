"""Distributions that claim, in their own metadata, what lies elsewhere; advisories made to harm who reads them."""

import json
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.in_process import quick_command
from support.installed_house import InstalledHouse

LOCK = """
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "leaf"
version = "1.0"
[packages.sdist]
url = "https://files.example/leaf-1.0.tar.gz"
hashes = {sha256 = "aa"}
"""


@pytest.mark.hostile(
    case=83, surface="licenses, sbom", what="License-File and bill that lead outside", expected="left out"
)
def test_nothing_outside_of_a_distribution_is_read(tmp_path: Path) -> None:
    house = InstalledHouse(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("root:secret")
    metadata = f"License-File: ../../../../../secret\nLicense-File: {secret}\n"
    write_wheel(
        house.wheels, "sly", metadata=metadata, extra_info={"sboms/a.json": b"{}", "LICENSE": b"mine\n"}
    )
    house.install("sly")
    (info,) = house.path.glob("lib/*/site-packages/sly-1.0.dist-info")
    (info / "licenses").mkdir()
    (info / "licenses" / "link").symlink_to(secret)
    (info / "sboms" / "link.json").symlink_to(secret)
    notice = house.run("licenses", "--texts")
    assert "mine" in notice
    assert "root:secret" not in notice + house.run("sbom")


@pytest.mark.hostile(
    case=78,
    surface="audit --osv",
    what="huge, nested, mistyped advisories, escapes in them",
    expected="passed over",
)
def test_hostile_advisories_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pylock.toml").write_text(LOCK)
    osv = tmp_path / "osv"
    osv.mkdir()
    affected = [{"package": {"ecosystem": "PyPI", "name": "leaf"}, "versions": ["1.0"]}]
    (osv / "0.json").write_text(json.dumps({"id": "A-1", "summary": "\x1b[2Jgone", "affected": affected}))
    (osv / "1.json").write_text("[" * 200_000)
    (osv / "2.json").write_text(json.dumps({"id": "A-2\x1b[2J", "affected": affected}))
    (osv / "3.json").write_text(json.dumps({"id": "A-3", "affected": [{"package": affected}]}))
    with (osv / "4.json").open("w") as file:
        file.truncate(1 << 34)
    done = quick_command(tmp_path, "audit", "--lock", "--osv", "osv", "--no-plan")
    assert done.returncode == 1
    assert "A-1: [2Jgone" in done.stdout
    assert done.stderr.count("was passed over") == 4
    assert "\x1b" not in done.stdout + done.stderr
