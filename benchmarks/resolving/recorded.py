"""An index of recorded answers: what another index said once is given again from memory, to all alike.

    python benchmarks/resolving/recorded.py URL

Prints the base URL of its own Simple API, and serves until it is ended. Pages are JSON without the private
keys of any index and are fresh for a day; files and metadata go through as they are. Bodies are gzipped
where the client takes that.
"""

import asyncio
import gzip
import http.client
import json
import sys
from typing import Any
from urllib.parse import urlsplit

_PAGE = "application/vnd.pypi.simple.v1+json"
_ANSWER = "HTTP/1.1 {status} {reason}\r\ncontent-length: {length}\r\n{headers}\r\n"


class Recorder:
    """Asks the other index, and remembers."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place = parts.hostname or "", parts.port or 80
        self._known: dict[tuple[str, str, bool], bytes] = {}

    def answer(self, path: str, span: str, *, gzipped: bool) -> bytes:
        """The whole answer, head and body."""
        key = (path, span, gzipped)
        if key not in self._known:
            self._known[key] = self._asked(path, span, gzipped=gzipped)
        return self._known[key]

    def _asked(self, path: str, span: str, *, gzipped: bool) -> bytes:
        connection = http.client.HTTPConnection(*self._place, timeout=120)
        headers = {"Accept": _PAGE, "Accept-Encoding": "identity"} | ({"Range": span} if span else {})
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body, kind = answer.read(), answer.getheader("content-type", "application/octet-stream")
        connection.close()
        kept = [f"content-type: {kind}", "cache-control: max-age=86400", "accept-ranges: bytes"]
        if kind == _PAGE:
            body = json.dumps(_public(json.loads(body)), separators=(",", ":")).encode()
            kept += [f'etag: "{hash(path) & 0xFFFFFFFF:x}"']
        if found := answer.getheader("content-range"):
            kept.append(f"content-range: {found}")
        elif gzipped and (kind == _PAGE or path.endswith(".metadata")):
            body = gzip.compress(body, 6)
            kept.append("content-encoding: gzip")
        text = "".join(f"{line}\r\n" for line in kept)
        head = _ANSWER.format(status=answer.status, reason=answer.reason, length=len(body), headers=text)
        return head.encode() + body


def _public(value: Any) -> Any:
    """A document without keys that are an index's own."""
    if isinstance(value, dict):
        own = {"_last-serial"}
        return {k: _public(v) for k, v in value.items() if not k.startswith("_") or k in own}
    return [_public(one) for one in value] if isinstance(value, list) else value


class Connection(asyncio.Protocol):
    """One client's connection; requests are answered in their order."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, path, _ = first.split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            gzipped = "gzip" in headers.get("accept-encoding", "")
            whole = self._recorder.answer(path, headers.get("range", ""), gzipped=gzipped)
            self._transport.write(whole if method == "GET" else whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")


async def serve(url: str) -> None:
    recorder = Recorder(url)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(recorder), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"recorded: serving http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
