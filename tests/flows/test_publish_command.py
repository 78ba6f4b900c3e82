"""``bodega publish`` against a real index."""

import json
import socket
from pathlib import Path

import pytest

from bodega.installer.publishing.outgoing import prepare
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename, write_wheel
from support.publishing import command, new_token
from support.server import Bodega


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("index")


@pytest.fixture(scope="module")
def index(folder):
    with Bodega(folder, "--upstream", "none") as bodega:
        yield bodega


@pytest.fixture(scope="module")
def token(index, folder):
    return new_token(folder)["token"]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "dist").mkdir()
    return tmp_path


def url_of(index: Bodega, path: str = "/legacy/") -> str:
    return f"http://{index.host}:{index.port}{path}"


def names_on_page(index: Bodega, project: str) -> set[str]:
    return {file["filename"] for file in json.loads(index.json(f"/simple/{project}/").body)["files"]}


def test_everything_in_dist_is_published_and_again_is_no_failure(index, token, project):
    headers = "Summary: all of it\nRequires-Python: >=3.8\nKeywords: a,b\nClassifier: Topic :: Utilities\n"
    write_wheel(
        project / "dist", "everything", metadata=f"{headers}Project-URL: Home, https://example.org/\n"
    )
    (project / "dist/everything-1.0.tar.gz").write_bytes(sdist_bytes("everything"))
    (project / "dist/notes.txt").write_text("not a distribution")
    for _ in range(2):
        done = command(project, "publish", "--publish-url", url_of(index), BODEGA_TOKEN=token)
        assert (done.returncode, done.stdout.count("published")) == (0, 2), done.stderr
        assert token not in done.stdout + done.stderr
    assert names_on_page(index, "everything") == {wheel_filename("everything"), "everything-1.0.tar.gz"}
    info = json.loads(index.get("/pypi/everything/json").body)["info"]
    assert (info["summary"], info["requires_python"]) == ("all of it", ">=3.8")


def test_the_endpoint_beside_the_index_is_found_and_the_answer_is_json(index, token, project):
    write_wheel(project / "dist", "beside")
    done = command(
        project,
        "publish",
        "dist",
        "--json",
        BODEGA_INDEX_URL=url_of(index, "/simple/"),
        BODEGA_TOKEN=token,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["url"] == url_of(index)
    assert [file["filename"] for file in document["files"]] == [wheel_filename("beside")]
    assert names_on_page(index, "beside") == {wheel_filename("beside")}


def test_a_pypirc_says_where_and_as_whom(index, token, project):
    write_wheel(project / "dist", "recorded")
    (project / ".pypirc").write_text(
        f"[ours]\nrepository = {url_of(index)}\nusername = __token__\npassword = {token}\n"
    )
    done = command(project, "publish", "--repository", "ours")
    assert done.returncode == 0, done.stderr
    assert names_on_page(index, "recorded") == {wheel_filename("recorded")}


def test_other_bytes_are_refused_in_the_words_of_the_index(index, token, project):
    path = write_wheel(project / "dist", "changed")
    first = command(project, "publish", "--publish-url", url_of(index), BODEGA_TOKEN=token)
    assert first.returncode == 0, first.stderr
    path.write_bytes(wheel_bytes("changed", files={"changed.py": b"ANSWER = 43\n"}))
    done = command(project, "publish", "--publish-url", url_of(index), BODEGA_TOKEN=token)
    assert done.returncode == 1
    assert "error[E-PUBLISH-REFUSED]" in done.stderr
    assert "File already exists" in done.stderr
    assert "E-FILE-EXISTS" in done.stderr


@pytest.mark.parametrize("given", [{}, {"BODEGA_TOKEN": "bodega-wrong"}])
def test_without_a_right_token_it_says_what_to_do(index, project, given):
    write_wheel(project / "dist", "denied")
    done = command(project, "publish", "--publish-url", url_of(index), **given)
    assert done.returncode == 5
    assert "error[E-PUBLISH-CREDENTIALS]" in done.stderr
    assert "try: set BODEGA_TOKEN" in done.stderr
    assert index.json("/simple/denied/").status == 404


def test_nothing_is_sent_when_one_file_is_unsound(index, token, project):
    write_wheel(project / "dist", "asound")
    bad = write_wheel(project / "dist", "bunsound")
    bad.write_bytes(bad.read_bytes()[:-30])
    done = command(project, "publish", "--publish-url", url_of(index), BODEGA_TOKEN=token)
    assert done.returncode == 4, done.stderr
    assert index.json("/simple/asound/").status == 404


def test_a_dry_run_sends_nothing(index, project):
    write_wheel(project / "dist", "dry")
    done = command(project, "publish", "--publish-url", url_of(index), "--dry-run")
    assert (done.returncode, "would be published" in done.stdout) == (0, True), done.stderr
    assert index.json("/simple/dry/").status == 404


def test_nothing_to_publish_and_nowhere_to_publish_to(project):
    done = command(project, "publish", "--publish-url", "http://127.0.0.1:1/legacy/")
    assert (done.returncode, "E-PUBLISH-NOTHING" in done.stderr) == (1, True)
    write_wheel(project / "dist", "homeless")
    done = command(project, "publish")
    assert (done.returncode, "E-PUBLISH-WHERE" in done.stderr) == (2, True)


def test_a_dead_index_is_said_to_be_dead(project):
    write_wheel(project / "dist", "unheard")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://user:secret@127.0.0.1:{taken.getsockname()[1]}/legacy/"
        done = command(project, "publish", "--publish-url", url)
    assert done.returncode == 5
    assert "E-INDEX-UNREACHABLE" in done.stderr
    assert "secret" not in done.stderr


def test_the_form_has_every_field_of_the_metadata(tmp_path: Path):
    metadata = (
        "Dynamic: Keywords\nLicense-Expression: MIT\nLicense-File: LICENSE\nPlatform: any\n"
        "Requires-Dist: a\nRequires-Dist: b>1\nProvides-Extra: x\nProject-URL: Home, https://example.org\n"
        "Keywords: one,two\n\nThe description.\n"
    )
    info = {"licenses/LICENSE": b"MIT"}
    outgoing = prepare(str(write_wheel(tmp_path, "fields", metadata=metadata, extra_info=info)))
    fields = outgoing.fields
    assert [value for name, value in fields if name == "requires_dist"] == ["a", "b>1"]
    assert ("project_urls", "Home, https://example.org") in fields
    assert ("keywords", "one,two") in fields
    assert ("license_file", "LICENSE") in fields
    assert ("platform", "any") in fields
    assert dict(fields)["description"] == "The description.\n"
    assert dict(fields)["pyversion"] == "py3"
    assert dict(fields)["sha256_digest"] == outgoing.sha256
