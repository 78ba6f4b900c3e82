"""Upload forms made to do harm, as raw HTTP: every one is refused in words, and leaves nothing."""

import gzip
import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support.distributions import form_body, form_fields, sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import basic, post
from support.upload_house import PROBLEM, UploadHouse

LIMIT = 40_000_000
PATIENCE = 2
CONTENT, FILENAME = wheel_bytes("evil"), wheel_filename("evil")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadHouse]:
    folder = tmp_path_factory.mktemp("index")
    made = UploadHouse(folder, BODEGA_UPLOAD_LIMIT=str(LIMIT), BODEGA_UPLOAD_PATIENCE=str(PATIENCE))
    yield made
    assert made.bodega.end() == 0
    assert not any("Traceback" in line for line in made.bodega.lines)


def attack(number: int, what: str, expected: str) -> pytest.MarkDecorator:
    return pytest.mark.hostile(case=number, surface="upload form", what=what, expected=expected)


def memory(house: UploadHouse) -> int:
    status = Path(f"/proc/{house.bodega.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    assert found is not None
    return int(found.group(1)) << 10


def part(name: str, value: bytes = b"", more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def parts(*given: bytes, filename: str = FILENAME, end: bytes = b"--x--\r\n") -> bytes:
    """A right form, with these parts before its content."""
    fields = form_fields("evil", "1.0", "bdist_wheel", CONTENT)
    right = b"".join(part(name, value.encode()) for name, value in fields.items())
    return b"".join((*given, right, part("content", CONTENT, f'; filename="{filename}"'), end))


def send(house: UploadHouse, body: object, **headers: str) -> tuple[int, set[str]]:
    """Post a body as it is; status and codes."""
    sent = {
        "content-type": "multipart/form-data; boundary=x",
        "authorization": basic(house.token),
        **PROBLEM,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    status, _, text = post(house.bodega, body, sent)
    document = json.loads(text) if status != 200 else {"code": "taken"}
    return status, {fault["code"] for fault in document.get("faults", ())} or {document["code"]}


WRONG = [
    ("sha256_digest", "0" * 64),
    ("md5_digest", "0" * 32),
    ("blake2_256_digest", "0" * 64),
    ("sha256_digest", hashlib.sha256(CONTENT).hexdigest()[:-2]),
    ("md5_digest", "not hexadecimal"),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
@attack(85, "wrong digest", "400 E-UPLOAD-DIGEST")
def test_wrong_digests(house: UploadHouse, field: str, value: str) -> None:
    assert house.refusal(CONTENT, FILENAME, fields={field: value}) == (400, {"E-UPLOAD-DIGEST"})


@attack(86, "other bytes under a used name", "400 File already exists")
@attack(86, "the same bytes again", "200")
def test_a_name_keeps_its_bytes(house: UploadHouse) -> None:
    first, other = wheel_bytes("kept"), wheel_bytes("kept", files={"x.py": b""})
    filename = wheel_filename("kept")
    assert [house.send(first, filename, name="kept")[0] for _ in range(2)] == [200, 200]
    status, reason, text = house.send(other, filename, name="kept")
    assert (status, text.startswith("File already exists")) == (400, True)
    assert reason.startswith("File already exists")
    assert house.refusal(other, filename, name="kept") == (400, {"E-FILE-EXISTS"})


FORMS = {
    (87, "content without a file name"): parts(end=b"").replace(f'; filename="{FILENAME}"'.encode(), b"")
    + b"--x--\r\n",
    (87, "content with an empty file name"): parts(filename=""),
    (87, "part without a name"): b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + parts(),
    (87, "part without headers"): b"--x\r\n\r\n1\r\n" + parts(),
    (87, "content encoded in base64"): parts().replace(
        b"\r\n\r\nPK", b"\r\nContent-Transfer-Encoding: base64\r\n\r\nPK"
    ),
    (88, "content twice"): parts(part("content", CONTENT, f'; filename="{FILENAME}"')),
    (88, "content once as a field"): parts(part("content", b"x")),
    (88, "name twice"): parts(part("name", b"evil")),
    (88, "digest twice"): parts(part("sha256_digest", b"0" * 64)),
    (88, "version twice, otherwise"): parts(part("version", b"2.0")),
    (91, "no end of the form"): parts(end=b""),
    (91, "no form at all"): b"\0" * 1000,
    (91, "an empty body"): b"",
    (95, "file name with a slash"): parts(filename="../evil-1.0-py3-none-any.whl"),
    (95, "file name with a backslash"): parts(filename="..\\\\evil-1.0-py3-none-any.whl"),
    (95, "file name with %2f"): parts(filename="..%2fevil-1.0-py3-none-any.whl"),
    (95, "file name with a NUL"): parts(filename="evil-1.0-py3-none-any.whl\0.txt"),
    (95, "file name of RFC 5987"): parts().replace(
        f'filename="{FILENAME}"'.encode(), b"filename*=UTF-8''..%2Fevil-1.0-py3-none-any.whl"
    ),
    (95, "file name as an encoded word"): parts(filename="=?utf-8?q?evil-1.0-py3-none-any.whl?="),
    (95, "file name of 5,000 characters"): parts(filename=f"{'e' * 5000}-1.0-py3-none-any.whl"),
    (95, "an .exe"): parts(filename="evil-1.0.win-amd64.exe"),
    (95, "an .egg"): parts(filename="evil-1.0-py3.11.egg"),
    (95, "a .zip"): parts(filename="evil-1.0.zip"),
}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(body, id=what, marks=attack(number, what, "400"))
        for (number, what), body in FORMS.items()
    ],
)
def test_forms_that_mean_nothing_or_two_things(house: UploadHouse, body: bytes, record_property) -> None:
    before = house.files()
    status, codes = send(house, body)
    record_property("got", f"{status} {', '.join(sorted(codes))}")
    assert status == 400
    assert codes
    assert (house.files(), house.listed("evil")) == (before, set())


@attack(89, "20,000 fields", "413 E-FORM-TOO-LARGE")
def test_very_many_fields(house: UploadHouse) -> None:
    many = part("classifiers", b"a") * 20_000
    assert send(house, parts(many)) == (413, {"E-FORM-TOO-LARGE"})


@attack(90, "a field of 1 GB", "413 E-FORM-TOO-LARGE, memory bounded")
def test_an_endless_field(house: UploadHouse, tmp_path: Path) -> None:
    """Announced without a length, so that nothing but what comes can be refused; far more than is drained."""
    before, piece = memory(house), b"x" * (1 << 20)

    def endless() -> Iterator[bytes]:
        yield part("description")[:-2]
        for _ in range(1024):
            yield piece

    # A client that goes on sending after the answer may find the connection gone.
    with suppress(BrokenPipeError, ConnectionResetError):
        assert send(house, endless()) == (413, {"E-FORM-TOO-LARGE"})
    assert memory(house) - before < 100 << 20


@attack(90, "a header of a part without end", "400 E-FORM-MALFORMED")
def test_an_endless_header_of_a_part(house: UploadHouse) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 100_000
    assert send(house, body) == (400, {"E-FORM-MALFORMED"})


def raw(house: UploadHouse, *lines: str, body: bytes = b"", shut: bool = False, seconds: float = 15) -> bytes:
    """Send a head and a body of one's own; all that comes back."""
    head = "\r\n".join(
        (
            "POST /legacy/ HTTP/1.1",
            "host: x",
            f"authorization: {basic(house.token)}",
            "content-type: multipart/form-data; boundary=x",
            *lines,
            "",
            "",
        )
    )
    with socket.create_connection((house.bodega.host, house.bodega.port), timeout=seconds) as line:
        line.sendall(head.encode() + body)
        if shut:
            line.shutdown(socket.SHUT_WR)
        got = b""
        while piece := line.recv(65536):
            got += piece
            if b"\r\n\r\n" in got and shut is False and b"connection: close" not in got.lower():
                break
        return got


@attack(91, "a length that is less than the body", "400, and the rest is no request")
def test_a_length_that_is_too_small(house: UploadHouse) -> None:
    before, body = house.files(), parts()
    got = raw(house, f"content-length: {len(body) - 40}", "connection: close", body=body)
    assert got.startswith(b"HTTP/1.1 400 ")
    assert got.count(b"HTTP/1.1 ") == 1
    assert house.files() == before


@attack(91, "a length that is more than the body", "408 E-UPLOAD-SLOW")
def test_a_length_that_is_too_large(house: UploadHouse) -> None:
    before, body = house.files(), parts()
    got = raw(house, f"content-length: {len(body) + 1000}", body=body)
    assert got.startswith(b"HTTP/1.1 408 ")
    assert b"E-UPLOAD-SLOW" in got
    assert house.files() == before


@attack(91, "a length over the limit", "413 before the body")
def test_a_length_over_the_limit(house: UploadHouse) -> None:
    got = raw(house, f"content-length: {10 << 40}", "expect: 100-continue")
    assert got.startswith(b"HTTP/1.1 413 ")


@attack(92, "chunked and a length", "400, or one request")
def test_two_framings(house: UploadHouse, record_property) -> None:
    before, body = house.files(), parts()
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n"
    got = raw(
        house,
        "transfer-encoding: chunked",
        f"content-length: {len(smuggled)}",
        "connection: close",
        body=smuggled,
    )
    record_property("got", got.partition(b"\r\n")[0].decode()[:60])
    assert got.startswith(b"HTTP/1.1 400 ")
    assert b"/smuggled" not in got
    got = raw(house, "content-length: 5", f"content-length: {len(body)}", "connection: close", body=body)
    assert got.startswith(b"HTTP/1.1 400 ")
    assert house.files() == before


@attack(93, "a body of one byte a second", "408 E-UPLOAD-SLOW")
def test_a_slow_body(house: UploadHouse) -> None:
    before, begun = house.files(), time.monotonic()
    head = (
        f"POST /legacy/ HTTP/1.1\r\nhost: x\r\nauthorization: {basic(house.token)}\r\n"
        "content-type: multipart/form-data; boundary=x\r\ncontent-length: 100000\r\n\r\n"
    )
    with socket.create_connection((house.bodega.host, house.bodega.port), timeout=20) as line:
        line.sendall(head.encode())
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.2):
                try:
                    line.sendall(b"-")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            got = line.recv(1000)
        finally:
            stop.set()
            dripping.join()
    assert got.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < PATIENCE + 8
    assert house.files() == before


@attack(94, "aborted half way", "no trace")
def test_an_abort_leaves_no_trace(house: UploadHouse) -> None:
    before, body = house.files(), parts()
    for share in (0.5, 0.9, 1 - 3 / len(body)):
        raw_body = body[: int(len(body) * share)]
        raw(house, f"content-length: {len(body)}", "connection: close", body=raw_body, shut=True)
    ending = time.monotonic() + 10
    while house.files() != before:
        assert time.monotonic() < ending
        time.sleep(0.02)
    assert house.listed("evil") == set()


@attack(98, "two writers of one new project at once", "one project, both files")
def test_two_writers_of_one_new_project(house: UploadHouse) -> None:
    answers: list[tuple[int, str, str]] = []
    files = [(wheel_bytes("squat"), wheel_filename("squat")), (sdist_bytes("squat"), "squat-1.0.tar.gz")]
    gate = threading.Barrier(2)

    def write(content: bytes, filename: str) -> None:
        gate.wait()
        answers.append(house.send(content, filename, name="squat"))

    writers = [threading.Thread(target=write, args=file) for file in files]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [status for status, _, _ in answers] == [200, 200]
    assert house.listed("squat") == {filename for _, filename in files}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
@attack(104, "a compressed body", "415 E-UPLOAD-ENCODING")
def test_a_bomb_as_a_request(house: UploadHouse, encoding: str) -> None:
    body = gzip.compress(parts(part("description", b"x" * (30 << 20))))
    assert send(house, body, content_encoding=encoding) == (415, {"E-UPLOAD-ENCODING"})


@pytest.mark.parametrize("action", ["submit", "submit_pkg_info", "doc_upload"])
@attack(101, "an action of the past", "410 E-ACTION-GONE")
def test_actions_of_the_past(house: UploadHouse, action: str) -> None:
    fields = {":action": action, "name": "evil", "version": "1.0"}
    body, content_type = form_body(fields, FILENAME, CONTENT)
    headers = {"content-type": content_type, "authorization": basic(house.token), **PROBLEM}
    status, _, text = post(house.bodega, body, headers)
    assert (status, json.loads(text)["code"]) == (410, "E-ACTION-GONE")
    bare = b"".join(part(name, value.encode()) for name, value in fields.items()) + b"--x--\r\n"
    assert send(house, bare) == (410, {"E-ACTION-GONE"})


@attack(101, "another method", "405")
def test_other_methods(house: UploadHouse) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = house.bodega.get("/legacy/", method, X_HTTP_Method_Override="POST")
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
