from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.select import selection_of
from bodega.installer.locking.told_needs import ToldNeeds
from bodega.resolution.errors import NoSolutionError
from bodega.simple_api.pages import InlineMetadata, ProjectPage
from bodega.simple_api.parse import parse_page
from bodega.simple_api.render import render_json
from support.memory_index import MemoryCache, index, page, resolve, versions, wheel

TABLE = {
    "app": {"2.0": ["lib>=2", "tool[fast]; python_version>='3.8'"], "1.0": ["lib"]},
    "lib": {"1.0": [], "2.0": [], "2.1": ["missing"]},
    "tool": {"1.0": ["speed; extra == 'fast'"]},
    "speed": {"0.1": []},
}


def telling(table):
    """The index whose pages tell all that their files require, as its JSON does; no document is served."""
    reader = index(table)
    pages = {name: told(one, table[name]) for name, one in reader.pages.items()}
    return MemoryIndexReader(pages, {})


def told(one: ProjectPage, requires) -> ProjectPage:
    inline = [InlineMetadata(tuple(needs)) for needs in requires.values()]
    files = tuple(replace(file, inline=said) for file, said in zip(one.files, inline, strict=True))
    body = render_json(replace(one, files=files))
    return parse_page(body, "application/json", f"https://index.example.org/simple/{one.name}/", one.name)


def test_a_resolution_by_pages_that_tell_asks_for_pages_alone():
    reader = telling({**TABLE, "missing": {}})
    assert versions(resolve(reader, "app")) == {"app": "2.0", "lib": "2.0", "tool": "1.0", "speed": "0.1"}
    assert sorted(reader.asked) == sorted({"app", "lib", "tool", "speed", "missing"})


def test_a_file_that_no_run_wanted_yet_is_told_of_by_the_kept_page():
    reader, cache = telling(TABLE), MemoryCache()
    resolve(reader, "lib<2", cache=cache)
    warm = MemoryIndexReader(reader.pages, {}, is_warm=True)
    assert versions(resolve(warm, "lib==2.0", cache=cache)) == {"lib": "2.0"}
    assert warm.asked == []


def test_the_document_that_is_kept_goes_before_what_a_page_tells():
    reader = telling(TABLE)
    warm = MemoryIndexReader(
        reader.pages, index({**TABLE, "speed": {"0.1": ["lib"]}}).documents, is_warm=True
    )
    assert versions(resolve(warm, "speed")) == {"speed": "0.1", "lib": "2.0"}


def test_only_the_same_file_is_told_of():
    known = wheel("a", "1", inline=InlineMetadata(("b",)))
    needs = ToldNeeds()
    bare = replace(known, inline=None)
    assert needs.of("a", known) == InlineMetadata(("b",))
    assert needs.of("a", bare) is None
    needs.take("a", IndexPage(page("a", known), "https://index.example.org/simple/", "f"))
    assert needs.of("a", bare) == InlineMetadata(("b",))
    assert needs.of("a", replace(bare, hashes={"sha256": "0" * 64})) is None
    assert needs.of("a", wheel("a", "2")) is None


NAMES = ("a", "b", "c", "d")
VERSIONS = ("1.0", "1.1", "2.0", "2.1rc1")
REQUIREMENT = st.builds(
    lambda name, bound, version, marker: f"{name}{bound}{version}{marker}",
    st.sampled_from(NAMES),
    st.sampled_from((">=", "<", "==", "!=")),
    st.sampled_from(VERSIONS),
    st.sampled_from(("", "; extra == 'x'", "; python_version < '3'", "; sys_platform == 'linux'")),
)
PROJECT = st.dictionaries(st.sampled_from(VERSIONS), st.lists(REQUIREMENT, max_size=3), max_size=4)


def outcome(reader, *texts):
    try:
        return selection_of(resolve(reader, *texts))
    except NoSolutionError as error:
        return error.what, error.why


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, PROJECT)))
def test_what_is_told_and_what_is_asked_for_lead_to_the_same(table):
    told_by_page = telling(table)
    plain = index(table)
    assert outcome(told_by_page, "a", "b[x]") == outcome(plain, "a", "b[x]")
    assert not [name for name in told_by_page.asked if name.endswith(".whl")]


@pytest.mark.parametrize("requires", ["not a requirement !", "lib @ nowhere at all", "lib>="])
def test_what_cannot_be_read_is_passed_over_as_from_a_document(requires):
    table = {"app": {"2.0": [requires], "1.0": []}}
    assert versions(resolve(telling(table), "app")) == versions(resolve(index(table), "app"))
