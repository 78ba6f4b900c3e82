"""The main job, shown: an index of our own, ``requests`` pulled through it, a private project published.

Everything happens in a temporary folder; nothing is left behind and nothing keeps running.
"""

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BODEGA = (sys.executable, "-m", "bodega")
READY = re.compile(r"bodega: serving (http://\S+).*")
PROJECT, VERSION = "hello-bodega", "1.0"


def main() -> int:
    """Run every step and print its time."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bodega-demo-") as folder:
        home = Path(folder)
        environment = surroundings(home)
        with serving(environment, home / "serve.log") as base:
            run_steps(home, environment, base)
    print(f"\nDone in {time.monotonic() - started:.1f} s, and nothing keeps running. Next:\n")
    print("  .venv/bin/bodega serve                  an index on http://127.0.0.1:8417")
    print("  .venv/bin/bodega venv                   an environment in ./.venv whose pip is bodega")
    print("  .venv/bin/bodega install requests       into the environment")
    print("  .venv/bin/bodega lock requests          pylock.toml, for bodega, uv and pip")
    return 0


def surroundings(home: Path) -> dict[str, str]:
    """The environment variables of the demo: a home, a store and a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    (home / "home").mkdir()
    return {
        **kept,
        "HOME": str(home / "home"),
        "BODEGA_DATA": str(home / "index"),
        "BODEGA_STORE": str(home / "store"),
    }


def run_steps(home: Path, environment: dict[str, str], base: str) -> None:
    """Install ``requests`` through the index, then publish and install a private project."""
    index = f"{base}/simple/"
    ours, plain = home / "ours", home / "plain"
    with step("an environment, in which pip is bodega"):
        run(environment, *BODEGA, "venv", str(ours))
    with step("requests, pulled through the index: `bodega install requests`"):
        install(environment, ours, index, "requests")
    with step("import requests"):
        code = "import requests; print(' ', 'requests', requests.__version__, requests.__file__)"
        run(environment, str(ours / "bin/python"), "-c", code, show=True)
    with step(f"a private project, {PROJECT}, published with a token"):
        publish(home, environment, base)
    with step(f"{PROJECT} installed with bodega"):
        install(environment, ours, index, PROJECT)
        run(environment, str(ours / "bin/hello-bodega"), show=True)
    with step(f"{PROJECT} installed with plain pip"):
        run(environment, sys.executable, "-m", "venv", "--without-pip", str(plain))
        pip = (sys.executable, "-m", "pip", "--python", str(plain / "bin/python"))
        run(environment, *pip, "install", "-q", "--index-url", index, PROJECT)
        run(environment, str(plain / "bin/hello-bodega"), show=True)


def install(environment: dict[str, str], target: Path, index: str, project: str) -> None:
    """Install a project with bodega; bytecode is compiled at once, so that nothing runs on behind."""
    words = ("install", "--python", str(target), "--index-url", index, "--compile", project)
    run(environment, *BODEGA, *words, show=True)


def publish(home: Path, environment: dict[str, str], base: str) -> None:
    """Make a token and post a wheel in the form that twine and uv send."""
    words = ("token", "create", "--name", "demo", "--scope", "upload", "--json")
    token = json.loads(run(environment, *BODEGA, *words))["token"]
    wheel = build_wheel(home)
    body, content_type = form(wheel)
    basic = base64.b64encode(f"__token__:{token}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - a loopback address that we started
        f"{base}/legacy/", body, {"Content-Type": content_type, "Authorization": f"Basic {basic}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        print(f"  {wheel.name}: {answer.status} {answer.reason}")


def build_wheel(folder: Path) -> Path:
    """Write a wheel with one module and one command."""
    info = f"hello_bodega-{VERSION}.dist-info"
    members = {
        "hello_bodega.py": 'def main() -> None:\n    print("  hello from a private project")\n',
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: {PROJECT}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: demo\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nhello-bodega = hello_bodega:main\n",
    }
    rows = []
    for name, text in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(text.encode())}\n")
    rows.append(f"{info}/RECORD,,\n")
    path = folder / f"hello_bodega-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**members, f"{info}/RECORD": "".join(rows)}.items():
            archive.writestr(name, text)
    return path


def form(wheel: Path) -> tuple[bytes, str]:
    """The upload form of a wheel and its content type."""
    content = wheel.read_bytes()
    fields = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.4",
        "name": PROJECT,
        "version": VERSION,
        "filetype": "bdist_wheel",
        "pyversion": "py3",
        "sha256_digest": hashlib.sha256(content).hexdigest(),
    }
    boundary = os.urandom(16).hex()
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="content"; filename="{wheel.name}"\r\n'
    parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content)
    parts.append(f"\r\n--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


@contextmanager
def serving(environment: dict[str, str], log: Path) -> Iterator[str]:
    """A running index on a free port; stopped at the end, whatever happened."""
    with step("an index of our own: `bodega serve --port 0`"), log.open("w") as out:
        server = subprocess.Popen([*BODEGA, "serve", "--port", "0"], env=environment, stdout=out, stderr=out)
    try:
        yield ready(server, log)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def ready(server: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait for the line that says where the index serves."""
    while True:
        found = READY.search(log.read_text())
        if found:
            print(f"  {found[0]}")
            return found[1]
        if server.poll() is not None:
            raise SystemExit(f"the index did not start:\n{log.read_text()}")
        time.sleep(0.02)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print a step's title, and its time when it is done."""
    print(f"\n> {title}", flush=True)
    started = time.monotonic()
    yield
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


def run(environment: dict[str, str], *command: str, show: bool = False) -> str:
    """Run a command; its output is shown when asked for, or when it fails."""
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
    if show:
        sys.stdout.write("".join(f"  {line.strip()}\n" for line in (done.stdout + done.stderr).splitlines()))
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
