"""Private names that an upstream has too: whatever it offers, nobody gets it who did not ask for the mix.

An attacker registers the names of our private projects elsewhere: the same version with other bytes, a higher
version, spellings that normalize to the same name, files of our name on another project's page. Readers are
pip, uv and bodega as they resolve, and URLs of files asked for directly, also of files that were read through
before the name was claimed here.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.audit import records
from support.choosing import CLIENTS, Chooser
from support.distributions import wheel_bytes, wheel_filename
from support.in_process import quick_command
from support.publishing import new_token, upload
from support.server import Bodega
from support.upstream import Upstream, until

THEIRS = {"files": {"harm.py": b"raise SystemExit('the attacker was here')\n"}}
#: Our projects, each at 1.0, and the file that the upstream has under the name.
TWINS = {
    "acme-same": wheel_filename("acme-same", "1.0"),
    "acme-higher": wheel_filename("acme-higher", "99.0"),
    "acme-spelled": "Acme.Spelled-99.0-py3-none-any.whl",
    "acme-seen": wheel_filename("acme-seen", "99.0"),
}
#: How the names are asked for.
ASKED = ("acme-same", "acme-higher>=1", "Acme_Spelled", "ACME.seen")


def version(filename: str) -> str:
    return filename.split("-")[1]


class House:
    """An index over the attacker's upstream; ``acme-seen`` was read through before it was claimed."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.theirs: dict[str, str] = {}
        for name, filename in TWINS.items():
            content = wheel_bytes(name, version(filename), **THEIRS)
            entry = upstream.add(name, filename, content, **{"upload-time": "2020-01-02T03:04:05Z"})
            self.theirs[name] = f"/files/{entry['hashes']['sha256']}/{filename}"
        # A file of our name on the page of a project that nobody claimed.
        stray = wheel_bytes("acme-stray", "9.0", **THEIRS)
        entry = upstream.add("lure", wheel_filename("acme-stray", "9.0"), stray)
        self.theirs["acme-stray"] = (
            f"/files/{entry['hashes']['sha256']}/{wheel_filename('acme-stray', '9.0')}"
        )
        self.server = Bodega(folder, "--upstream", upstream.root)
        for name in ("acme-seen", "lure"):
            assert self.server.json(f"/simple/{name}/").status == 200
        for name in ("acme-seen", "acme-stray"):
            assert self.server.get(self.theirs[name]).status == 200
            assert self.server.get(f"{self.theirs[name]}.metadata").status == 200
        token = new_token(folder)["token"]
        for name in (*TWINS, "acme-stray"):
            made = upload(
                self.server, token, wheel_bytes(name, "1.0"), wheel_filename(name, "1.0"), name=name
            )
            assert made[0] == 200, made
        self.before = len(upstream.asked)

    @property
    def index(self) -> str:
        return f"http://{self.server.host}:{self.server.port}/simple/"

    def names(self, name: str) -> list[str]:
        answer = self.server.json(f"/simple/{name}/")
        assert answer.status == 200
        return [file["filename"] for file in json.loads(answer.body)["files"]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Upstream() as upstream:
        made = House(tmp_path_factory.mktemp("confusion"), upstream)
        try:
            yield made
        finally:
            made.server.end()


@pytest.mark.parametrize("name", TWINS)
def test_a_page_has_our_files_alone_however_the_name_is_written(house: House, name: str) -> None:
    assert house.names(name) == [wheel_filename(name, "1.0")]
    for written in (name.upper(), name.replace("-", "."), name.replace("-", "__")):
        moved = house.server.json(f"/simple/{written}/")
        assert (moved.status, moved.headers["location"]) == (301, f"../{name}/")
    document = json.loads(house.server.get(f"/pypi/{name}/json").body)
    assert list(document["releases"]) == ["1.0"]


@pytest.mark.parametrize("name", [*TWINS, "acme-stray"])
def test_no_url_leads_to_the_upstreams_file_of_a_claimed_name(house: House, name: str) -> None:
    url = house.theirs[name]
    filename = url.rpartition("/")[2]
    for path in (url, f"{url}.metadata", f"/index/main{url}", f"/files/unhashed-{name}/{filename}"):
        for method in ("GET", "HEAD"):
            assert house.server.get(path, method=method).status == 404, path


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_get_ours_alone(house: House, client: str) -> None:
    chooser = Chooser(client, house.folder, house.index)
    assert chooser.versions(*ASKED) == dict.fromkeys(TWINS, "1.0")
    assert not list(chooser.folder.rglob("harm.py"))


def test_the_upstream_was_not_even_asked_for_a_claimed_name(house: House) -> None:
    house.names("acme-higher")
    asked = [path for path, _ in house.upstream.asked[house.before :]]
    assert [path for path in asked if "acme" in path.lower()] == []


def test_an_index_based_on_ours_owns_our_names_too(house: House) -> None:
    made = quick_command(house.folder, "index", "create", "team", "--base", "main", "--data", "data")
    assert made.returncode == 0, made.stderr
    other = quick_command(house.folder, "index", "create", "other", "--data", "data")
    assert other.returncode == 0, other.stderr
    answer = house.server.json("/index/team/simple/acme-higher/")
    assert [file["filename"] for file in json.loads(answer.body)["files"]] == [
        wheel_filename("acme-higher", "1.0")
    ]
    assert house.server.get(f"/index/team{house.theirs['acme-seen']}").status == 404


def test_a_name_whose_last_release_is_denied_does_not_fall_to_the_upstream(house: House) -> None:
    denied = quick_command(
        house.folder, "policy", "deny", "acme-higher==1.0", "--reason", "bad", "--data", "data"
    )
    assert denied.returncode == 0, denied.stderr
    try:
        assert house.names("acme-higher") == []
    finally:
        quick_command(house.folder, "policy", "allow", "acme-higher==1.0", "--data", "data")


def test_a_grant_mixes_that_name_and_no_other(tmp_path: Path) -> None:
    with Upstream() as upstream:
        house = House(tmp_path, upstream)
        try:
            words = ("project", "grant", "acme-higher", "--upstream", "--data", "data")
            made = quick_command(tmp_path, *words)
            assert made.returncode == 0, made.stderr
            assert set(house.names("acme-higher")) == {
                TWINS["acme-higher"],
                wheel_filename("acme-higher", "1.0"),
            }
            assert house.server.get(house.theirs["acme-higher"]).status == 200
            assert house.names("acme-spelled") == [wheel_filename("acme-spelled", "1.0")]
            until(lambda: any(one.action == "project.grant" for one in records(tmp_path)))
        finally:
            house.server.end()
