"""Uploads to a real ``bodega serve``: what is taken, what is refused, in which words, and what stays."""

import hashlib
import http.client
import json
import random
import resource
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.distributions import form_body, form_fields, sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import basic, command, new_token, post, upload
from support.server import Bodega


class House:
    """A served index with a token that may upload."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none", BODEGA_UPLOAD_LIMIT="300000")
        self.token = new_token(folder)["token"]

    def files(self) -> set[str]:
        return {path.name for path in (self.folder / "data" / "blobs").rglob("*") if path.is_file()}

    def page(self, project: str = "sample") -> dict[str, str]:
        answer = self.bodega.json(f"/simple/{project}/")
        if answer.status == 404:
            return {}
        assert answer.status == 200
        return {file["filename"]: file["hashes"]["sha256"] for file in json.loads(answer.body)["files"]}

    def wait_for(self, right: Callable[[], bool]) -> None:
        ending = time.monotonic() + 10
        while not right():
            assert time.monotonic() < ending, "it never came"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("index"))
    yield made
    assert made.bodega.end() == 0
    assert not any("Traceback" in line for line in made.bodega.lines)


def sample(name: str, version: str = "1.0", **changes: object) -> tuple[bytes, str]:
    return wheel_bytes(name, version, **changes), wheel_filename(name, version)  # type: ignore[arg-type]


def test_an_accepted_upload_is_there_at_the_next_read(house: House) -> None:
    content, filename = sample("visible", metadata="Requires-Python: >=3.8\n")
    assert house.page("visible") == {}
    assert upload(house.bodega, house.token, content, filename, name="visible")[0] == 200
    digest = hashlib.sha256(content).hexdigest()
    assert house.page("visible") == {filename: digest}
    assert house.bodega.get(f"/files/{digest}/{filename}").body == content
    (file,) = json.loads(house.bodega.json("/simple/visible/").body)["files"]
    metadata = house.bodega.get(f"/files/{digest}/{filename}.metadata").body
    assert hashlib.sha256(metadata).hexdigest() == file["core-metadata"]["sha256"]
    assert b"Name: visible" in metadata
    assert file["requires-python"] == ">=3.8"
    assert file["size"] == len(content)
    sdist = sdist_bytes("visible")
    assert upload(house.bodega, house.token, sdist, "visible-1.0.tar.gz", name="visible")[0] == 200
    assert house.page("visible")["visible-1.0.tar.gz"] == hashlib.sha256(sdist).hexdigest()


def test_the_same_again_is_fine_and_other_bytes_are_not(house: House) -> None:
    content, filename = sample("again")
    assert upload(house.bodega, house.token, content, filename, name="again")[0] == 200
    before = house.files()
    assert upload(house.bodega, house.token, content, filename, name="again")[0] == 200
    other, _ = sample("again", files={"x.py": b""})
    status, reason, text = upload(house.bodega, house.token, other, filename, name="again")
    assert (status, text.startswith("File already exists")) == (400, True)
    assert reason.startswith("File already exists")
    assert house.files() == before
    assert house.page("again") == {filename: hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic ???",
        "Bearer bodega-x",
        "Digest abc",
        basic(""),
        basic("bodega-" + "A" * 48),
        basic("é"),
    ],
)
def test_without_a_valid_token_nothing_is_read(house: House, authorization: str) -> None:
    content, filename = sample("locked")
    before = house.files()
    status, reason, text = upload(
        house.bodega, "", content, filename, name="locked", headers={"authorization": authorization}
    )
    assert status == 401
    assert (
        reason == text.splitlines()[0] == ("the token is not valid" if authorization else "a token is needed")
    )
    assert (house.files(), house.page("locked")) == (before, {})


def test_a_wrong_secret_and_an_unknown_token_get_one_answer(house: House) -> None:
    content, filename = sample("locked")
    wrong = house.token[:-10] + ("A" if house.token[-10] != "A" else "B") + house.token[-9:]
    answers = {
        upload(house.bodega, token, content, filename, name="locked")
        for token in (wrong, "bodega-nothing", "pypi-AgEIcHlwaS5vcmc")
    }
    assert len(answers) == 1


def test_every_way_to_give_a_token(house: House) -> None:
    content, filename = sample("ways")
    for authorization in (f"Bearer {house.token}", basic(house.token), basic(house.token, user="anybody")):
        headers = {"authorization": authorization}
        assert upload(house.bodega, "", content, filename, name="ways", headers=headers)[0] == 200


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--scope", "read"), "not upload"),
        (("--scope", "manage", "--scope", "read"), "not upload"),
        (("--scope", "upload", "--project", "Another.Project"), "another-project only"),
        (("--scope", "upload", "--index", "staging"), "index staging only"),
    ],
)
def test_a_token_for_something_else(house: House, words: tuple[str, ...], why: str) -> None:
    token = new_token(house.folder, *words)["token"]
    content, filename = sample("forbidden")
    before = house.files()
    status, reason, text = upload(house.bodega, token, content, filename, name="forbidden")
    assert (status, reason) == (403, "the token may not upload")
    assert why in text
    assert (house.files(), house.page("forbidden")) == (before, {})


def test_a_token_of_a_project_uploads_to_it(house: House) -> None:
    token = new_token(house.folder, "--scope", "upload", "--project", "My.Own")["token"]
    content, filename = sample("my-own")
    assert upload(house.bodega, token, content, filename, name="my-own")[0] == 200


def test_a_revoked_token_is_no_token_at_the_next_request(house: House) -> None:
    made = new_token(house.folder)
    content, filename = sample("revoked")
    assert upload(house.bodega, made["token"], content, filename, name="revoked")[0] == 200
    revoked = command(house.folder, "token", "revoke", made["id"], "--data", str(house.folder / "data"))
    assert revoked.returncode == 0
    assert upload(house.bodega, made["token"], content, filename, name="revoked")[0] == 401


def test_all_faults_in_words_and_as_a_document(house: House) -> None:
    before = house.files()
    fields = {"md5_digest": "0" * 32, "protocol_version": "7", "name": "other"}
    status, reason, text = upload(house.bodega, house.token, b"no zip", wheel_filename(), fields=fields)
    assert status == 400
    assert reason.startswith(text.splitlines()[0])
    assert reason.count("; ") >= 2
    wanted = {"E-UPLOAD-DIGEST", "E-UPLOAD-FORM", "E-UPLOAD-FILENAME", "E-WHEEL-STRUCTURE"}
    assert all(code in text for code in wanted)
    status, _, text = upload(
        house.bodega,
        house.token,
        b"no zip",
        wheel_filename(),
        fields=fields,
        headers={"accept": "application/problem+json"},
    )
    document = json.loads(text)
    assert (status, document["status"], document["code"]) == (400, 400, "E-UPLOAD-REFUSED")
    assert wanted <= {fault["code"] for fault in document["faults"]}
    assert house.files() == before


def test_an_upload_over_the_limit(house: House) -> None:
    before = house.files()
    content, filename = sample("huge", files={"x.bin": bytes(range(256)) * 3000})
    big = content + b"\0" * 300_000
    body, content_type = form_body(form_fields("huge", "1.0", "bdist_wheel", big), filename, big)
    headers = {"content-type": content_type, "authorization": basic(house.token)}
    for sent in (body, iter([body[:200_000], body[200_000:]])):  # by length, and in chunks without one
        status, reason, text = post(house.bodega, sent, headers)
        assert (status, "larger than 300000 bytes" in text, "larger" in reason) == (413, True, True)
    assert (house.files(), house.page("huge")) == (before, {})


def test_a_client_that_asks_first_is_told_before_it_sends(house: House) -> None:
    with socket.create_connection((house.bodega.host, house.bodega.port), timeout=10) as line:
        head = (
            "POST /legacy/ HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100000\r\n"
            "content-type: multipart/form-data; boundary=x\r\n\r\n"
        )
        line.sendall(head.encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 401 a token is needed\r\n")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 400),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=" + "x" * 300, b"--", 400),
        ("multipart/form-data; boundary=x", b"garbage", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", b"", 400),
    ],
)
def test_bodies_that_are_no_form(house: House, content_type: str, body: bytes, status: int) -> None:
    headers = {"content-type": content_type, "authorization": basic(house.token)}
    answer = post(house.bodega, body, headers)
    assert answer[0] == status
    assert answer[1] not in ("", "Bad Request")


def test_fields_that_are_too_many_or_too_long(house: House) -> None:
    for field in ("\0" * 299_000, ""):
        parts = "".join(
            f'--x\r\nContent-Disposition: form-data; name="classifiers"\r\n\r\n{field}\r\n'
            for _ in range(1 if field else 4000)
        )
        headers = {"content-type": "multipart/form-data; boundary=x", "authorization": basic(house.token)}
        assert post(house.bodega, f"{parts}--x--\r\n".encode(), headers)[0] in (400, 413)


def test_an_upload_that_breaks_off_leaves_nothing(house: House) -> None:
    content, filename = sample("broken", files={"x.bin": bytes(range(256)) * 100})
    body, content_type = form_body(form_fields("broken", "1.0", "bdist_wheel", content), filename, content)
    before = house.files()
    for share in (0.3, 0.7, 0.99):
        head = (
            f"POST /legacy/ HTTP/1.1\r\nhost: x\r\nauthorization: {basic(house.token)}\r\n"
            f"content-type: {content_type}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((house.bodega.host, house.bodega.port)) as line:
            line.sendall(head.encode() + body[: int(len(body) * share)])
    house.wait_for(lambda: house.files() == before)
    assert house.page("broken") == {}


def test_other_methods_and_paths(house: House) -> None:
    answer = house.bodega.get("/legacy/")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    status, _, _ = post(house.bodega, b"", {}, path="/legacy")
    assert status == 308
    content, filename = sample("named")
    for path, expected in (("/index/main/legacy/", 200), ("/index/nobody/legacy/", 404)):
        assert upload(house.bodega, house.token, content, filename, name="named", path=path)[0] == expected


def test_one_of_200_racing_uploads_wins(house: House) -> None:
    """Four different wheels of one name, each sent fifty times at once, on kept connections."""
    contents = [sample("race", files={"race.py": str(number).encode()})[0] for number in range(4)]
    filename = wheel_filename("race")
    before = house.files()
    outcomes: Counter[tuple[str, int]] = Counter()
    counting, ready = threading.Lock(), threading.Barrier(20)

    def send(thread: int) -> None:
        connection = http.client.HTTPConnection(house.bodega.host, house.bodega.port, timeout=60)
        ready.wait()
        for turn in range(10):
            content = contents[(thread + turn) % 4]
            body, content_type = form_body(
                form_fields("race", "1.0", "bdist_wheel", content), filename, content
            )
            headers = {"content-type": content_type, "authorization": basic(house.token)}
            connection.request("POST", "/legacy/", body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200 or text.startswith("File already exists"), text
            with counting:
                outcomes[hashlib.sha256(content).hexdigest(), answer.status] += 1
        connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = house.page("race").values()
    assert outcomes == {
        (digest, 200 if digest == winner else 400): 50
        for digest in (hashlib.sha256(content).hexdigest() for content in contents)
    }
    new = house.files() - before
    assert winner in new
    assert len(new) == 2, "the winner and its metadata"


def _limit(bodega: Bodega, most: int) -> None:
    resource.prlimit(bodega.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are a thing of Linux")
def test_a_full_disk_is_said_in_words_and_ends(tmp_path: Path) -> None:
    """A limit on the length of files: at first of blobs, then of the database alone, then none."""
    house = House(tmp_path)
    try:
        small = sample("small")
        big = sample("big", files={"x.bin": random.Random(7).randbytes(200_000)})
        assert upload(house.bodega, house.token, *small, name="small")[0] == 200
        before = house.files()
        _limit(house.bodega, 100_000)
        answer = upload(house.bodega, house.token, *big, name="big")
        assert answer[:2] == (507, "the storage of the index is full")
        assert house.files() == before
        assert (list(house.page("big")), list(house.page("small"))) == ([], [small[1]])
        _limit(house.bodega, 4_000)
        tiny = sample("tiny", files={"x.py": b""})
        assert upload(house.bodega, house.token, *tiny, name="tiny")[0] == 507
        assert (house.files(), house.page("tiny")) == (before, {})
        _limit(house.bodega, resource.RLIM_INFINITY)
        assert upload(house.bodega, house.token, *tiny, name="tiny")[0] == 200
        assert upload(house.bodega, house.token, *big, name="big")[0] == 200
        assert house.page("big") == {big[1]: hashlib.sha256(big[0]).hexdigest()}
    finally:
        assert house.bodega.end() == 0
