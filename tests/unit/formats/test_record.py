"""RECORD rows."""

import csv
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.record import (
    InvalidRecordError,
    RecordRow,
    hash_field,
    parse_record,
    record_line,
    recorded_paths,
    render_record,
)

PATHS = st.text(alphabet='ab/,." \u00e9', min_size=1, max_size=20).filter(str.strip)
ROWS = st.builds(
    lambda path, data: (
        RecordRow(path, "sha256", hashlib.sha256(data).digest(), len(data)) if data else RecordRow(path)
    ),
    PATHS,
    st.binary(max_size=8),
)


@given(st.lists(ROWS, max_size=6))
def test_what_is_written_is_read(rows: list[RecordRow]) -> None:
    text = render_record(rows)
    assert parse_record(text) == rows
    assert recorded_paths(text) == [row.path for row in rows]
    assert [row[0] for row in csv.reader(io.StringIO(text))] == [row.path for row in rows]


def test_the_form_is_that_of_other_installers() -> None:
    digest = hashlib.sha256(b"").digest()
    assert hash_field(digest) == "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    assert record_line("a/b.py", digest, 0) == "a/b.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
    assert record_line("a/RECORD") == "a/RECORD,,\n"


def test_other_line_ends_backslashes_and_bare_paths_are_read() -> None:
    rows = parse_record(
        "a\\b.py,,\r\nc.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=,0\r\n\r\nbare\r\n"
    )
    assert [row.path for row in rows] == ["a/b.py", "c.py", "bare"]
    assert rows[1].digest == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("line", ["a,sha256,1", "a,sha256=!!,1", "a,sha256=47DE,one", "a,sha256=\u00e9,1"])
def test_rows_that_cannot_be_read_are_named(line: str) -> None:
    with pytest.raises(InvalidRecordError) as caught:
        parse_record(f"good.py,,\n{line}\n")
    assert caught.value.row == line


def test_a_quoted_path_without_end_is_a_fault() -> None:
    with pytest.raises(InvalidRecordError):
        parse_record('"' + "x" * 200_000)
