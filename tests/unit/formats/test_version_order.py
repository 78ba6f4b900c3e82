"""Keys and ranges against ``packaging``, the authority."""

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from bodega.formats.version_order import OrderedVersions, admits, is_prerelease, version_key

numbers = st.integers(0, 3).map(str)
releases = st.lists(numbers, min_size=1, max_size=4).map(".".join)
versions = st.builds(
    lambda epoch, release, rest: f"{epoch}{release}{rest}",
    st.sampled_from(["", "", "", "1!"]),
    releases,
    st.sampled_from(
        [
            "",
            "",
            "",
            "a1",
            "b2",
            "rc1",
            ".post1",
            ".dev1",
            "a1.dev2",
            "rc1.post2",
            ".post1.dev3",
            "-1",
            "+local.1",
            "+2",
            ".post1+x",
            "-Alpha_2",
            "c1",
            "pre",
            ".rev",
            "dev",
            "a1.post2.dev3+abc",
        ]
    ),
)
clauses = st.one_of(
    st.builds(str.__add__, st.sampled_from(["==", "!=", "<", ">", "<=", ">="]), releases),
    st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), releases),
    st.builds("~={}.{}".format, numbers, releases),
    st.builds(">={}{}".format, releases, st.sampled_from(["a1", ".post1", ".dev0", "rc1"])),
    st.builds("=={}+local.1".format, releases),
)
specifiers = st.lists(clauses, max_size=3).map(",".join)


@given(versions, versions)
def test_keys_order_as_the_authority_does(one, other):
    a, b = version_key(one), version_key(other)
    assert (a < b, a == b) == (Version(one) < Version(other), Version(one) == Version(other))
    assert is_prerelease(a) == Version(one).is_prerelease


@given(st.one_of(versions, st.text("0123abrcdevpost.-_+!v ", max_size=12)))
def test_what_is_a_version_is_the_same(text):
    try:
        Version(text)
    except ValueError:
        assert version_key(text) is None
    else:
        assert version_key(text) is not None


@settings(max_examples=600)
@given(st.lists(versions, min_size=1, max_size=12), specifiers)
def test_specifiers_admit_what_the_authority_admits(some, specifier):
    ordered = sorted(some, key=version_key, reverse=True)
    bits = OrderedVersions(ordered, [version_key(text) for text in ordered]).admitted(specifier)
    wanted = SpecifierSet(specifier)
    for at, version in enumerate(ordered):
        assert bool(bits >> at & 1) == wanted.contains(version, prereleases=True), version


def test_an_unreadable_specifier_admits_nothing():
    assert OrderedVersions(["1"], [version_key("1")]).admitted("not one") == 0


@given(specifiers, versions)
def test_one_version_is_admitted_as_by_the_authority(specifier, version):
    answer = admits(specifier, version)
    if answer is not None:
        assert answer is SpecifierSet(specifier).contains(version, prereleases=True)


def test_what_is_not_plain_is_left_to_the_authority():
    assert admits("", "what") is True
    assert admits(">=1,<3", "2.5") is True
    assert admits(">=1a1", "1") is None
    assert admits("===1", "1") is None
    assert admits(">=1", "what") is None
