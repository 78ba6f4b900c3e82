"""Byte for byte what tomli_w writes, whatever the document."""

import tomllib
from datetime import UTC, datetime

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from bodega.installer.locking.toml_text import toml_text

texts = st.one_of(
    st.sampled_from(["x", "", "a" * 120, 'say "so"', "a\\b", "two\nlines", "é", "\x7f"]), st.text(max_size=5)
)
keys = st.one_of(st.sampled_from(["name", "upload-time", "a_b", "9", "with space", "-", "_", "é", ""]), texts)
values = st.recursive(
    st.one_of(
        texts,
        st.booleans(),
        st.integers(-5, 2**60),
        st.just(datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)),
        st.just(1.5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(keys, inner, max_size=3),
        st.lists(st.dictionaries(keys, inner, max_size=3), max_size=3),
    ),
    max_leaves=12,
)


@given(st.dictionaries(keys, values, max_size=4))
def test_it_is_what_tomli_w_writes(document):
    assert toml_text(document) == tomli_w.dumps(document)


def test_a_lock_reads_back_as_it_was():
    file = {
        "name": "lib-1.0.tar.gz",
        "url": f"https://files.example.org/{'a' * 64}/lib-1.0.tar.gz",
        "size": 3,
    }
    entry = {"name": "lib", "version": "1.0", "dependencies": [{"name": "other"}], "wheels": [file, file]}
    document = {
        "lock-version": "1.0",
        "packages": [entry, {**entry, "sdist": file}],
        "tool": {"bodega": {"a": [1]}},
    }
    text = toml_text(document)
    assert tomllib.loads(text) == document
    assert text == tomli_w.dumps(document)
