"""Files found sound all together are those that are found sound one by one."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.names import NormalizedName
from bodega.simple_api.listed_files import ListedFiles, columns_of_files, listed_files
from bodega.simple_api.parse import parse_page, parse_page_lightly
from bodega.simple_api.parse_file import parse_file

BASE = "https://index.example.org/simple/lib/"
SHA = "ab" * 32

names = st.one_of(
    st.integers(0, 99).map(lambda n: f"lib-1.{n}-py3-none-any.whl"),
    st.sampled_from(
        [
            "",
            ".lib-1.0.tar.gz",
            "lib-1.0.",
            "a/b.whl",
            "lib\n-1.whl",
            "l\u00efb-1.0.tar.gz",
            "x" * 255,
            None,
            7,
        ]
    ),
    st.text(max_size=4),
)
urls = st.sampled_from(
    [
        "../../files/ab/lib.whl",
        "https://files.example.org/lib.whl",
        "http://h/l#sha256=1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//[",
        "//other/lib",
        "a b",
        "",
        "\x00",
        "h" * 5000,
        None,
        {},
    ]
)
digests = st.sampled_from(
    [
        {"sha256": SHA},
        {"sha256": SHA.upper()},
        {"sha256": "ab"},
        {"sha256": 5},
        {"sha256": "g" * 64},
        {},
        None,
        {"md5": "1" * 32},
        {"sha256": SHA, "md5": "1"},
        {"sha512": SHA},
        {"sha256": ["ab"] * 64},
        [],
    ]
)
told = st.one_of(st.booleans(), digests, st.just("yes"))
texts = st.sampled_from([None, "", " ", ">=3.8", ">= 3.8", 3, ">=3\n.8", ["x"]])
flags = st.sampled_from([False, True, "", "bad", None, 0, 1])
odd = st.fixed_dictionaries(
    {},
    optional={
        "filename": names,
        "url": urls,
        "hashes": digests,
        "core-metadata": told,
        "dist-info-metadata": told,
        "requires-python": texts,
        "yanked": flags,
        "size": st.sampled_from([1, -1, "1", True]),
        "upload-time": st.sampled_from(["2026-01-01T00:00:00Z", "soon", 5]),
    },
)
usual = st.builds(
    lambda number, change: {**entry(f"lib-1.{number}-py3-none-any.whl"), **change},
    st.integers(0, 30),
    st.one_of(st.just({}), odd),
)
entries = st.lists(st.one_of(usual, usual, odd, st.sampled_from([None, 5, "lib-1.0.tar.gz"])), max_size=4)


def entry(filename, **fields):
    sound = {"url": f"../../files/{filename}", "hashes": {"sha256": SHA}, "size": 5, "yanked": False}
    return {"filename": filename, **sound, "requires-python": None, "core-metadata": False, **fields}


def one_by_one(listed):
    return [parse_file(one, BASE) for one in listed]


@given(entries)
def test_what_is_taken_together_is_what_is_taken_one_by_one(listed):
    found = listed_files(listed, BASE)
    if found is None:
        return
    assert list(found) == one_by_one(listed)
    assert len({file.filename for file in found}) == len(listed)
    columns = columns_of_files(one_by_one(listed))
    assert [[*column] for column in found.columns] == [[*column] for column in columns]


@given(entries)
def test_a_page_read_lightly_is_the_page(listed):
    body = json.dumps(
        {"meta": {"api-version": "1.1"}, "name": "lib", "versions": [], "files": listed}
    ).encode()
    of = (body, "application/json", BASE, NormalizedName("lib"))
    page, light = parse_page(*of), parse_page_lightly(*of)
    assert list(light.files) == list(page.files)


def test_what_indexes_say_is_taken_together():
    listed = [
        entry("lib-1.0.tar.gz", **{"upload-time": "2026-01-01T00:00:00Z", "requires-python": ">= 3.8"}),
        entry("lib-1.0-py3-none-any.whl", yanked="bad", **{"core-metadata": {"sha256": SHA}}),
        entry("lib-2.0-py3-none-any.whl", url="../x.whl", **{"core-metadata": True}),
    ]
    found = listed_files(listed, BASE)
    assert isinstance(found, ListedFiles)
    assert found[1:] == one_by_one(listed)[1:]
    assert found.columns.yanked == [False, True, False]
    assert found.columns.pythons == [">= 3.8", None, None]
    older = [{k: v for k, v in one.items() if k not in ("core-metadata", "yanked")} for one in listed]
    assert list(listed_files(older, BASE) or ()) == one_by_one(older)


def test_one_unsound_file_makes_all_be_read_one_by_one():
    for fault in ({"filename": "../lib"}, {"hashes": {"sha256": "short"}}, {"url": "a b"}, {"hashes": {}}):
        assert listed_files([entry("lib-1.0.tar.gz"), {**entry("lib-2.0.tar.gz"), **fault}], BASE) is None
