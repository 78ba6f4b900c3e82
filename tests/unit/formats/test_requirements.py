"""Requirements against ``packaging``, the authority."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Authority
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from bodega.formats.requirements import InvalidRequirementError, parse_requirement

spaces = st.sampled_from(["", "", " ", "\t"])
names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
extras = st.lists(names, max_size=2).map(lambda found: f"[{', '.join(found)}]" if found else "")
clauses = st.builds(
    "{}{}{}".format,
    st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=", "===", "="]),
    spaces,
    st.sampled_from(["1", "1.0", "1.2.*", "1a1", "1.0.post2", "1.0+x", "v1", "1.0-1", "x", "1.0.DEV3", "1."]),
)
specifiers = st.lists(clauses, max_size=3).map(",".join)
bracketed = st.builds(
    "{}{}{}".format,
    *[st.shared(st.booleans(), key="b").map(lambda b: "(" if b else "")],
    specifiers,
    *[st.shared(st.booleans(), key="b").map(lambda b: ")" if b else "")],
)
markers = st.sampled_from(["", "", ";python_version<'3'", " ; extra == 'x'", ";", "; extra"])


def same_as_the_authority(text):
    try:
        wanted = Authority(text)
    except InvalidRequirement:
        with pytest.raises(InvalidRequirementError):
            parse_requirement(text)
        return
    found = parse_requirement(text)
    assert found.name == canonicalize_name(wanted.name)
    assert found.extras == tuple(sorted({canonicalize_name(extra) for extra in wanted.extras}))
    assert SpecifierSet(found.specifier) == wanted.specifier
    assert found.url == wanted.url
    assert (found.marker is None) == (wanted.marker is None)
    if found.marker is not None:
        assert Authority(f"a; {found.marker}").marker == wanted.marker


@settings(max_examples=500)
@given(st.builds("{}{}{}{}{}{}".format, spaces, names, extras, spaces, bracketed, markers))
def test_requirements_are_read_as_the_authority_reads_them(text):
    if text.rstrip().endswith("; extra"):
        text = text.rstrip() + " == 'x'"
    same_as_the_authority(text)


@pytest.mark.parametrize(
    "text",
    [
        "a @ https://example.org/a.whl",
        "a[x] @ https://example.org/a.whl ; os_name == 'nt'",
        "a (>=1,<2)",
        "a()",
        "a[]",
        "a[x,]",
        "a >=1 <2",
        "a==1.0.*.*",
        "-a",
        "a-",
        "",
        "a\n",
        "a>=1,",
        "a~=1",
        "é",
    ],
)
def test_corners(text):
    same_as_the_authority(text)


def test_one_equals_sign_gets_a_hint():
    with pytest.raises(InvalidRequirementError) as failure:
        parse_requirement("lib=1.0")
    assert "write ==" in failure.value.why
