"""Answers of an index that means harm to who installs from it; each arranged on a ``support.upstream.Upstream``."""

import gzip
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename
from support.upstream import JSON, Handler, Upstream, always

NAME = "victim"
FILE, WHEEL = wheel_filename(NAME), wheel_bytes(NAME)
OTHER = wheel_bytes(NAME, files={"victim.py": b"EVIL = 1\n"})


@dataclass(frozen=True)
class Case:
    """``codes`` are our exit codes that are right, ``code`` begins ours of the error; empty: installed, rightly."""

    number: int
    what: str
    arrange: Callable[[Upstream, Path], None]
    codes: tuple[int, ...] = (4,)
    code: str = "E-"
    slow: bool = False


def offered(**changes: object) -> Callable[[Upstream, Path], None]:
    """The wheel with an entry of the page changed; ``None`` leaves a key out."""

    def arrange(upstream: Upstream, _folder: Path) -> None:
        upstream.add(NAME, FILE, WHEEL, **changes)

    return arrange


def answered(body: bytes, kind: str = JSON) -> Callable[[Upstream, Path], None]:
    """Everything is answered so."""

    def arrange(upstream: Upstream, _folder: Path) -> None:
        upstream.fault = always(200, body, kind)

    return arrange


def _sent(content: bytes) -> Callable[[Upstream, Path], None]:
    def arrange(upstream: Upstream, _folder: Path) -> None:
        upstream.add(NAME, FILE, WHEEL)
        upstream.files[FILE] = content

    return arrange


def _local(upstream: Upstream, folder: Path) -> None:
    path = folder / FILE
    path.write_bytes(OTHER)
    upstream.add(NAME, FILE, OTHER, url=path.as_uri())


def _redirected_to(target: Callable[[Path], str]) -> Callable[[Upstream, Path], None]:
    def arrange(upstream: Upstream, folder: Path) -> None:
        (folder / FILE).write_bytes(WHEEL)
        upstream.add(NAME, FILE, WHEEL)

        def redirect(handler: Handler) -> bool:
            if not handler.path.startswith("/files/"):
                return False
            handler.answer(302, b"", "text/plain", Location=target(folder))
            return True

        upstream.fault = redirect

    return arrange


def _loop(upstream: Upstream, _folder: Path) -> None:
    def loop(handler: Handler) -> bool:
        handler.answer(302, b"", "text/plain", Location=handler.path)
        return True

    upstream.fault = loop


def _hiding(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, wheel_bytes(NAME, metadata="Requires-Dist: needed\n"), **{"core-metadata": True})
    upstream.add("needed", wheel_filename("needed"), wheel_bytes("needed"))
    upstream.documents[f"{FILE}.metadata"] = f"Metadata-Version: 2.4\nName: {NAME}\nVersion: 1.0\n".encode()


def needing(upstream: Upstream, inline: object) -> None:
    """The wheel needs another project, and its ``.metadata`` says so; ``inline`` is what the page tells."""
    document = f"Metadata-Version: 2.4\nName: {NAME}\nVersion: 1.0\nRequires-Dist: needed\n"
    wheel = wheel_bytes(NAME, metadata="Requires-Dist: needed\n")
    upstream.add(
        NAME, FILE, wheel, **{"core-metadata": {"sha256": hashlib.sha256(document.encode()).hexdigest()}}
    )
    upstream.documents[f"{FILE}.metadata"] = document.encode()
    upstream.add("needed", wheel_filename("needed"), wheel_bytes("needed"))
    upstream.extra["_bodega"] = inline


def _telling_less(upstream: Upstream, _folder: Path) -> None:
    needing(upstream, {"format": 1, "texts": [], "metadata": [[[], None, []]], "files": [0]})


#: What is told of files in another form than ours.
ODD_INLINE = (
    ("a text", "needed"),
    ("lists in lists", [[[[[]]]]] * 10),
    ("a text that is a list", {"format": 1, "texts": [["x"]], "metadata": [[[0], None, []]], "files": [0]}),
    ("a place beyond the end", {"format": 1, "texts": [], "metadata": [[[7], None, []]], "files": [0]}),
    ("a place before the beginning", {"format": 1, "texts": [], "metadata": [[[], None, []]], "files": [-1]}),
    ("a place that is itself", {"format": 1, "texts": [], "metadata": [[[[0]], None, []]], "files": [[0]]}),
    ("metadata for other files", {"format": 1, "texts": [], "metadata": [[[], None, []]], "files": [0, 0]}),
    ("a line within a line", {"format": 1, "texts": ["a\nb"], "metadata": [[[], None, []]], "files": [0]}),
    ("a million rows", {"format": 1, "texts": [], "metadata": [[]] * 1_000_000, "files": [0]}),
    (
        "a million requirements",
        {"format": 1, "texts": ["needed"], "metadata": [[[0] * 1_000_000, None, []]], "files": [0]},
    ),
)


