"""What pages of our index tell of their files, and a resolution that asks for nothing else."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename, write_wheel
from support.publishing import command, new_token, upload
from support.server import Bodega
from support.upstream import Upstream

_METADATA = re.compile(r"GET \S*\.metadata")
PROJECTS = [f"project-{number:02}" for number in range(20)]


def needs(number: int) -> str:
    """What project ``number`` requires: two that come later, one of them only here and there."""
    later = PROJECTS[number + 1 : number + 3]
    lines = [f"Requires-Dist: {name}>=1.0" for name in later]
    lines += [f"Requires-Dist: {name}; extra == 'more'" for name in PROJECTS[number + 3 : number + 4]]
    return "".join(f"{line}\n" for line in [*lines, "Provides-Extra: more", "Requires-Python: >=3.8"])


def fill(upstream: Upstream) -> None:
    for number, name in enumerate(PROJECTS):
        for version in ("1.0", "1.1"):
            wheel = wheel_bytes(name, version, metadata=needs(number))
            upstream.add(name, wheel_filename(name, version), wheel, **{"core-metadata": True})
            text = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{needs(number)}"
            upstream.documents[f"{wheel_filename(name, version)}.metadata"] = text.encode()


def locked(folder: Path, bodega: Bodega, store: str) -> str:
    """A lock made with an empty store, without the address that it was made from."""
    root, output = f"http://{bodega.host}:{bodega.port}", folder / f"pylock.{store}.toml"
    words = ("lock", f"{PROJECTS[0]}[more]", "--index-url", f"{root}/simple/", "--output", str(output))
    done = command(folder, *words, BODEGA_STORE=str(folder / store))
    assert done.returncode == 0, done.stderr
    return output.read_text().replace(root, "")


def asked_for_metadata(bodega: Bodega) -> int:
    time.sleep(0.3)  # the log is written behind
    return sum(1 for line in bodega.lines if _METADATA.search(line))


def told(bodega: Bodega, path: str) -> list[str | None]:
    """The first requirement of each file, as its page tells it."""
    page = json.loads(bodega.json(path).body)
    inline = page["_bodega"]
    if "metadata" not in inline:
        return [None] * len(page["files"])
    rows = [row[0] and inline["texts"][row[0][0]] for row in inline["metadata"]]
    return [None if place is None else rows[place] for place in inline["files"]]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_second_client_asks_for_pages_alone_and_finds_the_same(tmp_path: Path) -> None:
    with Upstream() as upstream:
        fill(upstream)
        with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
            first = locked(tmp_path, bodega, "one")
            asked = asked_for_metadata(bodega)
            assert asked >= len(PROJECTS)
            for name in PROJECTS:
                until(lambda name=name: any(told(bodega, f"/simple/{name}/")) or name == PROJECTS[-1])
            assert locked(tmp_path, bodega, "two") == first
            assert asked_for_metadata(bodega) == asked
        with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
            assert locked(tmp_path, bodega, "three") == first
            assert asked_for_metadata(bodega) == 0


def test_what_was_published_is_told_at_once_and_of_the_past_too(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    write_wheel(house, "sample", "1.0", metadata="Requires-Dist: one\n")
    assert command(tmp_path, "import", "dir", str(house), "--data", str(tmp_path / "data")).returncode == 0
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        token = new_token(tmp_path)["token"]
        assert told(bodega, "/simple/sample/") == ["one"]
        wheel = wheel_bytes("sample", "2.0", metadata="Requires-Dist: two\n")
        assert upload(bodega, token, wheel, wheel_filename("sample", "2.0"), version="2.0")[0] == 200
        assert told(bodega, "/simple/sample/") == ["one", "two"]
        serial = json.loads(bodega.json("/simple/sample/").body)["meta"]["_last-serial"]
        assert told(bodega, f"/index/main@{serial}/simple/sample/") == ["one", "two"]
        assert told(bodega, f"/index/main@{serial - 1}/simple/sample/") == ["one"]
        file = json.loads(bodega.json("/simple/sample/").body)["files"][0]
        document = bodega.get(file["url"].removeprefix("../..") + ".metadata").body
        assert b"Requires-Dist: one\n" in document
        assert b"_bodega" not in bodega.get("/simple/sample/", Accept="text/html").body


def test_what_is_held_back_or_yanked_is_told_like_any_other(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        token = new_token(tmp_path)["token"]
        for version in ("1.0", "2.0"):
            wheel = wheel_bytes("sample", version, metadata=f"Requires-Dist: needed=={version}\n")
            assert upload(bodega, token, wheel, wheel_filename("sample", version), version=version)[0] == 200
        data = ("--data", str(tmp_path / "data"))
        assert command(tmp_path, "release", "yank", "sample", "1.0", *data).returncode == 0
        assert told(bodega, "/simple/sample/") == ["needed==1.0", "needed==2.0"]
        assert command(tmp_path, "policy", "deny", "sample==2.0", "--reason", "no", *data).returncode == 0
        assert told(bodega, "/simple/sample/") == ["needed==1.0"]
