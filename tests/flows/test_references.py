"""Paths, URLs and git checkouts instead of names: as a new user would install them."""

import functools
import hashlib
import http.server
import json
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.server import environment
from support.sources import project, sdist

GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
EDITABLE = """
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = _wheel(wheel_directory, config_settings)
    return name
"""


def files(folder: Path, content: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return folder


def git(folder: Path, *words: str) -> str:
    done = subprocess.run([*GIT, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """Two commits, the first with a tag, and a branch with a project in a folder of its own."""
    folder = files(tmp_path / "repository", project("made", "1.0", more=EDITABLE))
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    git(folder, "tag", "v1")
    files(folder, project("made", "2.0", more=EDITABLE))
    git(folder, "commit", "-qam", "two")
    git(folder, "switch", "-qc", "side")
    files(folder / "inner", project("made", "3.0"))
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "three")
    git(folder, "switch", "-q", "main")
    return folder


@pytest.fixture
def bodega(tmp_path):
    home = tmp_path / "home"
    home.mkdir()

    def run(*words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "bodega", *words],
            env=environment(home, **{"PIP_NO_INDEX": "1", **variables}),
            cwd=home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done

    run("venv")
    run.home = home  # type: ignore[attr-defined]
    return run


@pytest.fixture
def served(tmp_path):
    """A folder over HTTP, and its URL."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def installed(bodega) -> dict[str, dict[str, object]]:
    report = json.loads(bodega("inspect").stdout)["installed"]
    return {row["metadata"]["name"]: row for row in report}


def test_a_checkout_records_its_commit(bodega, repository):
    commit = git(repository, "rev-parse", "HEAD")
    bodega("install", f"git+{repository.as_uri()}")
    row = installed(bodega)["made"]
    assert row["metadata"]["version"] == "2.0"
    assert row["direct_url"] == {
        "url": repository.as_uri(),
        "vcs_info": {"vcs": "git", "commit_id": commit},
    }
    assert f"made @ git+{repository.as_uri()}@{commit}" in bodega("freeze").stdout


@pytest.mark.parametrize(
    ("revision", "version"), [("v1", "1.0"), ("main", "2.0"), ("side#subdirectory=inner", "3.0")]
)
def test_tags_branches_and_folders_inside(bodega, repository, revision, version):
    bodega("install", f"made @ git+{repository.as_uri()}@{revision}")
    row = installed(bodega)["made"]
    assert row["metadata"]["version"] == version
    assert row["direct_url"]["vcs_info"]["requested_revision"] == revision.partition("#")[0]


def test_a_commit_by_its_id_also_one_that_no_branch_names(bodega, repository):
    first = git(repository, "rev-parse", "v1")
    bodega("install", f"git+{repository.as_uri()}@{first}#egg=made")
    assert installed(bodega)["made"]["metadata"]["version"] == "1.0"
    bodega("install", f"git+{repository.as_uri()}@{first[:12]}")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("git+ssh://-oProxyCommand=touch%20pwned/x", 1),
        ("git+ext::sh -c touch% pwned", 1),
        ("git+file:///nowhere/at/all", 1),
        ("git+{uri}@--upload-pack=x", 1),
        ("git+{uri}@no-such-branch", 1),
        ("hg+https://example.org/x", 2),
    ],
)
def test_what_git_must_not_be_given_or_does_not_have(bodega, repository, url, code):
    done = bodega("install", url.format(uri=repository.as_uri()), code=code)
    assert "error[E-" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bodega.home / "pwned").exists()
    assert installed(bodega).keys() <= {"pip"}


def test_hooks_of_a_repository_do_not_run(bodega, repository, tmp_path):
    template = tmp_path / "template/hooks"
    template.mkdir(parents=True)
    for name in ("post-checkout", "post-merge"):
        (template / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
        (template / name).chmod(0o755)
    bodega("install", f"git+{repository.as_uri()}", GIT_TEMPLATE_DIR=str(tmp_path / "template"))
    assert not (tmp_path / "pwned").exists()


def test_a_folder_is_built_again_each_time_and_an_editable_one_is_said_to_be(bodega, tmp_path):
    folder = files(tmp_path / "source", project("made", "1.0", more=EDITABLE))
    bodega("install", str(folder))
    assert installed(bodega)["made"]["direct_url"] == {"url": folder.as_uri(), "dir_info": {}}
    # Of another length: Python takes an older .pyc for a backend of the same size and second.
    files(folder, project("made", "2.0.1", more=EDITABLE))
    assert "1.0 -> 2.0.1" in bodega("install", "../source").stdout
    bodega("install", "-e", str(folder))
    row = installed(bodega)["made"]
    assert row["direct_url"] == {"url": folder.as_uri(), "dir_info": {"editable": True}}
    assert f"-e {folder}" in bodega("freeze").stdout


def test_archives_by_url_are_held_to_their_hash(bodega, served):
    folder, url = served
    content = sdist(project("made", "1.0"), pkg_info=None)
    (folder / "made-1.0.tar.gz").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    wrong = bodega("install", f"{url}/made-1.0.tar.gz#sha256={'0' * 64}", code=4)
    assert "E-HASH-MISMATCH" in wrong.stderr
    bodega("install", f"{url}/made-1.0.tar.gz#sha256={digest}")
    assert installed(bodega)["made"]["direct_url"] == {
        "url": f"{url}/made-1.0.tar.gz",
        "archive_info": {"hash": f"sha256={digest}", "hashes": {"sha256": digest}},
    }


def test_a_wheel_by_url_with_extras_and_what_it_requires_by_url(bodega, served):
    folder, url = served
    write_wheel(folder, "dep", "1.0")
    metadata = (
        f"Provides-Extra: more\nRequires-Dist: dep @ {url}/dep-1.0-py3-none-any.whl ; extra == 'more'\n"
    )
    write_wheel(folder, "top", "1.0", metadata=metadata)
    bodega("install", f"top[more] @ {url.replace('://', '://user:secret@')}/top-1.0-py3-none-any.whl")
    rows = installed(bodega)
    assert rows["dep"]["direct_url"]["url"] == f"{url}/dep-1.0-py3-none-any.whl"
    assert "secret" not in json.dumps(rows)
    assert not rows["dep"]["requested"]


def test_a_package_of_an_index_may_not_name_files_of_this_machine(bodega, tmp_path):
    links = tmp_path / "links"
    links.mkdir()
    (tmp_path / "served-index/evil").mkdir(parents=True)
    path = write_wheel(
        tmp_path / "served-index/evil", "evil", "1.0", metadata="Requires-Dist: x @ file:///etc/passwd\n"
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "served-index/evil/index.html").write_text(f"<a href='{path.name}#sha256={digest}'>evil</a>")
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "served-index")
    )
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        index = f"http://127.0.0.1:{server.server_address[1]}/"
        done = bodega("install", "evil", "--index-url", index, code=3, PIP_NO_INDEX="0")
        server.shutdown()
        thread.join()
    assert "a path of this machine" in done.stderr


def test_two_places_for_one_project_are_refused(bodega, tmp_path):
    one = write_wheel(tmp_path, "made", "1.0")
    two = write_wheel(tmp_path, "made", "2.0")
    done = bodega("install", str(one), str(two), code=3)
    assert one.name in done.stderr
    assert two.name in done.stderr


def test_hash_mode_takes_archives_and_no_folders(bodega, tmp_path):
    wheel = write_wheel(tmp_path, "made", "1.0")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (bodega.home / "good.txt").write_text(f"{wheel} --hash=sha256:{digest}\n")
    bodega("install", "-r", "good.txt")
    folder = files(tmp_path / "source", project("other", "1.0"))
    (bodega.home / "bad.txt").write_text(f"{wheel} --hash=sha256:{digest}\n{folder}\n")
    assert "E-HASH-REQUIRED" in bodega("install", "-r", "bad.txt", code=4).stderr


def test_a_lock_holds_checkouts_folders_and_archives_and_sync_installs_them(bodega, repository, tmp_path):
    folder = files(bodega.home / "work", project("worked", "4.0", more=EDITABLE))
    archive = tmp_path / "packed-5.0.tar.gz"
    archive.write_bytes(sdist(project("packed", "5.0"), name="packed", version="5.0"))
    asked = (f"git+file://{repository}@v1", "-e", "./work", str(archive))
    bodega("lock", *asked)
    packages = {
        one["name"]: one for one in tomllib.loads((bodega.home / "pylock.toml").read_text())["packages"]
    }
    commit = git(repository, "rev-parse", "v1")
    assert packages["made"]["vcs"] == {
        "type": "git",
        "path": str(repository),
        "requested-revision": "v1",
        "commit-id": commit,
    }
    assert packages["worked"]["directory"] == {"path": "work", "editable": True}
    assert packages["packed"]["archive"]["path"] == str(archive)
    assert bodega("sync").stdout.split() == ["+", "made", "1.0", "+", "packed", "5.0", "+", "worked", "4.0"]
    frozen = bodega("freeze").stdout
    assert f"made @ git+file://{repository}@{commit}" in frozen
    assert f"-e {folder}" in frozen
    # The tag moves; the lock does not, and what is there already is not fetched again.
    git(repository, "tag", "-f", "v1", "main")
    repository.rename(tmp_path / "gone")
    assert bodega("sync").stdout == ""
