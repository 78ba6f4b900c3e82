"""Arrays of TOML changed in place: to the byte, whatever their style."""

import tomllib

import pytest

from bodega.installer.inputs.array_text import ArrayText

STYLES = [
    "[]",
    '["a"]',
    '["a", "b"]',
    '["a","b"]',
    '[ "a", "b" ]',
    '["a", "b",]',
    '[\n    "a",\n    "b",\n]',
    '[\n  "a",\n  "b"\n]',
    '[\n  "a", # one, "x"\n  # two\n  "b" # three ]\n]',
    '[\n  "a", # one\n  # two\n  "b", # three\n  # end\n]',
    '[\r\n  "a",\r\n  "b"\r\n]',
    '["a",\n "b"]',
    '["a",\n "b",\n]',
    '[\n  "a"\n  , "b"\n  ]',
    "[\n    # nothing yet\n]",
    '["a; x == \'y\'", {include-group = "x"}]',
    '[\n\t"a",\n\n\t"b",\n]',
    '[\n"""a""",\'b\'\n,]',
    "['a, b', \"c\\\"]\", [1, 2], { x = ']' }, 3]",
]


@pytest.mark.parametrize("text", STYLES)
def test_what_is_added_and_removed_again_leaves_no_trace(text):
    before = tomllib.loads(f"x = {text}")["x"]
    for position in range(len(before) + 1):
        array = ArrayText(text)
        assert str(array) == text
        array.insert(position, '"new"')
        assert tomllib.loads(f"x = {array}")["x"] == [*before[:position], "new", *before[position:]]
        again = ArrayText(str(array))
        again.remove(position)
        assert str(again) == text


@pytest.mark.parametrize("text", STYLES)
def test_each_element_can_be_replaced_and_removed(text):
    before = tomllib.loads(f"x = {text}")["x"]
    for position in range(len(before)):
        array = ArrayText(text)
        array.replace(position, "'other'")
        assert tomllib.loads(f"x = {array}")["x"][position] == "other"
        array.remove(position)
        assert tomllib.loads(f"x = {array}")["x"] == [*before[:position], *before[position + 1 :]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", '[\n    "new",\n]'),
        ("[\n  # none\n]", '[\n  # none\n  "new",\n]'),
        ('["a"]', '["a", "new"]'),
        ('[\n  "a" # why\n]', '[\n  "a", # why\n  "new"\n]'),
        ('[\r\n  "a",\r\n]', '[\r\n  "a",\r\n  "new",\r\n]'),
    ],
)
def test_what_is_added_looks_like_the_rest(before, after):
    array = ArrayText(before)
    array.insert(len(array.elements), '"new"')
    assert str(array) == after


def test_comments_above_an_element_stay_and_that_on_its_line_goes():
    array = ArrayText('[\n  # all of it\n  "a", # for x\n  "b",\n]')
    array.remove(0)
    assert str(array) == '[\n  # all of it\n  "b",\n]'
    array.remove(0)
    assert str(array) == "[\n  # all of it\n]"
