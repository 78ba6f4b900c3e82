"""The components of a lock."""

from pathlib import Path

import pytest

from bodega.installer.auditing.locked_components import locked_components
from bodega.installer.locking.errors import LockError
from support.memory_index import TARGET

LOCK = """
lock-version = "1.0"
created-by = "someone"
[[packages]]
name = "app"
version = "1.0"
dependencies = [{name = "leaf"}]
index = "https://user:secret@index.example/simple/"
[[packages.wheels]]
name = "app-1.0-py3-none-any.whl"
url = "https://user:secret@files.example/app-1.0-py3-none-any.whl"
hashes = {SHA256 = "AA"}
[[packages]]
name = "leaf"
version = "2.0"
marker = "python_version >= '3.9'"
[packages.sdist]
url = "https://files.example/a/leaf-2.0.tar.gz"
hashes = {sha256 = "bb"}
[[packages]]
name = "leaf"
version = "1.0"
marker = "python_version < '3.9'"
[packages.sdist]
path = "leaf-1.0.tar.gz"
hashes = {sha256 = "cc"}
[[packages]]
name = "checkout"
vcs = {type = "git", url = "https://user:secret@git.example/x", commit-id = "abc"}
[[packages]]
name = "folder"
directory = {path = "./folder"}
"""


def test_every_entry_with_its_files(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(LOCK)
    found = locked_components(str(path), lambda: TARGET)
    assert [(one.name, one.version, one.requested) for one in found.components] == [
        ("app", "1.0", True),
        ("checkout", "", True),
        ("folder", "", True),
        ("leaf", "1.0", False),
        ("leaf", "2.0", False),
    ]
    app, checkout, folder, old, new = found.components
    assert (app.needs, app.index) == (("leaf",), "https://index.example/simple/")
    assert app.files[0].url == "https://files.example/app-1.0-py3-none-any.whl"
    assert app.files[0].hashes == {"sha256": "aa"}
    assert (checkout.origin, folder.origin) == ("git+https://git.example/x@abc", "./folder")
    assert (old.files[0].filename, new.files[0].filename) == ("leaf-1.0.tar.gz", "leaf-2.0.tar.gz")
    assert new.marker == "python_version >= '3.9'"
    assert found.asked is None


def test_what_our_own_lock_says_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(LOCK + '[tool.bodega]\nrequirements = ["Leaf>=1", "./folder"]\n')
    found = locked_components(str(path), lambda: TARGET)
    assert found.asked == ("Leaf>=1", "./folder")
    assert {one.name for one in found.components if one.requested} == {"leaf"}


@pytest.mark.parametrize("text", ["", "[", "lock-version = '1.0'", LOCK.replace('"1.0"', '"9.0"', 1)])
def test_what_is_no_lock_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(text)
    with pytest.raises(LockError):
        locked_components(str(path), lambda: TARGET)


def test_a_lock_of_another_tool(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(
        'version = 1\nrequires-python = ">=3.9"\n'
        '[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "leaf" }]\n'
        '[[package]]\nname = "leaf"\nversion = "2.0"\nsource = { registry = "https://u:p@index.example/simple" }\n'
        'wheels = [{ url = "https://files.example/leaf-2.0-py3-none-any.whl", hash = "sha256:aa" }]\n'
    )
    (leaf,) = locked_components(str(path), lambda: TARGET).components
    assert (leaf.name, leaf.version, leaf.requested) == ("leaf", "2.0", True)
    assert leaf.files[0].hashes == {"sha256": "aa"}
    assert "u:p" not in str(leaf)
