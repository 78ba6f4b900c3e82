"""Uploads to what is closed, and under names that were used before: refused, whatever the bytes."""

from collections.abc import Iterator

import pytest

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import command, new_token
from support.upload_house import UploadHouse


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadHouse]:
    made = UploadHouse(tmp_path_factory.mktemp("index"))
    yield made
    assert made.bodega.end() == 0


def attack(number: int, what: str, expected: str) -> pytest.MarkDecorator:
    return pytest.mark.hostile(case=number, surface="upload", what=what, expected=expected)


def run(house: UploadHouse, *words: str) -> None:
    done = command(house.folder, *words, "--data", str(house.folder / "data"))
    assert done.returncode == 0, done.stderr


@attack(96, "a deleted name, with the same bytes and with others", "400 E-FILE-EXISTS")
def test_a_deleted_name_is_never_used_again(house: UploadHouse) -> None:
    content, filename = wheel_bytes("gone"), wheel_filename("gone")
    assert house.send(content, filename, name="gone")[0] == 200
    run(house, "release", "delete", "gone", "1.0", "--yes")
    assert house.listed("gone") == set()
    for again in (content, wheel_bytes("gone", files={"other.py": b""})):
        assert house.refusal(again, filename, name="gone") == (400, {"E-FILE-EXISTS"})
        text = house.send(again, filename, name="gone")[2]
        assert text.startswith("File already exists")


@pytest.mark.parametrize("status", ["archived", "quarantined"])
@attack(97, "an archived or quarantined project", "403 E-PROJECT-CLOSED")
def test_a_closed_project_takes_nothing(house: UploadHouse, status: str) -> None:
    assert house.send(wheel_bytes(status), wheel_filename(status), name=status)[0] == 200
    run(house, "project", "status", status, status, "--reason", "it is over")
    answer = house.refusal(sdist_bytes(status), f"{status}-1.0.tar.gz", name=status)
    assert answer == (403, {"E-PROJECT-CLOSED"})
    assert "it is over" in house.send(sdist_bytes(status), f"{status}-1.0.tar.gz", name=status)[2]


@attack(98, "another's project, with a token for one's own", "403 E-AUTH-FORBIDDEN")
def test_a_token_for_one_project_takes_no_other(house: UploadHouse) -> None:
    mine = new_token(house.folder, "--scope", "upload", "--project", "mine")["token"]
    owner, house.token = house.token, mine
    try:
        for name in ("theirs", "mine-too", "mine.evil"):
            filename = wheel_filename(name.replace(".", "_"))
            assert house.refusal(wheel_bytes(name), filename, name=name) == (403, {"E-AUTH-FORBIDDEN"})
        # The file decides, not what the form says of it.
        status, _ = house.refusal(wheel_bytes("theirs"), wheel_filename("theirs"), name="mine")
        assert status == 400
        for name in ("mine", "Mine"):
            filename = wheel_filename("mine", "1.0" if name == "mine" else "2.0")
            version = "1.0" if name == "mine" else "2.0"
            sent = house.send(wheel_bytes(name, version), filename, name=name, version=version)
            assert sent[0] == 200
    finally:
        house.token = owner
