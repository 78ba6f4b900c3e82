"""Scripts of entry_points.txt, beside the standard library's reader."""

from importlib.metadata import EntryPoints

import pytest

from bodega.formats.entry_points import InvalidEntryPointError, Script, check_script_name, parse_scripts

TEXT = """
# comment
[console_scripts]
run = pkg.cli:main
deep=pkg:App.run [extra, other]
; another comment
with space = pkg:main

[other.group]
nonsense without equals

[gui_scripts]
window = pkg.gui:show
"""


def test_both_groups_are_read_and_others_left_alone() -> None:
    assert parse_scripts(TEXT) == (
        Script("run", "pkg.cli", "main"),
        Script("deep", "pkg", "App.run"),
        Script("with space", "pkg", "main"),
        Script("window", "pkg.gui", "show", windowed=True),
    )


def test_the_standard_library_reads_the_same() -> None:
    text = TEXT.replace("nonsense without equals", "a = b:c").replace("; another comment", "")
    theirs = EntryPoints._from_text_for(text, None)
    mine = {(one.name, one.module, one.attribute) for one in parse_scripts(text)}
    assert {(one.name, one.module, one.attr) for one in theirs if one.group.endswith("_scripts")} == mine


@pytest.mark.parametrize(
    "line",
    [
        "run",
        "= pkg:main",
        "run = pkg",
        "run = pkg:",
        "run = :main",
        "run = pkg:main()",
        "run = pkg:main; import os",
        "run = pkg main:main",
        "run = pkg:class",
        "run = pkg..cli:main",
        "run = 1pkg:main",
        "../run = pkg:main",
        "a\\b = pkg:main",
        ".. = pkg:main",
        "a\x07b = pkg:main",
    ],
)
def test_what_is_not_safe_to_write_is_refused(line: str) -> None:
    with pytest.raises(InvalidEntryPointError):
        parse_scripts(f"[console_scripts]\n{line}\n")


def test_names_of_scripts() -> None:
    check_script_name("jupyter-lab.exe")
    for name in ("", ".", "a/b", "a\nb"):
        with pytest.raises(InvalidEntryPointError):
            check_script_name(name)
