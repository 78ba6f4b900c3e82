"""Lines of a requirements file out of what is installed, in the order of other files."""

import json

from bodega.formats.names import NormalizedName
from bodega.installer.commands.frozen import ADDED, Line, arranged, frozen, tools
from bodega.installer.environments.inventory import inventory_of


def lines(*names):
    return [Line(NormalizedName(name), f"{name}==1") for name in names]


def test_files_give_the_order_their_options_and_comments():
    warnings = []
    files = {"r.txt": "# top\n-i x\nb # why\n\nc>=1 --hash=sha256:0\nnowhere\n", "s.txt": "# top\nb\nd\n"}
    found = list(arranged(lines("a", "b", "c", "d"), files, (), warn=warnings))
    assert found == ["# top", "-i x", "b==1", "", "c==1", "d==1", ADDED, "a==1"]
    assert warnings == [
        "r.txt names nowhere, but nowhere is not installed",
        "b is named several times: r.txt, s.txt",
    ]


def test_what_is_skipped_stays_where_a_file_names_it():
    assert list(arranged(lines("a", "b"), {}, {"a"}, warn=[])) == ["b==1"]
    assert list(arranged(lines("a", "b"), {"r": "a"}, {"a"}, warn=[])) == ["a==1", ADDED, "b==1"]


def test_setuptools_is_a_tool_before_python_3_12_only():
    assert "setuptools" in tools("3.11.2")
    assert tools("3.12.0") == {"pip"}


def test_direct_references_are_written_whole(tmp_path):
    documents = {
        "vcs": {
            "url": "https://e.org/r",
            "vcs_info": {"vcs": "git", "commit_id": "abc"},
            "subdirectory": "d",
        },
        "archive": {"url": "https://e.org/a.whl", "archive_info": {"hashes": {"sha256": "12"}}},
        "folder": {"url": "file:///src", "dir_info": {}},
        "place": {"url": f"file://{tmp_path}", "dir_info": {"editable": True}},
    }
    for name, document in documents.items():
        info = tmp_path / "site" / f"{name}-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n")
        (info / "direct_url.json").write_text(json.dumps(document))
    assert [line.text for line in frozen(inventory_of([str(tmp_path / "site")]))] == [
        "archive @ https://e.org/a.whl#sha256=12",
        "folder @ file:///src",
        f"# Editable install with no version control (place==1)\n-e {tmp_path}",
        "vcs @ git+https://e.org/r@abc#subdirectory=d",
    ]
