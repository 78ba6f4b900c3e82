"""A disk that is really full: said in words, nothing lost, and over when there is room again."""

import hashlib
import http.client
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename, write_wheel
from support.publishing import command, new_token, upload
from support.server import Bodega
from support.small_disk import SmallDisk, small_disk
from support.upstream import Upstream

BIG = random.Random(5).randbytes(3_000_000)
WORDS = "the storage of the index is full"


class House:
    """A server whose data lie on a small disk, with a published wheel, before an upstream."""

    def __init__(self, disk: SmallDisk, upstream: Upstream) -> None:
        self.disk, self.folder = disk, disk.folder
        self.bodega = Bodega(self.folder, "--upstream", upstream.root)
        self.token = new_token(self.folder)["token"]
        assert self.publish("sample")[0] == 200

    def publish(self, name: str, files: dict[str, bytes] | None = None) -> tuple[int, str, str]:
        content = wheel_bytes(name, files=files)
        return upload(self.bodega, self.token, content, wheel_filename(name), name=name)

    def blobs(self) -> set[str]:
        return {path.name for path in (self.folder / "data" / "blobs").rglob("*") if path.is_file()}

    def files(self, name: str) -> list[dict[str, str]]:
        answer = self.bodega.json(f"/simple/{name}/")
        files: list[dict[str, str]] = json.loads(answer.body)["files"] if answer.status == 200 else []
        return files

    def path(self, name: str) -> str:
        (file,) = self.files(name)
        return "/files/" + file["url"].partition("/files/")[2]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add("big", wheel_filename("big"), wheel_bytes("big", files={"x.bin": BIG}))
        upstream.add("late", wheel_filename("late"), wheel_bytes("late"))
        yield upstream


@pytest.fixture
def house(tmp_path: Path, upstream: Upstream) -> Iterator[House]:
    with small_disk(tmp_path / "disk", megabytes=16) as disk:
        if disk is None:
            pytest.skip("no file system can be mounted here")
        house = House(disk, upstream)
        try:
            yield house
        finally:
            code = house.bodega.end()
        assert code == 0
        assert not any("Traceback" in line for line in house.bodega.lines)


def check_nothing_lost(house: House) -> None:
    content = house.bodega.get(house.path("sample")).body
    assert content == wheel_bytes("sample")
    done = command(house.folder, "verify", "--data", str(house.folder / "data"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("left", [0, 1_000_000])
def test_an_upload(house: House, left: int) -> None:
    before = house.blobs()
    house.disk.fill(left)
    status, reason, body = house.publish("new", {"x.bin": BIG})
    assert (status, reason) == (507, WORDS)
    assert WORDS in body
    assert house.blobs() == before
    assert house.files("new") == []
    assert house.bodega.get(house.path("sample")).status == 200
    house.disk.empty()
    assert house.publish("new", {"x.bin": BIG})[0] == 200
    check_nothing_lost(house)


def test_a_file_that_is_pulled_through(house: House, upstream: Upstream) -> None:
    path = house.path("big")
    before = house.blobs()
    house.disk.fill(1_000_000)
    for method in ("GET", "HEAD"):
        try:
            answer = house.bodega.get(path, method)
        except http.client.HTTPException:
            continue  # It had begun: a connection that breaks is no whole file.
        if method == "GET":
            assert answer.status == 507
            assert WORDS.encode() in answer.body
    assert house.blobs() == before
    house.disk.empty()
    content = house.bodega.get(path).body
    assert hashlib.sha256(content).hexdigest() in path
    check_nothing_lost(house)


def test_a_page_of_the_upstream(house: House) -> None:
    house.disk.fill()
    answer = house.bodega.json("/simple/late/")
    assert answer.status in (200, 507)
    if answer.status == 507:
        assert WORDS.encode() in answer.body
    house.disk.empty()
    assert len(house.files("late")) == 1
    check_nothing_lost(house)


def test_commands(house: House, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    write_wheel(wheels, "imported", "1.0", files={"x.bin": BIG})
    data = str(house.folder / "data")
    house.disk.fill()
    for words in (
        ("token", "create", "--name", "more", "--scope", "read"),
        ("import", "dir", str(wheels)),
        ("index", "create", "team"),
    ):
        done = command(house.folder, *words, "--data", data)
        assert done.returncode == 1, (words, done.stdout)
        assert "E-STORAGE-FULL" in done.stderr
        assert "Traceback" not in done.stderr
    house.disk.empty()
    listed = json.loads(command(house.folder, "token", "list", "--json", "--data", data).stdout)
    assert [token["name"] for token in listed["tokens"]] == ["ci"]
    assert command(house.folder, "import", "dir", str(wheels), "--data", data).returncode == 0
    check_nothing_lost(house)


def test_readiness(house: House) -> None:
    house.disk.fill()
    answer = house.bodega.get("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body)["blobs"] == WORDS
    house.disk.empty()
    assert house.bodega.get("/readyz").status == 200
