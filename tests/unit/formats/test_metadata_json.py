"""Core metadata as JSON: lists where a field repeats, keywords apart, the body as description."""

from bodega.formats.metadata_json import metadata_json

DOCUMENT = """\
Metadata-Version: 2.4
Name: Sample.Project
Version: 1.0
Summary: über
Keywords: one, two
Classifier: A
Classifier: B
License: first line
        second line
X-Other: left out

The description.

Second: paragraph
"""


def test_the_keys_are_those_of_the_standard():
    assert metadata_json(DOCUMENT.encode()) == {
        "metadata_version": "2.4",
        "name": "Sample.Project",
        "version": "1.0",
        "summary": "über",
        "keywords": ["one", "two"],
        "classifier": ["A", "B"],
        "license": "first line\nsecond line",
        "description": "The description.\n\nSecond: paragraph\n",
    }


def test_keywords_may_be_parted_by_spaces():
    assert metadata_json(b"Name: a\nKeywords: one two\n\n") == {"name": "a", "keywords": ["one", "two"]}


def test_bytes_that_are_no_text_are_replaced():
    assert metadata_json(b"Name: a\nSummary: \xff\n")["summary"] == "\ufffd"
