"""nginx before the index: it sends the files, we say who may have them."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import basic, command, new_token, upload
from support.server import Answered, Bodega

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]
WHEEL = wheel_bytes("sample", "1.0", files={"sample.bin": os.urandom(600_000)})
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{bodega}; proxy_set_header Host $http_host; }}
    location /kept-files/ {{ internal; alias {blobs}/; }}
  }}
}}
"""


class Proxy:
    """nginx, and ways to ask it."""

    def __init__(self, folder: Path, bodega: Bodega) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        folder.mkdir()
        text = CONFIGURATION.format(
            folder=folder,
            port=self.port,
            bodega=bodega.port,
            blobs=folder.parent / "data" / "blobs",
            user="user root;" if os.getuid() == 0 else "",
        )
        (folder / "nginx.conf").write_text(text)
        self.process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
        until = time.monotonic() + 10
        with socket.socket() as asking:
            while asking.connect_ex(("127.0.0.1", self.port)) != 0:
                assert time.monotonic() < until
                time.sleep(0.02)

    def get(self, path: str, method: str = "GET", **headers: str) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(
                method, path, headers={key.replace("_", "-"): text for key, text in headers.items()}
            )
            answer = connection.getresponse()
            return Answered(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Bodega, Proxy]]:
    with Bodega(tmp_path, "--upstream", "none", BODEGA_ACCEL_REDIRECT="/kept-files/") as bodega:
        proxy = Proxy(tmp_path / "nginx", bodega)
        try:
            yield bodega, proxy
        finally:
            proxy.process.terminate()
            proxy.process.wait(10)


def test_nginx_sends_what_we_allow(tmp_path: Path, house: tuple[Bodega, Proxy]) -> None:
    bodega, proxy = house
    command(tmp_path, "index", "create", "secret", "--private", "--data", str(tmp_path / "data"))
    token = new_token(tmp_path, "--scope", "upload", "--scope", "read")["token"]
    for base, credentials in (("/", {}), ("/index/secret/", {"Authorization": basic(token)})):
        content = WHEEL
        status, _, body = upload(
            bodega, token, content, wheel_filename("sample", "1.0"), path=f"{base}legacy/"
        )
        assert status == 200, body
        page = proxy.get(f"{base}simple/sample/", Accept="application/vnd.pypi.simple.v1+json", **credentials)
        file = base + json.loads(page.body)["files"][0]["url"].removeprefix("../../")
        whole = proxy.get(file, **credentials)
        assert (whole.status, whole.body) == (200, WHEEL)
        assert whole.headers["content-type"] == "application/octet-stream"
        assert "immutable" in whole.headers["cache-control"]
        assert "x-accel-redirect" not in whole.headers
        part = proxy.get(file, Range="bytes=100-199", **credentials)
        assert (part.status, part.body) == (206, WHEEL[100:200])
        head = proxy.get(file, "HEAD", **credentials)
        assert (head.status, head.headers["content-length"]) == (200, str(len(WHEEL)))
        assert proxy.get(file, If_None_Match=whole.headers["etag"], **credentials).status == 304
        assert proxy.get(f"{file}.metadata", **credentials).body.startswith(b"Metadata-Version")
        if credentials:
            assert proxy.get(file).status == 401
        direct = bodega.get(file, **credentials)
        place = direct.headers["x-accel-redirect"]
        assert (direct.status, direct.body, place.startswith("/kept-files/sha256/")) == (200, b"", True)
        assert proxy.get(place).status == 404
