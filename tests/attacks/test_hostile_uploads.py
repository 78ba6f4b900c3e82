"""Uploads made to do harm, sent to a real index: refused with a code, nothing stored, nothing listed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hostile_wheels import Case, refused
from support.publishing import new_token, upload
from support.server import Bodega

SURFACE = "upload"


class House:
    """A served index with a token that may upload."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none")
        self.token = new_token(folder)["token"]

    def files(self) -> set[str]:
        """Every file of the data folder but the database's own."""
        data = self.folder / "data"
        found = (path for path in data.rglob("*") if path.is_file() and not path.name.startswith("bodega.db"))
        return {str(path.relative_to(data)) for path in found}

    def listed(self, project: str) -> set[str]:
        answer = self.bodega.json(f"/simple/{project}/")
        if answer.status == 404:
            return set()
        return {file["filename"] for file in json.loads(answer.body)["files"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("index"))
    yield made
    assert made.bodega.end() == 0
    assert not any("Traceback" in line for line in made.bodega.lines)


def code_of(one: Case) -> str:
    return one.code.replace("E-WHEEL-SCRIPT", "E-ENTRY-POINT")


def _param(one: Case) -> object:
    expected = f"400 {code_of(one)}"
    mark = pytest.mark.hostile(case=one.number, surface=SURFACE, what=one.name, expected=expected)
    return pytest.param(one, id=one.name, marks=mark)


@pytest.mark.parametrize("case", [_param(one) for one in refused()])
def test_a_hostile_wheel_is_refused_and_leaves_nothing(house: House, case: Case, record_property) -> None:
    before = house.files()
    name, version = case.filename.split("/")[-1].split("-")[:2]
    status, reason, text = upload(
        house.bodega,
        house.token,
        case.content,
        case.filename,
        name=name,
        version=version.removesuffix(".whl"),
        headers={"accept": "application/problem+json"},
    )
    faults = {fault["code"] for fault in json.loads(text)["faults"]}
    record_property("got", f"{status} {', '.join(sorted(faults))}")
    assert status == 400
    assert "\n" not in reason
    assert faults & {code_of(case), "E-UPLOAD-FILENAME"}
    assert house.files() == before
    assert house.listed(name) == set()
