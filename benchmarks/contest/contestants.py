"""bodega and nginx: started on the same data, and what is asked of them."""

import contextlib
import gzip
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contest.catalogue import LARGE, Catalogue, Sender
from contest.load import Route
from contest.processes import free_port, running

JSON = "application/vnd.pypi.simple.v1+json"
_NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; {json} json; application/octet-stream whl metadata; }}
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000; etag on;
  gzip_static on; open_file_cache max=20000 inactive=60s; open_file_cache_valid 60s;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_accept $form {{ default index.html; "~simple.v1\\+json" index.json; }}
  server {{
    listen 127.0.0.1:{port}; root {root}; absolute_redirect off;
    location ~ "^/simple/(?<project>.*/)?$" {{
      try_files /simple/$project$form =404; add_header Vary Accept; add_header Cache-Control "max-age=600";
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A running server. ``routes`` by scenario; what it does not offer is left out."""

    name: str
    pid: int
    base: str
    routes: Mapping[str, Route]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a contest takes place: a temporary folder, the servers' cores, and the data."""

    folder: Path
    cpus: str
    catalogue: Catalogue

    def place(self, name: str) -> Path:
        """A folder of a server's own."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def get(url: str, **headers: str) -> tuple[bytes, Mapping[str, str]]:
    """The body of an answer, and its headers with names in lower case."""
    request = urllib.request.Request(
        url, headers={key.replace("_", "-"): text for key, text in headers.items()}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), {name.lower(): text for name, text in answer.headers.items()}


@contextlib.contextmanager
def bodega(ground: Ground, workers: int) -> Iterator[Contestant]:
    """Our index; every one of them has a copy of the same data folder."""
    folder = ground.place(f"bodega-{workers}")
    if not (ground.folder / "filled").exists():
        with _serving(ground, ground.folder, 1) as (_, base):
            _fill(ground.catalogue, ground.folder / "data", int(base.rpartition(":")[2]))
        (ground.folder / "filled").touch()
    shutil.copytree(ground.folder / "data", folder / "data", copy_function=_linked)
    with _serving(ground, folder, workers) as (pid, base):
        yield Contestant(f"bodega, {workers} worker{'s' * (workers > 1)}", pid, base, _routes(ground, base))


@contextlib.contextmanager
def _serving(ground: Ground, folder: Path, workers: int) -> Iterator[tuple[int, str]]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "bodega", "serve", "--port", str(port), "--data", str(folder / "data")]
    command += ["--upstream", "none", "--workers", str(workers)]
    # Access log and all, as anybody would run it. Several workers have every core that there is.
    cpus = ground.cpus if workers == 1 else f"0-{(os.cpu_count() or 1) - 1}"
    with running(command, f"{base}/livez", folder / "log", cpus=cpus) as pid:
        yield pid, base


def _linked(source: str, target: str) -> None:
    """Blobs never change, so both folders may have the same; all else is a copy."""
    (os.link if "/blobs/" in source else shutil.copy2)(source, target)


def _fill(catalogue: Catalogue, data: Path, port: int) -> None:
    words = ["token", "create", "--name", "contest", "--scope", "upload", "--json", "--data", str(data)]
    made = subprocess.run(
        [sys.executable, "-m", "bodega", *words], capture_output=True, text=True, check=True
    )
    sender = Sender("127.0.0.1", port, "/legacy/", f"__token__:{json.loads(made.stdout)['token']}")
    for wheel in catalogue.wheels():
        sender.send(wheel)
    sender.close()


def _routes(ground: Ground, base: str) -> Mapping[str, Route]:
    """What is asked of bodega and of nginx: the paths are the same."""
    pages = [f"/simple/{name}/" for name in ground.catalogue.projects]
    files = [path for page in pages for path in _files(base, page)]
    wants = {"Accept": JSON}
    etags = [get(f"{base}{page}", Accept=JSON)[1]["etag"] for page in pages[:1]]
    return {
        "page": Route(pages, wants),
        "page, HTML": Route(pages, {"Accept": "text/html"}),
        "page, gzip": Route(pages, {**wants, "Accept-Encoding": "gzip, deflate"}),
        "page, 304": Route(pages[:1], {**wants, "If-None-Match": etags[0]}),
        "root list": Route(["/simple/"], wants),
        "metadata": Route([f"{path}.metadata" for path in files], {}),
        "small wheel": Route(files, {}),
        "large wheel": Route(_files(base, f"/simple/{LARGE}/"), {}, connections=2),
    }


def _files(base: str, page: str) -> list[str]:
    document = json.loads(get(f"{base}{page}", Accept=JSON)[0])
    return [file["url"].removeprefix("../..") for file in document["files"]]


@contextlib.contextmanager
def nginx(ground: Ground, source: Contestant) -> Iterator[Contestant]:
    """What sets the measure: nginx serving the very bytes that bodega (``source``) serves, from files."""
    folder, port = ground.place("nginx"), free_port()
    root, base = folder / "root", f"http://127.0.0.1:{port}"
    _write_site(ground.catalogue, source, root)
    folder.chmod(0o755)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        _NGINX.format(folder=folder, port=port, root=root, json=JSON, user=user)
    )
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with running(command, f"{base}/simple/", folder / "log", cpus=ground.cpus) as pid:
        yield Contestant("nginx", pid, base, _routes(ground, base))


def _write_site(catalogue: Catalogue, source: Contestant, root: Path) -> None:
    for page in ("/simple/", *(f"/simple/{name}/" for name in (*catalogue.projects, LARGE))):
        folder = root / page.strip("/")
        folder.mkdir(parents=True)
        for name, accept in (("index.html", "text/html"), ("index.json", JSON)):
            body = get(f"{source.base}{page}", Accept=accept)[0]
            (folder / name).write_bytes(body)
            (folder / f"{name}.gz").write_bytes(gzip.compress(body, 9))
    for name in (*catalogue.projects, LARGE):
        for path in _files(source.base, f"/simple/{name}/"):
            place = root / path.strip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(catalogue.folder / place.name, place)
            place.with_name(f"{place.name}.metadata").write_bytes(get(f"{source.base}{path}.metadata")[0])
