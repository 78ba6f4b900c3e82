"""The one pass over columns against a plain reading, file by file; and what is kept of it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.tags import TagRanking
from bodega.formats.version_order import normalized, version_key
from bodega.formats.versions import python_allows
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.format_control import FormatControl
from bodega.simple_api.pages import ProjectPage
from bodega.simple_api.parse import parse_page_lightly
from support.memory_index import TARGET, MemoryCache, file

INDEX = "https://index.example.org/simple/"
NAME = NormalizedName("my-lib")

versions = st.sampled_from(
    ["1.0", "1", "1.0.0", "1.0_1", "1.0rc1", "2.0", "2.0+local.1", "nonsense", "1.0.dev1"]
)
tags = st.sampled_from(
    [
        "py3-none-any",
        "cp311-cp311-linux_x86_64",
        "cp27-none-any",
        "1-py3-none-any",
        "10-py3-none-any",
        "py3-none",
        "x-py3-none-any",
        "py2.py3-none-any",
        "cp311-cp311-manylinux_2_17_x86_64.linux_x86_64",
        "",
    ]
)
projects = st.sampled_from(["my_lib", "my-lib", "My.Lib", "mylib", "other"])
filenames = st.one_of(
    st.builds(lambda project, version, tag: f"{project}-{version}-{tag}.whl", projects, versions, tags),
    st.builds(
        lambda project, version, end: f"{project}-{version}{end}",
        projects,
        versions,
        st.sampled_from([".tar.gz", ".zip", ".tgz", ".egg", ".exe"]),
    ),
)
files = st.builds(
    lambda filename, python, yanked, hashes: file(
        filename, requires_python=python, yanked=yanked, **({"hashes": {}} if hashes else {})
    ),
    filenames,
    st.sampled_from([None, None, ">=3.8", "<3", "nonsense"]),
    st.sampled_from([None, None, "", "bad"]),
    st.sampled_from([False, False, False, True]),
)
controls = st.sampled_from(
    [
        FormatControl(),
        FormatControl(no_binary=frozenset({":all:"})),
        FormatControl(only_binary=frozenset({NAME})),
    ]
)


def parts_and_version(filename):
    """A wheel's parts, and the version; of what is named after another project, none."""
    parts = wheel_parts(filename)
    if parts is None:
        return None, sdist_version(filename, NAME)
    return parts, parts.version if normalize(filename.partition("-")[0]) == NAME else None


def plainly(listed, control):
    """Versions, newest first, and the best file of each."""
    kinds, ranking = control.kinds(NAME), TagRanking(TARGET.tags)
    found = {}
    for one in listed:
        parts, text = parts_and_version(one.filename)
        key = version_key(text) if text is not None else None
        if key is None or not one.hashes or not (kinds.wheels if parts else kinds.sources):
            continue
        rank = ranking.rank(parts.tags) if parts else 0
        if rank is None or not python_allows(one.requires_python or "", TARGET.python):
            continue
        if parts:
            score = (one.yanked is not None, False, rank, -parts.build[0], parts.build[1])
        else:
            score = (one.yanked is not None, True, 0 if one.filename.endswith(".tar.gz") else 1, 0, "")
        text = found[key][2] if key in found else first_text(listed, key)
        if key not in found or score < found[key][0]:
            found[key] = (score, one, text)
    return [(found[key][2], found[key][1]) for key in sorted(found, reverse=True)]


def first_text(listed, wanted):
    for one in listed:
        text = parts_and_version(one.filename)[1]
        if text is not None and version_key(text) == wanted:
            return normalized(text) or text
    raise AssertionError(wanted)


@given(st.lists(files, max_size=8, unique_by=lambda one: one.filename), controls)
def test_one_pass_finds_what_a_plain_reading_finds(listed, control):
    page = IndexPage(ProjectPage(name=NAME, files=tuple(listed)), INDEX, "f")
    cache = MemoryCache()
    finder = CandidateFinder(TARGET, cache, control)
    found = finder.find(NAME, page).candidates
    # The text of a version is that of its first file, and names that are no wheels' have none.
    assert [(version_key(one.version), one.file) for one in found] == [
        (version_key(text), best) for text, best in plainly(listed, control)
    ]
    again = finder.find(NAME, page).candidates
    assert again == found
    assert [one.is_prerelease for one in again] == [one.is_prerelease for one in found]
    assert [one.is_source for one in again] == [one.is_source for one in found]
    for one in again:
        assert list(one.files()) == every_file(listed, one.key)


def every_file(listed, key):
    of_version = []
    for one in listed:
        text = parts_and_version(one.filename)[1]
        if text is not None and version_key(text) == key:
            of_version.append(one)
    return sorted(of_version, key=lambda one: one.filename)


def test_a_page_that_is_read_lightly_is_kept_without_reading_its_files():
    told = {"core-metadata": True, "requires-python": None, "yanked": False, "hashes": {"sha256": "ab" * 32}}
    names = ["my_lib-1.0.tar.gz", "my_lib-1.0-py3-none-any.whl", "my_lib-2.0-py3-none-any.whl"]
    listed = [{"filename": name, "url": f"../../files/{name}", "size": 1, **told} for name in names]
    document = {"meta": {"api-version": "1.1"}, "name": "my.lib", "versions": ["1.0", "2.0"], "files": listed}
    page = parse_page_lightly(json.dumps(document).encode(), "application/json", f"{INDEX}my-lib/", NAME)
    cache, read = MemoryCache(), IndexPage(page, INDEX, "f")
    first = CandidateFinder(TARGET, cache).find(NAME, read).candidates
    again = CandidateFinder(TARGET, cache).find(NAME, IndexPage(never, INDEX, "f")).candidates
    assert again == first
    assert again[0].file.url == "https://index.example.org/files/my_lib-2.0-py3-none-any.whl"
    assert [one.filename for one in first[1].files()] == sorted(names[:2])
    assert [one.filename for one in again[1].files()] == sorted(names[:2])


def never():
    raise AssertionError("a page that was kept is not read")
