"""A server that is killed again and again while clients upload and pull through it, and what came of it."""

import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from support.distributions import form_body, form_fields, wheel_bytes, wheel_filename
from support.publishing import basic, command, new_token
from support.server import Bodega
from support.upstream import Upstream

_SIZES = (10, 30_000, 2_000_000)
_PULLED = 12


@dataclass
class Outcome:
    """What is known after some kills. ``lost``, ``halves`` and ``wrong`` say what must not be."""

    kills: int = 0
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    pulled: int = 0
    pulls_cut: int = 0
    lost: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)


class Uploader(threading.Thread):
    """Uploads one wheel after the other until the server is gone."""

    def __init__(self, bodega: Bodega, token: str, *, name: str, begin: int) -> None:
        super().__init__()
        self.bodega, self.token, self.name, self.number = bodega, token, name, begin
        self.sent: dict[str, str] = {}
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.bodega.host, self.bodega.port, timeout=20)
        try:
            while True:
                self._upload(connection)
        except (OSError, http.client.HTTPException):
            connection.close()

    def _upload(self, connection: http.client.HTTPConnection) -> None:
        version = f"1.{self.number}"
        self.number += 1
        content = wheel_bytes(self.name, version, files={"x.bin": random.randbytes(random.choice(_SIZES))})
        filename = wheel_filename(self.name, version)
        digest = hashlib.sha256(content).hexdigest()
        self.sent[filename] = digest
        body, kind = form_body(form_fields(self.name, version, "bdist_wheel", content), filename, content)
        headers = {"content-type": kind, "authorization": basic(self.token)}
        connection.request("POST", "/legacy/", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        self.acknowledged[filename] = digest


class Puller(threading.Thread):
    """Asks for an upstream's pages and files until the server is gone."""

    def __init__(self, bodega: Bodega) -> None:
        super().__init__()
        self.bodega = bodega
        self.whole = self.cut = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.bodega.host, self.bodega.port, timeout=20)
        try:
            while True:
                self._pull(connection, f"theirs-{random.randrange(_PULLED)}")
        except (OSError, http.client.HTTPException):
            self.cut += 1
            connection.close()

    def _pull(self, connection: http.client.HTTPConnection, name: str) -> None:
        page = _ask(connection, f"/simple/{name}/")
        for file in json.loads(page)["files"]:
            path = "/files/" + file["url"].partition("/files/")[2]
            for ending, digest in (("", file["hashes"]["sha256"]), (".metadata", None)):
                content = _ask(connection, path + ending)
                if digest is not None and hashlib.sha256(content).hexdigest() != digest:
                    self.wrong.append(f"{path}{ending}")
                self.whole += 1


