"""A project's files name an index of an attacker, and locks and redirects lead to one: told, and given nothing."""

import base64
import hashlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.projects import Project, offer
from support.server import environment
from support.upstream import Upstream

SECRET = "Basic " + base64.b64encode(b"ann:hunter2").decode()
BOUND = """
[project]
name = "app"
version = "1"
dependencies = ["torch", "dep"]
[tool.bodega.sources]
torch = {{ index = "wheels" }}
[[tool.bodega.index]]
name = "wheels"
url = "{url}"
explicit = true
"""
FOR_ALL = """
[project]
name = "app"
version = "1"
dependencies = ["dep"]
[[tool.bodega.index]]
name = "wheels"
url = "{url}"
"""
NETRC = "machine localhost login ann password hunter2\ndefault login ann password hunter2\n"
HOW = "; BODEGA_PROJECT_INDEXES=allow trusts it, =refuse refuses it"


@pytest.fixture
def main() -> Iterator[Upstream]:
    with Upstream() as upstream:
        offer(upstream, {"torch": {"9.0": []}, "dep": {"1.0": []}})
        yield upstream


@pytest.fixture
def attacker() -> Iterator[Upstream]:
    with Upstream() as upstream:
        offer(upstream, {"torch": {"2.0": []}, "dep": {"99.0": []}})
        yield upstream


def by_name(upstream: Upstream) -> str:
    return upstream.root.replace("127.0.0.1", "localhost")


def project_of(tmp_path, index: str, text: str) -> Project:
    path = tmp_path / ".netrc"
    path.write_text(NETRC)
    path.chmod(0o600)
    return Project(tmp_path, index, text)


def given(upstream: Upstream) -> set[str]:
    """What credentials an index was sent."""
    assert upstream.asked
    return {
        value
        for _, headers in upstream.asked
        for name, value in headers.items()
        if name.lower() == "authorization"
    }


def row(case: int, what: str, expected: str) -> pytest.MarkDecorator:
    return pytest.mark.hostile(case=case, surface="project files", what=what, expected=expected)


@row(160, "an index that pyproject.toml binds a project to", "announced, no credentials of another host")
def test_a_bound_index_is_announced_and_given_nothing(tmp_path, main, attacker):
    # Credentials of pip's kind, in the URL of the user's own index, and of netrc.
    own = by_name(main).replace("http://", "http://ann:hunter2@")
    project = project_of(tmp_path, own, BOUND.format(url=attacker.root))
    said = project.run("lock").stderr
    assert f"note: pyproject.toml sends torch to {attacker.root}{HOW}\n" in said
    assert said.count("note: ") == 1
    assert given(main) == {SECRET}
    assert given(attacker) == set()
    assert project.locked == {"torch": "2.0", "dep": "1.0"}
    project.run("venv", "--no-pip")
    assert f"note: pyproject.toml sends torch to {attacker.root}" in project.run("sync").stderr
    assert given(attacker) == set()


@row(
    160, "an index that pyproject.toml binds a project to, while its lock is looked at", "refused, not asked"
)
@pytest.mark.parametrize("command", ["licenses", "sbom"])
def test_looking_at_a_lock_asks_no_index_that_is_refused(tmp_path, main, attacker, command):
    project = project_of(tmp_path, by_name(main), BOUND.format(url=attacker.root))
    project.run("lock")
    attacker.asked.clear()
    fresh = {"BODEGA_STORE": str(tmp_path / "fresh")}
    words = (command, "--lock", "pylock.toml")
    done = project.run(*words, code=4, BODEGA_PROJECT_INDEXES="refuse", **fresh)
    assert "error[E-PROJECT-INDEX-REFUSED]" in done.stderr
    assert attacker.asked == []
    assert (
        f"note: pyproject.toml sends torch to {attacker.root}{HOW}\n" in project.run(*words, **fresh).stderr
    )


@row(160, "an index that pyproject.toml adds for all projects", "announced, no credentials of another host")
def test_an_added_index_is_announced(tmp_path, main, attacker):
    project = project_of(tmp_path, by_name(main), FOR_ALL.format(url=attacker.root))
    assert f"note: pyproject.toml sends all projects to {attacker.root}{HOW}\n" in project.run("lock").stderr
    assert given(attacker) == set()


@row(160, "an index that ./bodega.toml sets", "announced, no credentials of another host")
def test_the_index_of_a_settings_file_is_announced(tmp_path, attacker):
    project = project_of(tmp_path, "", "")
    (project.folder / "bodega.toml").write_text(f'index-url = "{attacker.root}"\nproject-indexes = "allow"\n')
    said = project.run("lock", "dep").stderr
    assert f"note: bodega.toml sends all projects to {attacker.root}{HOW}\n" in said
    assert given(attacker) == set()


@row(160, "./bodega.toml that trusts itself, where the user refuses", "exit 4, nothing asked")
@row(160, "pyproject.toml, where the user refuses", "exit 4, nothing asked")
def test_what_is_refused_is_not_asked(tmp_path, main, attacker):
    project = project_of(tmp_path, main.root, BOUND.format(url=attacker.root))
    refuse = {"BODEGA_PROJECT_INDEXES": "refuse"}
    assert "error[E-PROJECT-INDEX-REFUSED]" in project.run("lock", code=4, **refuse).stderr
    (project.folder / "bodega.toml").write_text(f'index-url = "{attacker.root}"\nproject-indexes = "allow"\n')
    done = project.run("lock", "dep", code=4, BODEGA_INDEX_URL="", **refuse)
    assert "bodega.toml names the index" in done.stderr
    project.run("venv", "--no-pip", **refuse)
    project.run("list", "--python", ".venv", BODEGA_INDEX_URL="", **refuse)
    assert (main.asked, attacker.asked) == ([], [])
    assert not project.lock.exists()


