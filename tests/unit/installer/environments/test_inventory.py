"""What an interpreter finds installed: by name, once, with what is editable and what is outside."""

import json
from pathlib import Path

from bodega.formats.names import normalize
from bodega.installer.environments.inventory import Scope, inventory_of, within


def info(site: Path, name: str, version: str = "1.0", **files: str) -> Path:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    for file, content in files.items():
        (folder / file.replace("__", ".")).write_text(content)
    return folder


def test_the_first_of_two_counts_and_names_are_sorted(tmp_path):
    info(tmp_path / "a", "Zed", "1.0")
    info(tmp_path / "b", "zed", "2.0")
    info(tmp_path / "b", "alpha")
    found = inventory_of([str(tmp_path / "a"), str(tmp_path / "b")])
    assert [(one.name, one.distribution.version) for one in found] == [("alpha", "1.0"), ("zed", "1.0")]


def test_what_is_editable_says_where(tmp_path):
    url = {"url": "file:///src/my%20project", "dir_info": {"editable": True}}
    info(tmp_path, "one", direct_url__json=json.dumps(url))
    info(tmp_path, "two", direct_url__json=json.dumps({**url, "dir_info": {}}))
    found = {one.name: one.editable_at for one in inventory_of([str(tmp_path)])}
    assert found == {"one": "/src/my project", "two": None}


def test_the_old_form_of_editable_is_known_by_its_link(tmp_path):
    source = tmp_path / "source"
    (source / "old.egg-info").mkdir(parents=True)
    (source / "old.egg-info" / "PKG-INFO").write_text("Name: Old\nVersion: 3\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old.egg-link").write_text(f"{source}\n.")
    (one,) = inventory_of([str(tmp_path / "site"), str(source)])
    assert (one.name, one.editable_at, one.distribution.typed_version) == ("old", str(source), "3")


def test_scopes_leave_out(tmp_path):
    url = json.dumps({"url": "file:///src", "dir_info": {"editable": True}})
    info(tmp_path, "one", direct_url__json=url)
    info(tmp_path, "two")
    found = inventory_of([str(tmp_path)])
    assert [one.name for one in within(Scope(editables="only"), found)] == [normalize("one")]
    assert [one.name for one in within(Scope(editables="none"), found)] == [normalize("two")]
    assert within(Scope(user=True), found) == []


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert inventory_of([str(tmp_path / "none")]) == []
