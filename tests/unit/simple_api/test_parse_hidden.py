import json
from datetime import UTC, datetime

import pytest

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import HiddenFile, ProjectPage
from bodega.simple_api.parse import parse_page
from bodega.simple_api.parse_hidden import MOST_HIDDEN, parse_hidden
from bodega.simple_api.render import render_html, render_json

A = NormalizedName("a")
HELD = HiddenFile(
    filename="a-2.0-py3-none-any.whl",
    version="2.0",
    code="E-POLICY-COOLDOWN",
    reason="held back until tomorrow",
    until=datetime(2026, 11, 30, 12, 0, 0, 5, tzinfo=UTC),
)
DENIED = HiddenFile(filename="a-1.0.tar.gz", version=None, code="E-POLICY-DENIED", reason="denied: no")


def test_hidden_files_are_read_as_they_were_rendered():
    page = ProjectPage(name=A, files=(), hidden=(HELD, DENIED))
    body = render_json(page)
    assert json.loads(body)["_hidden"][0]["until"] == "2026-11-30T12:00:00.000005Z"
    assert parse_page(body, "application/json", "https://example.org/a/", A).hidden == (HELD, DENIED)
    assert b"held back" not in render_html(page)


def test_a_page_that_hides_nothing_says_nothing_of_it():
    assert "_hidden" not in json.loads(render_json(ProjectPage(name=A, files=())))


GOOD = {"filename": "a-1.0.tar.gz", "code": "E-X", "reason": "why"}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "a",
        {},
        {**GOOD, "filename": "../a"},
        {**GOOD, "filename": 7},
        {**GOOD, "code": "e-x"},
        {**GOOD, "code": ["E-X"]},
        {**GOOD, "reason": "\x1b[31mred"},
        {**GOOD, "reason": "long" * 1000},
        {**GOOD, "reason": ""},
        {**GOOD, "reason": None},
    ],
)
def test_what_cannot_be_shown_is_left_out(entry):
    assert parse_hidden([entry, GOOD]) == (
        HiddenFile(filename="a-1.0.tar.gz", version=None, code="E-X", reason="why"),
    )


def test_other_forms_are_ignored_and_there_is_an_end():
    assert parse_hidden(None) == parse_hidden({"a": 1}) == ()
    assert len(parse_hidden([GOOD] * (MOST_HIDDEN + 5))) == MOST_HIDDEN
    odd = parse_hidden([{**GOOD, "version": "1\n", "until": "soon"}])[0]
    assert (odd.version, odd.until) == (None, None)
