"""How an index is reached: certificates of one's own authority, client certificates, proxies."""

import base64
import hashlib
import http.server
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.server import environment

OPENSSL = shutil.which("openssl") or ""
pytestmark = pytest.mark.skipif(not OPENSSL, reason="certificates are made with openssl")
NETWORK = 5


class Authority(NamedTuple):
    """An authority's certificate, and pairs that it signed: certificate and key in one file."""

    certificate: Path
    server: Path
    client: Path


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words: str) -> None:
        subprocess.run([OPENSSL, *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(*new, "-x509", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    for name in ("server", "client"):
        openssl(*new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2")
        openssl("x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.crt")
        pair = (folder / f"{name}.crt").read_text() + (folder / f"{name}.key").read_text()
        (folder / f"{name}.pem").write_text(pair)
    return Authority(folder / "ca.pem", folder / "server.pem", folder / "client.pem")


class Index(http.server.BaseHTTPRequestHandler):
    """One project, ``sample``."""

    wheel = wheel_bytes()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        digest = hashlib.sha256(self.wheel).hexdigest()
        page = f'<!DOCTYPE html><a href="/{wheel_filename()}#sha256={digest}">{wheel_filename()}</a>'
        known = {"/simple/sample/": page.encode(), f"/{wheel_filename()}": self.wheel}
        body = known.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if self.path.startswith("/simple/") else "x/y")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Proxy(http.server.BaseHTTPRequestHandler):
    """A proxy that tunnels for who has the password, and remembers what it was asked."""

    asked: list[str]
    password = "through"

    def log_message(self, *_: object) -> None:
        pass

    def do_CONNECT(self) -> None:
        type(self).asked.append(self.path)
        allowed = "Basic " + base64.b64encode(f"me:{self.password}".encode()).decode()
        if self.headers.get("Proxy-Authorization") != allowed:
            self.send_error(407)
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_carry, args=(there, self.connection), daemon=True)
            back.start()
            _carry(self.connection, there)
            back.join()


def _carry(source: socket.socket, to: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            to.sendall(piece)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def served(handler: type[http.server.BaseHTTPRequestHandler], context: ssl.SSLContext | None = None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    # A handshake that fails is what some tests are about: nothing to tell of.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def index(authority) -> Iterator[str]:
    """The root of an index behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server)
    with served(Index, context) as port:
        yield f"https://127.0.0.1:{port}/simple/"


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """``HOST:PORT`` of a proxy, and what it is asked."""
    handler = type("Asked", (Proxy,), {"asked": []})
    with served(handler) as port:
        yield f"127.0.0.1:{port}", handler.asked


Install = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def install(tmp_path) -> Install:
    """``bodega install sample`` into an environment of its own."""
    home = tmp_path / "home"
    home.mkdir()

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bodega", *words],
            env=environment(home, **variables),
            cwd=home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert run("venv").returncode == 0
    return lambda *words, **variables: run("install", "--retries", "0", "sample", *words, **variables)


def test_a_certificate_that_nobody_vouches_for_is_refused_in_words(install, index):
    done = install("-i", index)
    assert done.returncode == NETWORK
    assert "its certificate is not trusted" in done.stderr


@pytest.mark.parametrize("way", ["--cert", "PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_trusted_where_it_is_named(install, index, authority, way):
    if way.startswith("--"):
        done = install("-i", index, way, str(authority.certificate))
    else:
        done = install("-i", index, **{way: str(authority.certificate)})
    assert (done.returncode, done.stdout) == (0, "+ sample 1.0\n"), done.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:PORT"])
def test_a_trusted_host_needs_no_authority(install, index, host):
    port = index.split(":")[2].partition("/")[0]
    done = install("-i", index, "--trusted-host", host.replace("PORT", port))
    assert done.returncode == 0, done.stderr
    assert install("-i", index, "--trusted-host", "127.0.0.2", "-U", "other").returncode == NETWORK


def test_a_client_certificate_is_shown_where_it_is_asked_for(install, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server)
    context.load_verify_locations(authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with served(Index, context) as port:
        words = ("-i", f"https://127.0.0.1:{port}/simple/", "--cert", str(authority.certificate))
        assert install(*words).returncode == NETWORK
        done = install(*words, "--client-cert", str(authority.client))
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("way", ["--proxy", "HTTPS_PROXY", "https_proxy", "PIP_PROXY"])
def test_a_proxy_is_gone_through(install, index, authority, proxy, way):
    place, asked = proxy
    url = f"http://me:through@{place}"
    words = ("-i", index, "--cert", str(authority.certificate))
    done = install(*words, way, url) if way.startswith("--") else install(*words, **{way: url})
    assert done.returncode == 0, done.stderr
    assert set(asked) == {index.removeprefix("https://").removesuffix("/simple/")}


def test_hosts_without_proxy_are_asked_directly(install, index, authority, proxy):
    place, asked = proxy
    words = ("-i", index, "--cert", str(authority.certificate))
    done = install(*words, HTTPS_PROXY=f"http://{place}", NO_PROXY="127.0.0.1")
    assert (done.returncode, asked) == (0, []), done.stderr


def test_a_proxy_that_says_no_is_named_and_no_password_shown(install, index, authority, proxy):
    place, _ = proxy
    words = ("-i", index, "--cert", str(authority.certificate))
    done = install(*words, "--proxy", f"http://me:wrong-password@{place}")
    assert done.returncode == NETWORK
    assert "407" in done.stderr
    assert "wrong-password" not in done.stderr
