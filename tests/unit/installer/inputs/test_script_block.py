"""Inline metadata of scripts (PEP 723)."""

import pytest

from bodega.installer.inputs.script_block import ScriptBlock, ScriptBlockError, read_script_block

GOOD = """#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#
#   "rich",
# ]
# [tool.uv]
# x = 1
# ///
print("hello")
"""


def test_a_block_is_read(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(GOOD)
    assert read_script_block(str(path)) == ScriptBlock(("requests<3", "rich"), ">=3.11")


@pytest.mark.parametrize(
    "text",
    [
        "print(1)\n",
        "# /// other\n# x = 1\n# ///\n",
        "# /// script\n# dependencies = []\n# /// trailing\n",
        "# /// script\nx = 1\n# ///\n",
    ],
)
def test_what_is_no_script_block_is_none(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(text)
    assert read_script_block(str(path)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD + GOOD, "more than one"),
        ("# /// script\n# dependencies = [\n# ///\n", "not TOML"),
        ("# /// script\n# dependencies = 'x'\n# ///\n", "no array"),
        ("# /// script\n# requires-python = 3\n# ///\n", "no text"),
    ],
)
def test_a_block_that_cannot_be_used_says_why(tmp_path, text, why):
    path = tmp_path / "script.py"
    path.write_text(text)
    with pytest.raises(ScriptBlockError) as failure:
        read_script_block(str(path))
    assert why in failure.value.why


def test_a_script_that_is_not_there(tmp_path):
    with pytest.raises(ScriptBlockError):
        read_script_block(str(tmp_path / "none.py"))
