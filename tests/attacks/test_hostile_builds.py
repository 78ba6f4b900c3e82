"""Builds that look around: what is secret, what is open, what may be written (cases 74, 75)."""

import json
import os
import subprocess
import sys

import pytest

from bodega.installer.building.errors import BuildSystemError
from bodega.installer.building.sandbox import Sandbox
from support.sources import Workbench, project, sdist

LOOK = """
import glob, socket, subprocess
found = {"secrets": [], "written": [], "network": [], "processes": []}
for path in PATHS:
    try:
        found["secrets"] += filter(None, [open(path).read()])
    except OSError:
        pass
for name, value in os.environ.items():
    if "hidden-" in value:
        found["secrets"].append(name)
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"hidden-" in open(path, "rb").read():
            found["processes"].append(path)
    except OSError:
        pass
for address in ADDRESSES:
    try:
        socket.create_connection(tuple(address), timeout=2).close()
        found["network"].append(address)
    except OSError:
        pass
for path in TARGETS:
    try:
        open(path, "a").close()
        found["written"].append(path)
    except OSError:
        pass
for command in (["umount", HOME], ["mount", "-o", "remount,rw", "/"], ["unshare", "-Ur", "umount", HOME]):
    try:
        if subprocess.run(command, capture_output=True).returncode == 0:
            found["written"].append(" ".join(command))
    except OSError:
        pass
print("FOUND " + json.dumps(found))
raise SystemExit(3)
"""


def look(**names: object) -> str:
    return "".join(f"{name} = {value!r}\n" for name, value in names.items()) + LOOK


@pytest.fixture
def bench(tmp_path):
    bench = Workbench(tmp_path)
    yield bench
    bench.store.close()


@pytest.fixture
def shut_in():
    reason = Sandbox(os.environ).why_not()
    if reason:
        pytest.skip(reason)


@pytest.mark.hostile(
    case=75, surface="sdist", what="build reads home, variables, network", expected="finds nothing"
)
def test_a_build_that_looks_around_finds_nothing(bench, tmp_path, shut_in, monkeypatch):
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_ed25519").write_text("hidden-key")
    (tmp_path / "elsewhere.env").write_text("hidden-elsewhere")
    secrets = {"BODEGA_TOKEN": "hidden-1", "PIP_INDEX_URL": "https://u:hidden-2@x", "MY_API_KEY": "hidden-3"}
    environ = {**os.environ, **secrets, "ORDINARY": "https://u:hidden-4@example.org/", "HOME": str(home)}
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        code = look(
            PATHS=[str(home / ".ssh" / "id_ed25519"), str(tmp_path / "elsewhere.env"), "/etc/shadow"],
            ADDRESSES=[list(server.server_address), ["10.255.255.1", 80]],
            TARGETS=["/usr/canary", "/etc/canary", f"{bench.store.layout.wheels}/canary"],
            HOME=str(home),
        )
        said = []
        with pytest.raises(Exception, match="could not be built"):
            bench.builder(environ=environ, listen=said.append).wheel(bench.archive(sdist(project(code=code))))
        server.shutdown()
    found = json.loads("".join(said).partition("FOUND ")[2].partition("\n")[0])
    assert found == {"secrets": [], "written": [], "network": [], "processes": []}


def test_the_canary_would_sing(bench, tmp_path):
    """Not shut in, the same look finds what it looks for: else the test above could not fail."""
    (tmp_path / "elsewhere.env").write_text("hidden-elsewhere")
    code = look(PATHS=[str(tmp_path / "elsewhere.env")], ADDRESSES=[], TARGETS=[], HOME="/nowhere")
    code = code.replace('"umount"', '"true"')
    said = []
    with pytest.raises(Exception, match="could not be built"):
        bench.builder(access="all", listen=said.append).wheel(bench.archive(sdist(project(code=code))))
    assert "hidden-elsewhere" in "".join(said)
    assert bench.told.said == [
        "building made-1.0.tar.gz from source, not sandboxed: BODEGA_BUILD_ACCESS is all"
    ]


def test_nothing_that_a_build_started_lives_on(bench, shut_in):
    code = "import subprocess; subprocess.Popen(['sleep', '987.65'], start_new_session=True)"
    bench.builder().wheel(bench.archive(sdist(project(code=code))))
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "987.65" not in running


@pytest.mark.hostile(
    case=74, surface="sdist", what="backend-path outside the tree", expected="E-BUILD-SYSTEM"
)
@pytest.mark.parametrize("path", ["..", "/", "a/../..", "link"])
def test_a_backend_from_elsewhere_is_refused(bench, path):
    files = project()
    files["pyproject.toml"] = files["pyproject.toml"].replace(b'["."]', f'["{path}"]'.encode())
    source = bench.tree(files)
    os.symlink(os.path.dirname(sys.executable), f"{source.path}/link")
    with pytest.raises(BuildSystemError, match=r"pyproject\.toml"):
        bench.builder().wheel(source)
