"""A private index read by every client, each with the credentials that the guide tells it to use."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.distributions import wheel_filename
from support.peers import program
from support.publishing import command, new_token, upload
from support.stand import Stand, tree, version_in
from support.tools import Tools

pytestmark = [pytest.mark.peers, pytest.mark.upstream]


@dataclass(frozen=True)
class Secret:
    """A private index with a project of its own, based on main, and a token to read it."""

    stand: Stand
    token: str

    @property
    def simple(self) -> str:
        return f"{self.stand.url}/index/secret/simple/"

    @property
    def with_token(self) -> str:
        return self.simple.replace("http://", f"http://__token__:{self.token}@")


@pytest.fixture(scope="module")
def secret(stand: Stand) -> Secret:
    data = ("--data", str(stand.folder / "data"))
    made = command(stand.folder, "index", "create", "secret", "--private", "--base", "main", *data)
    assert made.returncode == 0, made.stderr
    reader = new_token(stand.folder, "--scope", "read", "--index", "secret")["token"]
    done = upload(
        stand.bodega,
        stand.token,
        tree("hidden", "1.0"),
        wheel_filename("hidden", "1.0"),
        name="hidden",
        path="/index/secret/legacy/",
    )
    assert done[0] == 200, done
    return Secret(stand, reader)


def project(secret: Secret, name: str, more: str = "") -> Path:
    folder = secret.stand.folder / name
    folder.mkdir()
    text = '[project]\nname = "app"\nversion = "0.1"\nrequires-python = ">=3.11"\ndependencies = ["hidden", "tree"]\n'
    (folder / "pyproject.toml").write_text(text + more)
    return folder


def imported(secret: Secret, folder: Path) -> str:
    return version_in(secret.stand, folder / ".venv" / "bin" / "python", "hidden")


def test_pip_is_asked_for_credentials_and_told_of_wrong_ones(secret: Secret) -> None:
    pip = [
        program("pip"),
        "download",
        "-vv",
        "--no-input",
        "--no-deps",
        "--no-cache-dir",
        "-d",
        "down",
        "hidden",
        "-i",
    ]
    refused = secret.stand.run([*pip, secret.simple], code=1)
    assert "401" in refused.stdout + refused.stderr
    secret.stand.run([*pip, secret.with_token])
    assert (secret.stand.folder / "down" / wheel_filename("hidden", "1.0")).exists()
    wrong = secret.with_token.replace(secret.token, secret.stand.token)
    refused = secret.stand.run([*pip, wrong], code=1)
    assert "403" in refused.stdout + refused.stderr
    assert secret.token not in json.dumps(secret.stand.bodega.lines)


def test_uv_takes_them_from_its_variables(secret: Secret) -> None:
    index = f'[[tool.uv.index]]\nname = "secret"\nurl = "{secret.simple}"\ndefault = true\n'
    folder = project(secret, "private-uv", index)
    uv = [program("uv"), "sync", "-q"]
    here = {"cwd": folder, "UV_NO_CONFIG": "0", "UV_PYTHON": sys.executable}
    assert "401" in secret.stand.run(uv, code=None, **here).stderr
    login = {"UV_INDEX_SECRET_USERNAME": "__token__", "UV_INDEX_SECRET_PASSWORD": secret.token}
    secret.stand.run(uv, **here, **login)
    assert imported(secret, folder) == "1.0"
    assert secret.token not in (folder / "uv.lock").read_text()


def test_poetry_takes_them_from_its_configuration(secret: Secret, tools: Tools) -> None:
    poetry = tools.program("poetry")
    source = f'[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = "secret"\nurl = "{secret.simple}"\n'
    folder = project(secret, "private-poetry", source)
    here = {
        "cwd": folder,
        "POETRY_VIRTUALENVS_IN_PROJECT": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    secret.stand.run([poetry, "config", "http-basic.secret", "__token__", secret.token], **here)
    secret.stand.run([poetry, "install", "-n"], **here)
    assert imported(secret, folder) == "1.0"
    assert secret.token not in (folder / "poetry.lock").read_text()


def test_pdm_takes_them_from_its_configuration(secret: Secret, tools: Tools) -> None:
    pdm = tools.program("pdm")
    source = (
        f'[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{secret.simple}"\n'
    )
    folder = project(secret, "private-pdm", source)
    here = {
        "cwd": folder,
        "PDM_CHECK_UPDATE": "false",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    secret.stand.run([pdm, "config", "pypi.username", "__token__"], **here)
    secret.stand.run([pdm, "config", "pypi.password", secret.token], **here)
    secret.stand.run([pdm, "install", "-q"], **here)
    assert imported(secret, folder) == "1.0"
    assert secret.token not in (folder / "pdm.lock").read_text()


def test_pipenv_takes_them_from_a_variable_in_the_url(secret: Secret, tools: Tools) -> None:
    folder = secret.stand.folder / "private-pipenv"
    folder.mkdir()
    url = secret.with_token.replace(secret.token, "${TOKEN}")
    (folder / "Pipfile").write_text(
        f'[[source]]\nname = "secret"\nurl = "{url}"\nverify_ssl = true\n\n[packages]\nhidden = "*"\ntree = "*"\n'
    )
    here = {"cwd": folder, "PIPENV_VENV_IN_PROJECT": "1", "PIPENV_DEFAULT_PYTHON_VERSION": sys.executable}
    secret.stand.run([tools.program("pipenv"), "install"], **here, TOKEN=secret.token)
    assert imported(secret, folder) == "1.0"
    assert secret.token not in (folder / "Pipfile.lock").read_text()


def test_the_json_api_of_a_private_index_is_private(secret: Secret) -> None:
    for path in ("pypi/hidden/json", "pypi/hidden/1.0/json"):
        assert secret.stand.bodega.get(f"/index/secret/{path}").status == 401
        given = secret.stand.bodega.get(f"/index/secret/{path}", Authorization=f"Bearer {secret.token}")
        assert given.status == 200
        assert "access-control-allow-origin" not in given.headers
        url = json.loads(given.body)["urls"][0]["url"].removeprefix(secret.stand.url)
        assert url.startswith("/packages/index/secret/")
        assert secret.stand.bodega.get(url).status == 401
        assert secret.stand.bodega.get(url, Authorization=f"Bearer {secret.token}").status == 200
