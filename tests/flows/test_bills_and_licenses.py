"""Bills of materials and licences through the command line."""

import csv
import json
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.in_process import quick_command
from support.installed_house import InstalledHouse

INNER = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [
        {"type": "library", "bom-ref": "z", "name": "zlib", "version": "1.3"},
        {"type": "library", "bom-ref": "o", "name": "openssl", "version": "3.0"},
    ],
    "dependencies": [{"ref": "o", "dependsOn": ["z"]}],
}


@pytest.fixture
def house(tmp_path: Path) -> InstalledHouse:
    house = InstalledHouse(tmp_path)
    write_wheel(
        house.wheels,
        "app",
        metadata="Requires-Dist: engine\nRequires-Dist: terms\nLicense-Expression: MIT\nSummary: An app\n",
        extra_info={"licenses/LICENSE.txt": b"Do as you like\n"},
    )
    extra = {"sboms/native.cdx.json": json.dumps(INNER).encode(), "sboms/broken.json": b"{"}
    write_wheel(house.wheels, "engine", metadata="License: BSD\n", extra_info=extra)
    # It claims that its licence lies where no licence of its own does.
    metadata = "License-Expression: GPL-3.0-only OR LicenseRef-Sold\nLicense-File: ../../../../secret\n"
    write_wheel(house.wheels, "terms", metadata=metadata, extra_info={"COPYING": b"Copy\x1b[31m left\n"})
    (tmp_path / "secret").write_text("root:secret")
    house.install("app")
    return house


def bill(house: InstalledHouse, *words: str) -> dict:
    return json.loads(house.run("sbom", "--timestamp", "2026-01-01T00:00:00Z", *words))


def test_the_bill_of_an_environment(house: InstalledHouse) -> None:
    document = bill(house)
    parts = {one["name"]: one for one in document["components"]}
    assert set(parts) == {"app", "engine", "terms"}
    assert parts["app"]["description"] == "An app"
    assert document["metadata"]["timestamp"] == "2026-01-01T00:00:00Z"
    needs = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    assert needs["pkg:pypi/app@1.0"] == ["pkg:pypi/engine@1.0", "pkg:pypi/terms@1.0"]
    # What the engine carries (PEP 770), below its own refs.
    zlib, openssl = parts["engine"]["components"]
    assert (zlib["name"], openssl["name"]) == ("zlib", "openssl")
    assert zlib["bom-ref"] == "pkg:pypi/engine@1.0#sboms/native.cdx.json#1"
    assert needs[openssl["bom-ref"]] == [zlib["bom-ref"]]
    assert bill(house) == document, "the same bill is the same, byte for byte"


def test_the_bill_of_a_lock_has_every_file(house: InstalledHouse) -> None:
    house.run("lock", "app", "--no-index", "--find-links", str(house.wheels))
    (house.folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "7"\n')
    document = bill(house, "--lock", "--spec-version", "1.7")
    assert document["specVersion"] == "1.7"
    assert document["metadata"]["component"]["name"] == "shop"
    assert document["dependencies"][0] == {"ref": "root:shop", "dependsOn": ["pkg:pypi/app@1.0"]}
    app = document["components"][0]
    assert len(app["hashes"]) == 1
    assert app["licenses"] == [{"expression": "MIT", "acknowledgement": "declared"}]
    # From the wheels in the store, their own bills, too.
    assert [one["name"] for one in document["components"][1]["components"]] == ["zlib", "openssl"]


def test_spdx_and_files(house: InstalledHouse) -> None:
    house.run("sbom", "--format", "spdx", "-o", "bill.spdx.json", "--timestamp", "2026-01-01")
    document = json.loads((house.folder / "bill.spdx.json").read_text())
    assert document["creationInfo"]["created"] == "2026-01-01T00:00:00Z"
    assert {one["name"] for one in document["packages"]} == {"app", "engine", "terms", "zlib", "openssl"}
    told = json.loads(house.run("sbom", "-o", "bill.json", "--json"))
    assert (told["components"], told["path"]) == (3, "bill.json")
    assert told["remarks"] == [
        "'sboms/broken.json' of engine 1.0 is left out: it is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    ]


def test_wrong_words(tmp_path: Path) -> None:
    for words in (
        ["--spec-version", "9"],
        ["--format", "spdx", "--spec-version", "1.6"],
        ["--timestamp", "soon"],
    ):
        assert quick_command(tmp_path, "sbom", *words).returncode == 2
    assert quick_command(tmp_path, "sbom", SOURCE_DATE_EPOCH="x").returncode == 2
    assert quick_command(tmp_path, "licenses", "--allow", "no id").returncode == 2


def test_licences_by_group(house: InstalledHouse) -> None:
    assert house.run("licenses").splitlines() == [
        "GPL-3.0-only OR LicenseRef-Sold",
        "  terms 1.0",
        "LicenseRef-BSD",
        "  engine 1.0 (guessed from BSD)",
        "MIT",
        "  app 1.0",
    ]
    rows = list(csv.reader(house.run("licenses", "--format", "csv").splitlines()))
    assert rows[1] == ["app", "1.0", "MIT", "expression"]
    assert "| engine | 1.0 | LicenseRef-BSD (guessed) |" in house.run("licenses", "--format", "markdown")


def test_a_policy_names_what_breaks_it(house: InstalledHouse) -> None:
    assert house.run("licenses", "--deny", "AGPL-*")
    said = house.run("licenses", "--allow", "MIT,LicenseRef-Sold", code=4)
    assert "refused: engine 1.0 is LicenseRef-BSD, which has LicenseRef-BSD (required by app)\n" in said
    assert "terms" not in said, "of two licences one is enough"
    (house.folder / "pyproject.toml").write_text(
        '[tool.bodega.licenses]\nallow = ["MIT", "GPL-*", "BSD-3-Clause"]\nknown = { engine = "BSD-3-Clause" }\n'
    )
    found = json.loads(house.run("licenses", "--json"))["projects"]
    assert next(one for one in found if one["name"] == "engine")["origin"] == "told"


def test_texts_are_those_inside(house: InstalledHouse) -> None:
    notice = house.run("licenses", "--texts")
    assert "Do as you like" in notice
    assert "--- licenses/LICENSE.txt" in notice
    assert "Copy\N{REPLACEMENT CHARACTER}[31m left" in notice
    assert "root:secret" not in notice


def test_a_lock_whose_files_are_out_of_reach_is_told_as_far_as_it_is_known(tmp_path: Path) -> None:
    (tmp_path / "pylock.toml").write_text(
        'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "a"\nversion = "1"\n'
        '[[packages.wheels]]\nname = "a-1-py3-none-any.whl"\nurl = "http://127.0.0.1:9/a-1-py3-none-any.whl"\n'
        'hashes = {sha256 = "../../../../etc/passwd"}\n'
    )
    done = quick_command(tmp_path, "sbom", "--lock", "--offline")
    assert done.returncode == 0
    assert [one["name"] for one in json.loads(done.stdout)["components"]] == ["a"]
    assert "note: little is known of a 1: " in done.stderr
