"""Plain markers give the authority's answer, and all others none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, Marker

from bodega.formats.plain_markers import plain_answer

ENVIRONMENT = {
    "implementation_name": "cpython",
    "implementation_version": "3.13.0rc1",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0-18-amd64",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.13.0rc1",
    "python_version": "3.13",
    "sys_platform": "linux",
    "extra": "some-extra",
}
OPERATORS = st.sampled_from(["==", "!=", "<", ">", "<=", ">=", "~=", "in", "not in", "==="])
TEXTS = st.sampled_from(
    [
        "3",
        "3.13",
        "3.13.0",
        "3.14",
        "3.*",
        "3.13.*",
        "3.13rc1",
        "",
        "3.6,<4",
        "linux",
        "win32",
        "x86_64",
        "v3",
        "CPython",
        "cpython",
        "some-extra",
        "Some_Extra",
        "other",
        "posix",
        "Linux",
        "6.1",
        "-",
    ]
)
QUOTES = st.sampled_from(["'{}'", '"{}"'])
VARIABLES = st.sampled_from(sorted(ENVIRONMENT))
SPACES = st.sampled_from(["", " ", "  "])
COMPARISONS = st.one_of(
    st.builds(
        lambda name, space, operator, text, quotes: f"{name} {operator}{space}{quotes.format(text)}",
        VARIABLES,
        SPACES,
        OPERATORS,
        TEXTS,
        QUOTES,
    ),
    st.builds(lambda text, operator, name: f"{text!r} {operator} {name}", TEXTS, OPERATORS, VARIABLES),
)
MARKERS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds("{} and {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=5,
)
PLAIN = st.one_of(
    st.builds(
        "{} {} '{}'".format,
        st.sampled_from(["python_version", "python_full_version", "implementation_version"]),
        st.sampled_from(["==", "!=", "<", ">", "<=", ">="]),
        st.sampled_from(["3", "3.12", "3.13", "3.13.0", "3.13.1", "4"]),
    ),
    st.builds(
        "{} {} '{}'".format,
        st.sampled_from(["sys_platform", "os_name", "platform_system", "extra"]),
        st.sampled_from(["==", "!="]),
        st.sampled_from(["linux", "win32", "posix", "Linux", "Some_extra"]),
    ),
)


@given(MARKERS)
def test_an_answer_is_the_authority_s(marker: str) -> None:
    answer = plain_answer(marker, ENVIRONMENT)
    if answer is not None:
        assert Marker(marker).evaluate(dict(ENVIRONMENT)) is answer


@given(st.recursive(PLAIN, lambda one: st.builds("({} and {} or {})".format, one, one, one), max_leaves=6))
def test_plain_markers_are_answered(marker: str) -> None:
    assert plain_answer(marker, ENVIRONMENT) is Marker(marker).evaluate(dict(ENVIRONMENT))


@given(st.text("()andor <>=!~.*3'\"_python_version", max_size=30))
def test_what_is_no_marker_is_left_to_the_authority(text: str) -> None:
    try:
        Marker(text)
    except InvalidMarker:
        assert plain_answer(text, ENVIRONMENT) is None


@pytest.mark.parametrize(
    "marker",
    [
        "",
        "python_version in '3.12 3.13'",
        "python_version >= '3.6,<4'",
        "python_version >= '3.13rc1'",
        "platform_release >= '5'",
        "sys_platform < 'm'",
        "'3' < python_version",
        "unknown == 'x'",
        "(os_name == 'nt'",
        "os_name == 'nt')",
        "os_name == 'nt' os_name == 'nt'",
    ],
)
def test_others_are_not(marker: str) -> None:
    assert plain_answer(marker, ENVIRONMENT) is None
