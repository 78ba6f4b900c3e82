"""The Python peers: each in a throw-away environment of its own, started on the same wheels."""

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from contest.catalogue import LARGE, Sender
from contest.contestants import JSON, Contestant, Ground, get
from contest.load import Route
from contest.processes import free_port, running

#: Uploads into devpi grow slow with the number of versions; its pages cost the same with fewer projects.
_DEVPI_PROJECTS = 5
#: The user that devpi comes with.
_USER = "root"
_HREF = re.compile(r'href="([^"#]*\.whl)')
_WANTS = {"Accept": f"{JSON}, text/html;q=0.5"}


class MissingPeerError(Exception):
    """A peer cannot be installed here."""


def installed(folder: Path, *projects: str) -> Path:
    """The folder of commands of an environment with these projects, made once. Raises MissingPeerError."""
    environment = folder / projects[0]
    commands = environment / "bin"
    steps: tuple[list[str | Path], ...] = (
        [sys.executable, "-m", "venv", environment],
        [commands / "pip", "install", "-q", *projects],
    )
    if not (environment / "complete").exists():
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, check=False)
            if done.returncode:
                raise MissingPeerError(
                    (done.stderr.strip().splitlines() or ["it cannot be installed"])[-1][:200]
                )
        (environment / "complete").touch()
    return commands


@contextlib.contextmanager
def pypiserver(ground: Ground, commands: Path) -> Iterator[Contestant]:
    """The folder of wheels under pypiserver, as it starts by itself."""
    folder, port = ground.place("pypiserver"), free_port()
    base = f"http://127.0.0.1:{port}"
    command = [str(commands / "pypi-server"), "run", "-i", "127.0.0.1", "-p", str(port), "--disable-fallback"]
    with running(
        [*command, str(ground.catalogue.folder)], f"{base}/", folder / "log", cpus=ground.cpus
    ) as pid:
        yield Contestant("pypiserver", pid, base, _page_routes(ground, base, "/simple/"))


@contextlib.contextmanager
def proxpi(ground: Ground, commands: Path, upstream: Contestant) -> Iterator[Contestant]:
    """Proxpi before nginx, under gunicorn, its cache filled."""
    folder, port = ground.place("proxpi"), free_port()
    base = f"http://127.0.0.1:{port}"
    variables = {
        "PROXPI_INDEX_URL": f"{upstream.base}/simple/",
        "PROXPI_CACHE_DIR": str(folder),
        "PROXPI_LOGGING_LEVEL": "WARNING",
        "PROXPI_INDEX_TTL": "86400",
    }
    command = [str(commands / "gunicorn"), "--preload", "--threads", "2", "-b", f"127.0.0.1:{port}"]
    command.append("proxpi.server:app")
    with running(command, f"{base}/health", folder / "log", cpus=ground.cpus, variables=variables) as pid:
        routes = _page_routes(ground, base, "/index/", "page, HTML", "page", "page, gzip")
        for scenario in ("small wheel", "large wheel"):
            for path in routes[scenario].paths[:200]:
                get(f"{base}{path}")
        small = routes["small wheel"]
        yield Contestant(
            "proxpi", pid, base, {**routes, "small wheel": Route(small.paths[:200], small.headers)}
        )


@contextlib.contextmanager
def devpi(ground: Ground, commands: Path) -> Iterator[Contestant]:
    """devpi-server with a stage index, into which some of the projects are uploaded."""
    folder, port = ground.place("devpi"), free_port()
    base, server = f"http://127.0.0.1:{port}", str(folder / "server")
    init = [str(commands / "devpi-init"), "--serverdir", server, "--no-root-pypi"]
    subprocess.run(init, check=True, capture_output=True)
    command = [
        str(commands / "devpi-server"),
        "--serverdir",
        server,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with running(command, f"{base}/+api", folder / "log", cpus=ground.cpus) as pid:
        credentials = _devpi_credentials(base)
        sender = Sender("127.0.0.1", port, f"/{_USER}/dev/", credentials)
        for wheels in list(ground.catalogue.projects.values())[:_DEVPI_PROJECTS]:
            for wheel in wheels:
                sender.send(wheel)
        sender.send(ground.catalogue.large)
        sender.close()
        pages = ("page, HTML", "page", "page, gzip")
        routes = _page_routes(ground, base, f"/{_USER}/dev/+simple/", *pages, most=_DEVPI_PROJECTS)
        yield Contestant("devpi-server", pid, base, routes)


def _devpi_credentials(base: str) -> str:
    """Log in, make the index, and give the credentials of uploads."""
    login = _sent(f"{base}/+login", "POST", {"user": _USER, "password": ""}, {})
    credentials = f"{_USER}:{login['result']['password']}"
    authorization = {"X-Devpi-Auth": base64.b64encode(credentials.encode()).decode()}
    _sent(f"{base}/{_USER}/dev", "PUT", {"type": "stage", "bases": [], "volatile": True}, authorization)
    return credentials


def _sent(
    url: str, method: str, document: object, headers: Mapping[str, str]
) -> Mapping[str, Mapping[str, str]]:
    kinds = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(
        url, json.dumps(document).encode(), headers={**kinds, **headers}, method=method
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: Mapping[str, Mapping[str, str]] = json.load(answer)
    return found


def _page_routes(
    ground: Ground, base: str, root: str, *scenarios: str, most: int | None = None
) -> dict[str, Route]:
    """What is asked of a peer: pages in the form that it has, and the files that they name."""
    pages = [f"{root}{name}/" for name in list(ground.catalogue.projects)[:most]]
    files = [path for page in pages for path in _files(base, page)]
    headers = {"page, HTML": {"Accept": "text/html"}, "page": _WANTS}
    headers["page, gzip"] = {**_WANTS, "Accept-Encoding": "gzip, deflate"}
    return {
        **{name: Route(pages, headers[name]) for name in scenarios or ("page, HTML",)},
        "root list": Route([root], _WANTS),
        "small wheel": Route(files, {}),
        "large wheel": Route(_files(base, f"{root}{LARGE}/"), {}, connections=2),
    }


def _files(base: str, page: str) -> list[str]:
    body = get(f"{base}{page}", Accept="text/html")[0].decode()
    found = [urllib.parse.urljoin(f"{base}{page}", url) for url in _HREF.findall(body)]
    return [url.removeprefix(base) for url in found]


def peers(
    ground: Ground, folder: Path, upstream: Contestant
) -> Mapping[str, Callable[[], AbstractContextManager[Contestant]]]:
    """How each peer is started; raises MissingPeerError when called where it cannot be installed."""
    os.makedirs(folder, exist_ok=True)
    return {
        "devpi-server": lambda: devpi(ground, installed(folder, "devpi-server")),
        "pypiserver": lambda: pypiserver(ground, installed(folder, "pypiserver")),
        "proxpi": lambda: proxpi(ground, installed(folder, "proxpi", "gunicorn"), upstream),
    }
