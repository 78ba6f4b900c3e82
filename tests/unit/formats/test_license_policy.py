"""Which licences are allowed."""

import pytest

from bodega.formats.license_policy import InvalidLicenseListError, license_policy


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", ()),
        ("GPL-3.0-only", ("GPL-3.0-only",)),
        ("MIT OR GPL-3.0-only", ()),
        ("MIT AND GPL-3.0-only", ("GPL-3.0-only",)),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", ()),
        ("(MIT OR ISC) AND (GPL-3.0-only OR GPL-2.0-only)", ("GPL-3.0-only", "GPL-2.0-only")),
        # AND binds more than OR.
        ("GPL-3.0-only AND ISC OR MIT", ()),
        ("GPL-3.0-only OR ISC", ("GPL-3.0-only", "ISC")),
        ("Apache-2.0 WITH LLVM-exception", ()),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ()),
        ("GPL-3.0-only WITH GCC-exception-3.1", ("GPL-3.0-only WITH GCC-exception-3.1",)),
        ("LicenseRef-Ours", ()),
        (None, ("unknown",)),
        ("MIT)", ("MIT)",)),
    ],
)
def test_a_list_of_what_is_allowed(expression, refused):
    policy = license_policy(
        ["mit", "Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-Ours"], []
    )
    assert policy.broken_by(expression) == refused


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", ()),
        ("GPL-3.0-or-later", ("GPL-3.0-or-later",)),
        ("LGPL-3.0-only", ()),
        ("AGPL-3.0-only OR MIT", ()),
        ("AGPL-3.0-only AND MIT", ("AGPL-3.0-only",)),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ("GPL-2.0-only WITH Classpath-exception-2.0",)),
        (None, ()),
    ],
)
def test_a_list_of_what_is_denied(expression, refused):
    # GPL-2.0 is how GPL-2.0-only was called.
    assert license_policy([], ["GPL-3.0-*", "AGPL-*", "GPL-2.0"]).broken_by(expression) == refused


def test_denied_goes_before_allowed():
    policy = license_policy(["GPL-*"], ["GPL-3.0-only"])
    assert policy.broken_by("GPL-2.0-only") == ()
    assert policy.broken_by("GPL-3.0-only") == ("GPL-3.0-only",)


def test_no_policy_allows_all():
    assert license_policy([], []).broken_by(None) == ()
    assert license_policy([], []).broken_by("LicenseRef-anything") == ()


def test_nesting_is_bounded():
    deep = "(" * 200 + "MIT" + ")" * 200
    assert license_policy(["MIT"], []).broken_by(deep) == (deep,)


@pytest.mark.parametrize("text", ["foo bar", "MIT OR ISC", "", "GPL*;rm", "nonsense"])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(InvalidLicenseListError):
        license_policy([text], [])