class Battle:
    """One data folder with its server, killed and started again by ``fight``."""

    def __init__(self, folder: Path, *, workers: int = 1, uploaders: int = 4, pullers: int = 2) -> None:
        self.folder = folder
        self.outcome = Outcome()
        self._uploaders, self._pullers = uploaders, pullers
        self._upstream = Upstream()
        for number in range(_PULLED):
            name, size = f"theirs-{number}", random.choice(_SIZES)
            content = wheel_bytes(name, "1.0", files={"x.bin": random.randbytes(size)})
            self._upstream.add(name, wheel_filename(name), content)
        self._arguments = ("--upstream", self._upstream.root, "--workers", str(workers))
        try:
            self._token = new_token(folder)["token"]
            self.bodega = Bodega(folder, *self._arguments, BODEGA_REVALIDATE="0")
        except BaseException:
            self._upstream.die()
            raise

    def fight(self, kills: int) -> Iterator[Outcome]:
        """Kill that many times; yields after each, with the server running again."""
        for turn in range(kills):
            self._round(turn)
            began = time.monotonic()
            self.bodega = Bodega(self.folder, *self._arguments, BODEGA_REVALIDATE="0")
            self.outcome.restarts.append(time.monotonic() - began)
            self.outcome.kills += 1
            self._check()
            self._forget_kept()
            yield self.outcome

    def verify(self) -> None:
        """Let ``bodega verify`` look at all of it, beside the server."""
        done = command(self.folder, "verify", "--data", str(self.folder / "data"), "--json")
        found = json.loads(done.stdout)["index"]["faults"]
        # What a kill leaves without a row is no fault until it is old.
        self.outcome.unclean += [f"{one['kind']} {one['of']}" for one in found]
        if done.returncode != 0 and not found:
            self.outcome.unclean.append(done.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bodega.end()
        self._upstream.die()

    def _round(self, turn: int) -> None:
        uploaders = [
            Uploader(self.bodega, self._token, name=f"project-{number}", begin=turn * 1000)
            for number in range(self._uploaders)
        ]
        pullers = [Puller(self.bodega) for _ in range(self._pullers)]
        for thread in (*uploaders, *pullers):
            thread.start()
        # Only once work is under way: a kill during nothing would prove nothing.
        while not any(uploader.acknowledged for uploader in uploaders):
            assert any(uploader.is_alive() for uploader in uploaders), "the server is gone by itself"
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.15))
        kill(self.bodega)
        for thread in (*uploaders, *pullers):
            thread.join()
        self._count(uploaders, pullers)

    def _count(self, uploaders: list[Uploader], pullers: list[Puller]) -> None:
        outcome = self.outcome
        for uploader in uploaders:
            outcome.sent |= uploader.sent
            outcome.acknowledged |= uploader.acknowledged
            outcome.cut += len(uploader.sent) - len(uploader.acknowledged)
        for puller in pullers:
            outcome.pulled += puller.whole
            outcome.pulls_cut += puller.cut
            outcome.wrong += puller.wrong

    def _check(self) -> None:
        """Every acknowledged file is listed; every listed one was sent, is whole, and has its metadata."""
        listed: dict[str, dict[str, Any]] = {}
        for number in range(self._uploaders):
            answer = self.bodega.json(f"/simple/project-{number}/")
            if answer.status == 200:
                files = json.loads(answer.body)["files"]
                listed |= {file["filename"]: file for file in files}
                self.outcome.halves += [] if files else [f"project-{number} has no files"]
        digests = {filename: file["hashes"]["sha256"] for filename, file in listed.items()}
        outcome = self.outcome
        outcome.lost += [name for name, digest in outcome.acknowledged.items() if digests.get(name) != digest]
        outcome.halves += [name for name, digest in digests.items() if outcome.sent.get(name) != digest]
        sample = random.sample(sorted(listed), min(10, len(listed)))
        for filename in {*sample, *list(listed)[-5:]}:
            self._check_file(listed[filename])

    def _check_file(self, file: dict[str, Any]) -> None:
        path = "/files/" + file["url"].partition("/files/")[2]
        metadata = file["core-metadata"]["sha256"]
        for ending, digest in (("", file["hashes"]["sha256"]), (".metadata", metadata)):
            answer = self.bodega.get(path + ending)
            if answer.status != 200 or hashlib.sha256(answer.body).hexdigest() != digest:
                self.outcome.halves.append(f"{file['filename']}{ending}: {answer.status}")

    def _forget_kept(self) -> None:
        """Take what is kept of the upstream away, so that it is pulled through again."""
        wanted = {hashlib.sha256(content).hexdigest() for content in self._upstream.files.values()}
        for digest in wanted:
            with contextlib.suppress(FileNotFoundError):
                (self.folder / "data" / "blobs" / "sha256" / digest[:2] / digest).unlink()


def kill(bodega: Bodega) -> None:
    """SIGKILL for every process of a server, in no order."""
    pids = [bodega.process.pid, *_children(bodega.process.pid)]
    random.shuffle(pids)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    bodega.end()


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def _ask(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 200, (path, answer.status, content[:200])
    return content
