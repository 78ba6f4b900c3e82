"""Numbers of an offer against a plain reading of the rules."""

from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from bodega.formats.version_order import version_key
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.offers import IMPOSSIBLE, Taste, offer_of
from support.memory_index import wheel

TEXTS = ["0.9", "1.0a1", "1.0", "1.1.dev1", "1.1", "1.2rc1", "2.0", "2.1b1"]


def candidates(texts, yanked=()):
    return [
        Candidate(text, version_key(text), wheel("lib", text, yanked="bad" if text in yanked else None))
        for text in sorted(texts, key=version_key, reverse=True)
    ]


@given(
    st.sets(st.sampled_from(TEXTS), min_size=1),
    st.sets(st.sampled_from(TEXTS)),
    st.booleans(),
    st.sampled_from([None, *TEXTS]),
    st.sampled_from(["", ">=1", "<2", "==1.0", "!=1.1", ">=1.0a1", "~=1.0", "==1.*", "<1.0a5", IMPOSSIBLE]),
)
def test_bits_stand_for_the_candidates_that_the_rules_admit(texts, yanked, lowest, kept, specifier):
    offer, ordered = offer_of(candidates(texts, yanked), Taste(lowest=lowest, kept_version=kept))
    assert offer.versions == tuple(one.version for one in ordered)
    rest = sorted(texts - {kept}, key=Version, reverse=not lowest)
    assert list(offer.versions) == ([kept] if kept in texts else []) + rest
    bits = offer.matching(specifier)
    assert bits & 1 == 0
    found = {version for number, version in enumerate(offer.versions) if bits >> (number + 1) & 1}
    assert found == admitted(texts, yanked, kept, specifier)


def admitted(texts, yanked, kept, specifier):
    if specifier == IMPOSSIBLE:
        return set()
    wanted = SpecifierSet(specifier)
    every = {text for text in texts if wanted.contains(text, prereleases=True)}
    sound = {text for text in every if text not in yanked or text == kept}
    if not sound and specifier == "==1.0":
        sound = every
    finals = {text for text in sound if not Version(text).is_prerelease or text == kept}
    return sound if wanted.prereleases else finals or sound