def test_an_index_that_is_the_users_own_needs_no_word(tmp_path, main, attacker):
    project = project_of(tmp_path, main.root, BOUND.format(url=main.root))
    assert "note: " not in project.run("lock").stderr
    project.file.write_text(BOUND.format(url=attacker.root))
    words = ("lock", "--index-pin", f"torch={attacker.root}")
    assert "note: " not in project.run(*words).stderr
    told = project.run("lock", BODEGA_PROJECT_INDEXES="allow").stderr
    assert f"note: pyproject.toml sends torch to {attacker.root}\n" in told


def at_terminal(project: Project, tmp_path, index: str, answer: bytes) -> tuple[int, str]:
    """Run ``lock`` with a terminal that answers; the exit code and what was said."""
    ours, theirs = pty.openpty()
    variables = environment(
        project.folder, BODEGA_INDEX_URL=index, BODEGA_STORE=str(tmp_path / "store"), HOME=str(tmp_path)
    )
    command = [sys.executable, "-P", "-m", "bodega", "lock"]
    with subprocess.Popen(
        command, cwd=project.folder, env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        os.write(ours, answer)
        said = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:
                break
            said += part
            if not part:
                break
    os.close(ours)
    return process.returncode, said.decode()


@row(160, "an index of pyproject.toml, at a terminal", "asked once, yes and no are kept")
def test_a_terminal_is_asked_once(tmp_path, main, attacker):
    project = project_of(tmp_path, main.root, BOUND.format(url=attacker.root))
    code, said = at_terminal(project, tmp_path, main.root, b"\n")
    assert (code, "trusted, for this folder? [y/N]" in said, attacker.asked) == (4, True, [])
    assert at_terminal(project, tmp_path, main.root, b"y\n")[0] == 0
    code, said = at_terminal(project, tmp_path, main.root, b"\n")
    assert (code, "[y/N]" in said, "note: " in said) == (0, False, False)
    project.file.write_text(BOUND.format(url=by_name(attacker)))
    assert at_terminal(project, tmp_path, main.root, b"n\n")[0] == 4
    code, said = at_terminal(project, tmp_path, main.root, b"y\n")
    assert (code, "[y/N]" in said, "project-indexes.json says so" in said) == (4, False, True)


# --- netrc


@row(161, "the index redirects to another host", "no credentials there")
def test_a_redirect_takes_no_credentials_along(tmp_path, main, attacker):
    place = f"http://127.0.0.1:{attacker.port}"

    def away(handler: object) -> bool:
        handler.send_response(302)  # type: ignore[attr-defined]
        handler.send_header("Location", place + handler.path)  # type: ignore[attr-defined]
        handler.send_header("Content-Length", "0")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        return True

    main.fault = away
    project = project_of(tmp_path, by_name(main), "")
    project.run("lock", "dep")
    assert project.locked == {"dep": "99.0"}
    assert given(main) == {SECRET}
    assert given(attacker) == set()


def lock_text(url: str) -> str:
    name, data = wheel_filename("dep", "99.0"), wheel_bytes("dep", "99.0")
    digest = hashlib.sha256(data).hexdigest()
    file = f'{{ name = "{name}", url = "{url}", hashes = {{ sha256 = "{digest}" }} }}'
    head = 'lock-version = "1.0"\ncreated-by = "someone"\n[[packages]]\nname = "dep"\nversion = "99.0"\n'
    return f"{head}wheels = [{file}]\n"


def uv_lock_text(url: str, registry: str) -> str:
    digest = hashlib.sha256(wheel_bytes("dep", "99.0")).hexdigest()
    return (
        'version = 1\nrequires-python = ">=3.8"\n[[package]]\nname = "dep"\nversion = "99.0"\n'
        f'source = {{ registry = "{registry}" }}\nwheels = [{{ url = "{url}", hash = "sha256:{digest}" }}]\n'
        '[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "dep" }]\n'
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=row(161, f"{name} leads to another host", "no credentials there"))
        for name in ("pylock.toml", "uv.lock")
    ],
)
def test_a_lock_leads_credentials_nowhere(tmp_path, main, attacker, name):
    url = f"http://127.0.0.1:{attacker.port}/files/{wheel_filename('dep', '99.0')}"
    project = project_of(tmp_path, by_name(main), "")
    project.run("venv", "--no-pip")
    text = lock_text(url) if name == "pylock.toml" else uv_lock_text(url, attacker.root)
    (project.folder / name).write_text(text)
    done = project.run("sync", name, BODEGA_LOCK_POLICY="warn")
    assert "+ dep 99.0" in done.stdout, done.stderr
    assert given(attacker) == set()


def test_a_host_that_netrc_names_gets_what_is_there_for_it(tmp_path, attacker):
    project = project_of(tmp_path, by_name(attacker), "")
    project.run("lock", "dep")
    assert given(attacker) == {SECRET}


def test_a_decision_file_that_is_broken_says_nothing(tmp_path, main, attacker):
    project = project_of(tmp_path, main.root, BOUND.format(url=attacker.root))
    kept = tmp_path / ".local/share/bodega/project-indexes.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"decisions": [3]}))
    assert "note: pyproject.toml sends torch" in project.run("lock").stderr