def _false_metadata_hash(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL, **{"core-metadata": {"sha256": "0" * 64}})
    upstream.documents[f"{FILE}.metadata"] = f"Metadata-Version: 2.4\nName: {NAME}\nVersion: 1.0\n".encode()


def _quarantined(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL)
    upstream.extra["project-status"] = {"status": "quarantined", "reason": "malware"}


def _version_2(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL)
    upstream.extra["meta"] = {"api-version": "2.0"}


def _other_project(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL)
    upstream.extra["name"] = "another"


def _leaving(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL)["filename"] = f"../../../{FILE}"


def _bomb(upstream: Upstream, _folder: Path) -> None:
    packed = gzip.compress(b" " * (300 << 20), 9)

    def bomb(handler: Handler) -> bool:
        handler.begin(200, JSON, len(packed), **{"Content-Encoding": "gzip"})
        handler.wfile.write(packed)
        return True

    upstream.fault = bomb


def _cut(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL)

    def cut(handler: Handler) -> bool:
        if not handler.path.startswith("/files/"):
            return False
        handler.begin(200, "application/octet-stream", len(WHEEL))
        handler.wfile.write(WHEEL[: len(WHEEL) // 2])
        handler.close_connection = True
        return True

    upstream.fault = cut


def _drip(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL)

    def drip(handler: Handler) -> bool:
        if not handler.path.startswith("/files/"):
            return False
        handler.begin(200, "application/octet-stream", len(WHEEL))
        for at in range(len(WHEEL)):
            try:
                handler.wfile.write(WHEEL[at : at + 1])
                handler.wfile.flush()
            except OSError:
                break
            time.sleep(1)
        return True

    upstream.fault = drip


def _future(upstream: Upstream, _folder: Path) -> None:
    upstream.add(NAME, FILE, WHEEL, **{"upload-time": "2099-01-01T00:00:00Z"})


def _many_versions() -> bytes:
    versions = [str(number) for number in range(1_000_000)]
    page = {"meta": {"api-version": "1.1"}, "name": NAME, "files": [], "versions": versions}
    return json.dumps(page).encode()


_MD5 = hashlib.md5(WHEEL, usedforsecurity=False).hexdigest()

CASES = (
    Case(122, "a file without a hash", offered(hashes={}), (3, 4)),
    Case(123, "a file with an md5 alone", offered(hashes={"md5": _MD5}), (3, 4)),
    Case(124, "bytes of another sha256", offered(hashes={"sha256": "0" * 64}), (4,), "E-HASH-MISMATCH"),
    Case(125, "a size that is not the file's", offered(size=17), (4,), "E-SIZE"),
    Case(126, "a file whose URL is file:", _local, (3, 4)),
    Case(127, "a redirect loop", _loop, (5,), "E-INDEX"),
    Case(
        128, "a redirect to file:", _redirected_to(lambda folder: (folder / FILE).as_uri()), (5,), "E-INDEX"
    ),
    Case(129, "metadata that hides a dependency", _hiding, (4,), "E-METADATA"),
    Case(129, "a page that tells less than the wheel needs", _telling_less, (4,), "E-METADATA"),
    Case(130, "metadata of another hash than declared", _false_metadata_hash, (4,), "E-HASH"),
    Case(131, "a project in quarantine", _quarantined, (3, 4)),
    Case(132, "a page of API version 2.0", _version_2, (4,), "E-PAGE"),
    Case(133, "the page of another project", _other_project, (4,), "E-PAGE"),
    Case(134, "a page of 300 MB in 300 KB of gzip", _bomb, (4, 5)),
    Case(135, "200,000 levels of JSON", answered(b"[" * 200_000), (4,), "E-PAGE"),
    Case(136, "HTML said to be JSON", answered(b"<html></html>"), (4,), "E-PAGE"),
    Case(137, "a file name that leaves its folder", _leaving, (3, 4)),
    Case(138, "a body that is cut", _cut, (5,), "E-DOWNLOAD"),
    Case(139, "a body too short, its length honest", _sent(WHEEL[:-9]), (4,)),
    Case(139, "other bytes of the right length", _sent(OTHER.ljust(len(WHEEL), b"!")[: len(WHEEL)]), (4,)),
    Case(
        140, "500 to everything", lambda upstream, _: setattr(upstream, "fault", always(500)), (5,), "E-INDEX"
    ),
    Case(
        141, "200 and a login page", answered(b"<html><body>Please log in</body></html>", "text/html"), (4,)
    ),
    Case(142, "a byte a second", _drip, (5,), slow=True),
    Case(147, "a page of a million versions", answered(_many_versions()), (3, 4, 5)),
    Case(149, "a redirect into the network around", _redirected_to(lambda _: "http://169.254.1.1/x"), (4, 5)),
)
