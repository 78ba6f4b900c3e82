"""Credentials out of a keyring: by the ``keyring`` package, or by its program, as pip asks them."""

import base64
import json
import os
import shutil

from bodega.adapters.http.configuration import CredentialSource, no_credentials

_TIMEOUT = 60.0


def keyring_credentials(provider: str) -> CredentialSource:
    """``auto`` (the package, else the program), ``import``, ``subprocess`` or ``disabled``.

    Asked for a host that answered 401 to a request without credentials; a keyring that fails has none.
    """
    if provider == "disabled":
        return no_credentials
    known: dict[str, str | None] = {}

    def ask(host: str) -> str | None:
        if host not in known:
            found = _of_package(host) if provider in ("auto", "import") else None
            if found is None and provider in ("auto", "subprocess"):
                found = _of_program(host)
            pair = f"{found[0]}:{found[1]}".encode() if found else None
            known[host] = f"Basic {base64.b64encode(pair).decode('ascii')}" if pair else None
        return known[host]

    return ask


def _of_package(host: str) -> tuple[str, str] | None:
    try:
        import keyring  # noqa: PLC0415 - most machines have none

        found = keyring.get_credential(host, None)
    except Exception:  # noqa: BLE001 - whatever a backend raises, there are no credentials then
        return None
    return (found.username, found.password) if found is not None else None


def _of_program(host: str) -> tuple[str, str] | None:
    import subprocess  # noqa: PLC0415 - only after a 401

    program = shutil.which("keyring")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "--mode=creds", "--output=json", "get", host],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            timeout=_TIMEOUT,
        )
        found = json.loads(done.stdout) if done.returncode == 0 else None
        return (str(found["username"]), str(found["password"])) if found else None
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        return None
