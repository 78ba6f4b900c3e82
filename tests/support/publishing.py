"""Tokens made by the command line, and uploads as clients send them."""

import base64
import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.distributions import form_body, form_fields
from support.server import Bodega, environment


def command(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A ``bodega`` command in a folder, without anybody's settings."""
    return subprocess.run(
        [sys.executable, "-m", "bodega", *arguments],
        env=environment(folder, **variables),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def new_token(folder: Path, *arguments: str) -> dict[str, Any]:
    """What ``bodega token create --json`` prints for the data folder of ``support.server.Bodega``."""
    words = arguments or ("--scope", "upload")
    made = command(
        folder, "token", "create", "--name", "ci", "--json", "--data", str(folder / "data"), *words
    )
    assert made.returncode == 0, made.stderr
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def basic(token: str, user: str = "__token__") -> str:
    """Basic credentials."""
    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


def upload(
    bodega: Bodega,
    token: str,
    content: bytes,
    filename: str,
    *,
    name: str = "sample",
    version: str = "1.0",
    headers: dict[str, str] | None = None,
    fields: dict[str, str] | None = None,
    path: str = "/legacy/",
) -> tuple[int, str, str]:
    """Send the form; status, reason phrase and body of the answer. A header without text is left out."""
    filetype = "bdist_wheel" if filename.endswith(".whl") else "sdist"
    given = {**form_fields(name, version, filetype, content), **(fields or {})}
    body, content_type = form_body(given, filename, content)
    sent = {"content-type": content_type, "authorization": basic(token), **(headers or {})}
    return post(bodega, body, {key: value for key, value in sent.items() if value}, path=path)


def post(
    bodega: Bodega, body: Any, headers: dict[str, str], *, path: str = "/legacy/"
) -> tuple[int, str, str]:
    """POST a body; status, reason phrase and body of the answer."""
    connection = http.client.HTTPConnection(bodega.host, bodega.port, timeout=60)
    try:
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.reason, answer.read().decode()
    finally:
        connection.close()
