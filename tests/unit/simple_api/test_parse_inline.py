import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import InlineMetadata, ProjectFile, ProjectPage
from bodega.simple_api.parse import parse_page
from bodega.simple_api.parse_inline import MOST_EXTRAS, MOST_REQUIREMENTS, parse_inline
from bodega.simple_api.render import render_json

A = NormalizedName("a")
GOOD = {
    "format": 1,
    "texts": ["b>=1", 'c; extra == "x"'],
    "metadata": [[[0, 1], ">=3.8", ["x"]], [[], None, []]],
    "files": [0, None, 1, 0],
}
LINES = st.text(min_size=1, max_size=20).filter(str.isprintable)
METADATA = st.builds(
    InlineMetadata,
    st.lists(LINES, max_size=4).map(tuple),
    st.none() | LINES,
    st.lists(LINES, max_size=3).map(tuple),
)


def test_each_file_gets_its_metadata():
    found = parse_inline(GOOD, 4)
    assert found[0] == InlineMetadata(("b>=1", 'c; extra == "x"'), ">=3.8", ("x",))
    assert found == [found[0], None, InlineMetadata(), found[0]]
    assert found[3] is found[0]


@given(st.lists(st.none() | METADATA, max_size=8))
def test_a_page_is_read_as_it_was_rendered(told):
    names = [f"a-{number}-py3-none-any.whl" for number in range(len(told))]
    files = tuple(
        ProjectFile(filename=name, url=f"https://example.org/{name}", size=1, inline=inline)
        for name, inline in zip(names, told, strict=True)
    )
    body = render_json(ProjectPage(name=A, files=files))
    assert parse_page(body, "application/json", "https://example.org/a/", A).files == files


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "a",
        {},
        {**GOOD, "format": 2},
        {**GOOD, "format": "1"},
        {**GOOD, "texts": {}},
        {**GOOD, "texts": ["b>=1"]},
        {**GOOD, "texts": ["b>=1", 7]},
        {**GOOD, "texts": ["b>=1", ""]},
        {**GOOD, "texts": ["b>=1", "c\nRequires-Dist: d"]},
        {**GOOD, "texts": ["b>=1", "c\x1b[31m"]},
        {**GOOD, "texts": ["b>=1", "c" * 9000]},
        {**GOOD, "texts": ["b>=1", ["b>=1"]]},
        {**GOOD, "metadata": None},
        {**GOOD, "metadata": [[[0], None, []]]},
        {**GOOD, "metadata": [[[2], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[-1], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[True], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[0.0], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[["b>=1"], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[[0]], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[10**400], None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[0], 3, []], [[], None, []]]},
        {**GOOD, "metadata": [[[0], ">=3\n", []], [[], None, []]]},
        {**GOOD, "metadata": [[[0], None, [1]], [[], None, []]]},
        {**GOOD, "metadata": [[[0], None, "x"], [[], None, []]]},
        {**GOOD, "metadata": [[[0], None], [[], None, []]]},
        {**GOOD, "metadata": [[[0] * (MOST_REQUIREMENTS + 1), None, []], [[], None, []]]},
        {**GOOD, "metadata": [[[0], None, ["x"] * (MOST_EXTRAS + 1)], [[], None, []]]},
        {**GOOD, "files": [0, None, 1]},
        {**GOOD, "files": [0, None, 1, 2]},
        {**GOOD, "files": [0, None, 1, -1]},
        {**GOOD, "files": [0, None, 1, False]},
        {**GOOD, "files": [0, None, 1, [0]]},
        {**GOOD, "files": {"0": 0}},
        {key: value for key, value in GOOD.items() if key != "files"},
    ],
)
def test_what_is_not_of_our_form_is_left_alone_as_a_whole(document):
    assert parse_inline(document, 4) == ()
    page = {"meta": {"api-version": "1.1"}, "name": "a", "files": files_of(4), "_bodega": document}
    parsed = parse_page(json.dumps(page).encode(), "application/json", "https://example.org/a/", A)
    assert [file.inline for file in parsed.files] == [None] * 4


def test_a_file_that_is_dropped_takes_its_own_metadata_along():
    files = files_of(4)
    files[0]["filename"] = "../etc"
    page = {"meta": {"api-version": "1.1"}, "name": "a", "files": files, "_bodega": GOOD}
    parsed = parse_page(json.dumps(page).encode(), "application/json", "https://example.org/a/", A)
    assert [file.inline for file in parsed.files] == [None, InlineMetadata(), parse_inline(GOOD, 4)[3]]


def test_a_row_that_every_file_names_is_there_once():
    texts = [f"b{number}" for number in range(MOST_REQUIREMENTS)]
    row = [list(range(MOST_REQUIREMENTS)), None, []]
    document = {"format": 1, "texts": texts, "metadata": [row], "files": [0] * 100_000}
    began = time.process_time()
    found = parse_inline(document, 100_000)
    assert time.process_time() - began < 1
    assert len({id(inline) for inline in found}) == 1


def files_of(count):
    names = [f"a-{number}-py3-none-any.whl" for number in range(count)]
    return [{"filename": name, "url": f"https://example.org/{name}", "hashes": {}} for name in names]
