"""A cooldown through time: what an upstream says of its files, what was seen of them, and when they appear."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.memory.pages import MemoryPageStore
from bodega.formats.names import NormalizedName
from bodega.index.views.errors import MetadataNotFoundError
from bodega.index.views.policied_index import PoliciedIndex
from bodega.index.views.policy_errors import HeldBackByPolicyError
from bodega.index.views.rendered_pages import RenderedPages
from bodega.index.views.upstream_index import UpstreamIndex
from bodega.simple_api.codings import decode
from support.distributions import wheel_bytes, wheel_filename
from support.policies import cooldown, policy
from support.publishing import command
from support.seen_upstream import SeenUpstream, entry
from support.server import Bodega
from support.upstream import Upstream

LIB = NormalizedName("lib")
BYTES = b"some bytes"


class Travel:
    """An upstream seen through a cooldown of a week, with a clock that a test turns."""

    def __init__(self, folder: Path) -> None:
        self.seen = SeenUpstream(folder)
        upstream = UpstreamIndex(
            self.seen.pages, self.seen.files, self.seen.metadata, advisories=self.seen.advisories
        )
        self.view = PoliciedIndex(
            upstream, policy(cooldown("7d")), lambda: self.seen.now, lambda _refusal: None
        )
        self.pages = RenderedPages("main", self.view, MemoryPageStore(), time=self.time)
        self.entries: list[dict[str, Any]] = []

    def time(self) -> float:
        return self.seen.now.timestamp()

    def upstream_adds(self, version: str, said: timedelta | None = None) -> None:
        """A file whose upload was so long ago, as the upstream says; ``None``: it says nothing."""
        uploaded = None if said is None else (self.seen.now - said).isoformat().replace("+00:00", "Z")
        filename = f"lib-{version}.tar.gz"
        self.entries.append(entry(filename, BYTES + version.encode(), **{"upload-time": uploaded}))
        self.seen.say("lib", *self.entries)

    def look(self) -> list[str]:
        """The versions on the page, freshly asked for; each file can be had if and only if it is listed."""
        self.seen.pages.refresh(LIB)
        found = self.pages.page(LIB, "json", "zstd")
        assert found is not None
        document = json.loads(decode(found[1].body, "zstd"))
        listed = [file["filename"] for file in document["files"]]
        for one in self.entries:
            key = one["hashes"]["sha256"]
            if one["filename"] in listed:
                file = self.view.file(key, one["filename"])
                assert file is not None
                with pytest.raises(MetadataNotFoundError):
                    file.metadata()
            else:
                with pytest.raises(HeldBackByPolicyError):
                    self.view.file(key, one["filename"])
        return [name.removeprefix("lib-").removesuffix(".tar.gz") for name in listed]

    def wait(self, days: float) -> None:
        self.seen.now += timedelta(days=days)


@pytest.fixture
def travel(tmp_path: Path) -> Travel:
    return Travel(tmp_path)


def test_on_the_first_page_the_upstreams_time_counts(travel: Travel) -> None:
    travel.upstream_adds("1", timedelta(days=100))
    travel.upstream_adds("2", timedelta(days=6))
    travel.upstream_adds("3", timedelta(0))
    assert travel.look() == ["1"]
    travel.wait(1 - 1e-9)
    assert travel.look() == ["1"]
    travel.wait(1e-9)
    assert travel.look() == ["1", "2"]
    travel.wait(6)
    assert travel.look() == ["1", "2", "3"]


@pytest.mark.parametrize(
    "said",
    [timedelta(days=2000), None, timedelta(days=-30), timedelta(0)],
    ids=["old", "none", "future", "now"],
)
def test_on_a_known_page_a_new_file_is_as_young_as_our_first_sight(
    travel: Travel, said: timedelta | None
) -> None:
    travel.upstream_adds("1", timedelta(days=100))
    assert travel.look() == ["1"]
    travel.wait(30)
    travel.upstream_adds("2", said)
    for _ in range(3):
        assert travel.look() == ["1"]
        travel.wait(2)
    travel.wait(1 - 1e-6)
    assert travel.look() == ["1"]
    travel.wait(1e-6)
    assert travel.look() == ["1", "2"]


@pytest.mark.parametrize("said", [None, timedelta(days=-3000)], ids=["none", "future"])
def test_on_the_first_page_a_time_that_cannot_be_is_our_first_sight(
    travel: Travel, said: timedelta | None
) -> None:
    travel.upstream_adds("1", said)
    assert travel.look() == []
    travel.wait(7)
    assert travel.look() == ["1"]


def test_what_the_upstream_says_later_of_a_file_changes_nothing(travel: Travel) -> None:
    travel.upstream_adds("1", timedelta(0))
    assert travel.look() == []
    travel.entries[0]["upload-time"] = "2001-01-01T00:00:00Z"
    travel.seen.say("lib", *travel.entries)
    travel.wait(1)
    assert travel.look() == []
    travel.wait(6)
    assert travel.look() == ["1"]


def test_a_file_that_goes_and_comes_back_is_not_young_again(travel: Travel) -> None:
    travel.upstream_adds("1", timedelta(0))
    assert travel.look() == []
    entries, travel.entries = travel.entries, []
    travel.seen.say("lib")
    travel.wait(3)
    assert travel.look() == []
    travel.entries = entries
    travel.seen.say("lib", *entries)
    travel.wait(4)
    assert travel.look() == ["1"]


def test_a_running_server_shows_a_file_at_the_moment_its_time_is_over(tmp_path: Path) -> None:
    with Upstream() as upstream:
        uploaded = datetime.now(UTC) - timedelta(seconds=52)
        content, filename = wheel_bytes("lib"), wheel_filename("lib")
        upstream.add("lib", filename, content, **{"upload-time": uploaded.strftime("%Y-%m-%dT%H:%M:%S.%fZ")})
        with Bodega(tmp_path, "--upstream", upstream.root, "--cooldown", "1m") as server:
            opens = uploaded.timestamp() + 60
            first = server.json("/simple/lib/")
            assert json.loads(first.body)["files"] == []
            assert int(first.headers["cache-control"].removeprefix("max-age=")) <= 8
            checked = command(tmp_path, "policy", "check", "lib", "--json", "--data", str(tmp_path / "data"))
            assert not json.loads(checked.stdout)["files"][0]["allowed"]
            url = f"/files/{upstream.pages['lib'][0]['hashes']['sha256']}/{filename}"
            assert server.get(url).status == 403
            seen_at = appearance(lambda: json.loads(server.json("/simple/lib/").body)["files"])
            assert 0 <= seen_at - opens < 2
            assert server.get(url).body == content


def appearance(condition: Callable[[], object]) -> float:
    """When it became true, by the wall clock."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
    return time.time()
