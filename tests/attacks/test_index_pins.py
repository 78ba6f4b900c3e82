"""A project bound to an index comes from there alone, and an index asked for it alone answers for nothing else.

Over real HTTP: what each index was asked is looked at, too.
"""

from collections.abc import Iterator

import pytest

from support.distributions import wheel_bytes, wheel_filename, write_wheel
from support.projects import Project, offer
from support.upstream import Upstream

PROJECT = """
[project]
name = "app"
version = "1"
requires-python = ">=3.8"
dependencies = ["torch", "dep"]
[tool.bodega.sources]
torch = {{ index = "wheels" }}
[[tool.bodega.index]]
name = "wheels"
url = "{url}"
explicit = true
"""


@pytest.fixture
def main() -> Iterator[Upstream]:
    with Upstream() as upstream:
        offer(upstream, {"torch": {"9.0": []}, "dep": {"1.0": []}})
        yield upstream


@pytest.fixture
def other() -> Iterator[Upstream]:
    with Upstream() as upstream:
        offer(upstream, {"torch": {"2.0": ["dep"]}, "dep": {"99.0": []}})
        yield upstream


def pages(upstream: Upstream) -> set[str]:
    return {path for path, _ in upstream.asked if path.startswith("/simple/")}


def test_each_index_is_asked_for_its_own_alone(tmp_path, main, other):
    project = Project(tmp_path, main.root, PROJECT.format(url=other.root))
    project.run("lock")
    assert project.locked == {"torch": "2.0", "dep": "1.0"}
    assert (pages(main), pages(other)) == ({"/simple/dep/"}, {"/simple/torch/"})
    assert f'index = "{other.root}"' in project.lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [(), ("--index-strategy", "unsafe-best-match")])
def test_the_command_line_pins_too(tmp_path, main, other, options):
    project = Project(tmp_path, main.root, "")
    project.run("lock", "torch", "--index-pin", f"Torch={other.root}", *options)
    assert project.locked == {"torch": "2.0", "dep": "1.0"}


def test_places_besides_give_nothing_of_a_pinned_project(tmp_path, main, other):
    write_wheel(tmp_path, "torch", "10.0")
    write_wheel(tmp_path, "dep", "3.0")
    project = Project(tmp_path, main.root, PROJECT.format(url=other.root))
    project.run("lock", "--find-links", str(tmp_path))
    assert project.locked == {"torch": "2.0", "dep": "3.0"}


def test_what_the_pin_does_not_know_is_nowhere(tmp_path, main):
    with Upstream() as empty:
        offer(empty, {})
        project = Project(tmp_path, main.root, PROJECT.format(url=empty.root))
        said = project.run("lock", code=3).stderr
    assert f"torch: it comes from {empty.root} alone (a pin), which knows no project of this name" in said
    assert not project.lock.exists()
    assert "/simple/torch/" not in pages(main)


@pytest.mark.parametrize("fault", ["down", "broken"])
def test_a_pin_that_fails_is_replaced_by_no_other(tmp_path, main, other, fault):
    if fault == "down":
        other.die()
    else:
        other.fault = lambda handler: handler.send_error(503) or True
    project = Project(tmp_path, main.root, PROJECT.format(url=other.root))
    project.run("lock", "--retries", "0", code=5)
    assert not project.lock.exists()
    assert "/simple/torch/" not in pages(main)


def test_a_url_that_a_package_requires_is_no_way_around_a_pin(tmp_path, main, other):
    other.files["torch-66.0-py3-none-any.whl"] = wheel_bytes("torch", "66.0")
    lure = f"torch @ http://127.0.0.1:{other.port}/files/{wheel_filename('torch', '66.0')}"
    offer(main, {"lure": {"1.0": ["torch"], "2.0": [lure]}})
    project = Project(tmp_path, main.root, PROJECT.format(url=other.root).replace('"dep"', '"lure"'))
    project.run("lock")
    assert (project.locked["lure"], project.locked["torch"]) == ("1.0", "2.0")
    assert other.count("/files/torch-66.0-py3-none-any.whl") == 0


def test_sync_takes_the_pinned_files(tmp_path, main, other):
    project = Project(tmp_path, main.root, PROJECT.format(url=other.root))
    project.run("lock")
    project.run("venv", ".venv")
    project.run("sync", "--python", ".venv", "--refresh-package", ":all:")
    assert "/simple/torch/" not in pages(main)
    listed = project.run("list", "--python", ".venv", "--format", "freeze").stdout
    assert "torch==2.0" in listed
