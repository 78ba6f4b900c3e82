"""An upstream index on loopback that can be slow, cut, lie, fail and die."""

import contextlib
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

JSON = "application/vnd.pypi.simple.v1+json"

#: Answers one request in place of the upstream; ``None`` when it does not want to.
Fault = Callable[["Handler"], bool]


class Upstream:
    """Serves ``/simple/NAME/`` and ``/files/FILENAME``; everything asked is in ``asked``."""

    def __init__(self) -> None:
        self.pages: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[str, bytes] = {}
        self.documents: dict[str, bytes] = {}
        self.extra: dict[str, Any] = {}
        self.etags = False
        self.form = "json"
        self.ranges = True
        self.several_ranges = False
        self.says_length = True
        self.fault: Fault | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        upstream = self

        class Bound(Handler):
            def __init__(self, *arguments: Any) -> None:
                self.upstream = upstream
                super().__init__(*arguments)

        self._server = _Server(("127.0.0.1", 0), Bound)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}/simple/"

    def add(self, name: str, filename: str, content: bytes, **changes: Any) -> dict[str, Any]:
        """Offer a file; changes are of its entry on the page, ``None`` leaves a key out."""
        entry = {
            "filename": filename,
            "url": f"../../files/{filename}",
            "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
            "size": len(content),
            "upload-time": "2026-01-02T03:04:05.000000Z",
            "requires-python": ">=3.8",
            "yanked": False,
        }
        entry = {key: value for key, value in {**entry, **changes}.items() if value is not None}
        self.pages.setdefault(name, []).append(entry)
        self.files[filename] = content
        return entry

    def page(self, name: str) -> tuple[bytes, str]:
        """The page in the form that this upstream knows, and its type: json, html, or a plain listing."""
        entries = self.pages[name]
        if self.form == "listing":
            links = "".join(f'<a href="{one["url"]}">{one["filename"]}</a>\n' for one in entries)
            return f"<title>Index of /{name}/</title><a href='../'>../</a>\n{links}".encode(), "text/html"
        if self.form == "html":
            return b"<!DOCTYPE html>\n" + "".join(map(_anchor, entries)).encode(), "text/html"
        document = {
            "meta": {"api-version": "1.1"},
            "name": name,
            "files": entries,
            "versions": ["1.0"],
            **self.extra,
        }
        return json.dumps(document).encode(), JSON

    def count(self, path: str) -> int:
        """How many times a path was asked for."""
        return sum(1 for asked, _ in self.asked if asked == path)

    def die(self) -> None:
        """Stop answering: connections are refused from now on."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            for connection in self._server.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.die()


def _anchor(entry: dict[str, Any]) -> str:
    digest = entry.get("hashes", {}).get("sha256")
    fragment = f"#sha256={digest}" if digest else ""
    python = escape(entry.get("requires-python", ""))
    return f'<a href="{entry["url"]}{fragment}" data-requires-python="{python}">{entry["filename"]}</a><br>\n'


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: Any) -> None:
        super().__init__(address, handler)
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def handle_error(self, *_arguments: object) -> None:
        """A client that broke off says nothing about the test."""


class Handler(BaseHTTPRequestHandler):
    upstream: Upstream
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.upstream.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
        if self.upstream.fault is not None and self.upstream.fault(self):
            return
        parts = unquote(self.path).split("/")
        if len(parts) == 4 and parts[1] == "simple" and parts[2] in self.upstream.pages:
            self.send_page(parts[2])
        elif len(parts) == 3 and parts[1] == "files" and parts[2] in self.upstream.files:
            self.send_file(self.upstream.files[parts[2]])
        elif len(parts) == 3 and parts[1] == "files" and parts[2] in self.upstream.documents:
            self.answer(200, self.upstream.documents[parts[2]], "text/plain")
        else:
            self.answer(404, b"no such thing", "text/plain")

    def send_page(self, name: str) -> None:
        body, kind = self.upstream.page(name)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.upstream.etags and self.headers.get("If-None-Match") == etag:
            self.answer(304, b"", kind, ETag=etag)
        else:
            self.answer(200, body, kind, **({"ETag": etag} if self.upstream.etags else {}))

    def send_file(self, content: bytes) -> None:
        wanted = self.headers.get("Range")
        if wanted and "," in wanted and self.upstream.several_ranges:
            kind, body = several_ranges(content, wanted)
            self.answer(206, body, kind)
            return
        if wanted is None or not self.upstream.ranges or "," in wanted:
            self.answer(200, content, "application/octet-stream")
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last) + 1, len(content)) if first and last else len(content)
        span = f"bytes {start}-{end - 1}/{len(content)}"
        self.answer(206, content[start:end], "application/octet-stream", **{"Content-Range": span})

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.begin(status, kind, len(body) if self.upstream.says_length else None, **headers)
        self.wfile.write(body)

    def begin(self, status: int, kind: str, length: int | None, **headers: str) -> None:
        """Send the head alone."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


def several_ranges(content: bytes, wanted: str) -> tuple[str, bytes]:
    """The type and the body of the answer to several ranges (RFC 9110 section 14.6)."""
    body = b""
    for span in wanted.removeprefix("bytes=").split(","):
        start, last = map(int, span.split("-"))
        place = f"bytes {start}-{last}/{len(content)}"
        head = f"\r\n--PART\r\nContent-Type: application/octet-stream\r\nContent-Range: {place}\r\n\r\n"
        body += head.encode() + content[start : last + 1]
    return "multipart/byteranges; boundary=PART", body + b"\r\n--PART--\r\n"


def cut_once(path: str, after: int) -> Fault:
    """Break the connection in the first answer for a path, after so many bytes."""
    left = [1]

    def fault(handler: Handler) -> bool:
        if handler.path != path or not left[0]:
            return False
        left[0] = 0
        content = handler.upstream.files[path.rpartition("/")[2]]
        handler.begin(200, "application/octet-stream", len(content))
        handler.wfile.write(content[:after])
        handler.wfile.flush()
        handler.close_connection = True
        return True

    return fault


def slowly(path: str, gate: threading.Event, first: int) -> Fault:
    """Give the first bytes of a file at once and the rest when the gate opens."""

    def fault(handler: Handler) -> bool:
        if handler.path != path:
            return False
        content = handler.upstream.files[path.rpartition("/")[2]]
        handler.begin(200, "application/octet-stream", len(content))
        handler.wfile.write(content[:first])
        handler.wfile.flush()
        gate.wait(10)
        handler.wfile.write(content[first:])
        return True

    return fault


def always(status: int, body: bytes = b"", kind: str = "text/plain") -> Fault:
    """Answer everything so."""

    def fault(handler: Handler) -> bool:
        handler.answer(status, body, kind)
        return True

    return fault


def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not become true in time")
        time.sleep(0.01)
