"""Licences as SPDX expressions: said, or guessed without saying more than was written."""

import pytest

from bodega.formats.licenses import License, license_of, reference, spdx_expression

APPROVED = "License :: OSI Approved :: "


def test_what_the_publisher_says_goes_before_all_else():
    raw = {
        "license_expression": "mit or apache-2.0",
        "license": "GPL",
        "classifiers": [APPROVED + "MIT License"],
    }
    assert license_of(raw) == License("MIT OR Apache-2.0", "expression", "mit or apache-2.0")
    assert not license_of(raw).is_guessed
    # An expression that is none is not believed.
    assert license_of({"license_expression": "MIT AND", "license": "MIT"}).origin == "field"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("MIT", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache Software License 2.0", "Apache-2.0"),
        ("new BSD License", "BSD-3-Clause"),
        ("BSD-3-Clause", "BSD-3-Clause"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("LGPL-3.0", "LGPL-3.0-only"),
        ("Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
        ("Python Software Foundation License", "PSF-2.0"),
        # Names of several licences stay names.
        ("BSD", "LicenseRef-BSD"),
        ("BSD License", "LicenseRef-BSD"),
        ("Dual License", "LicenseRef-Dual"),
        ("../../etc/passwd", "LicenseRef-..-..-etc-passwd"),
    ],
)
def test_the_old_field(text, expression):
    found = license_of({"license": text})
    assert (found.expression, found.origin, found.is_guessed) == (expression, "field", True)


def test_a_whole_text_in_the_place_of_a_name():
    text = "MIT License\n\nCopyright (c) 2026\n\n" + "Permission is hereby granted " * 50
    assert license_of({"license": text}).expression == "MIT"
    strange = license_of({"license": "All of this\nis mine. " * 50})
    assert (strange.expression, strange.origin) == (None, "field")
    assert "\n" not in strange.text


@pytest.mark.parametrize(
    ("classifiers", "expression"),
    [
        ([APPROVED + "MIT License"], "MIT"),
        ([APPROVED + "Mozilla Public License 2.0 (MPL 2.0)"], "MPL-2.0"),
        ([APPROVED + "GNU Lesser General Public License v3 or later (LGPLv3+)"], "LGPL-3.0-or-later"),
        ([APPROVED + "BSD License"], "LicenseRef-BSD"),
        ([APPROVED + "Apache Software License"], "LicenseRef-Apache"),
        (["License :: Public Domain"], "LicenseRef-Public-Domain"),
        # Whether both count, or either, nobody says: both.
        ([APPROVED + "MIT License", APPROVED + "ISC License (ISCL)"], "ISC AND MIT"),
        (["License :: OSI Approved", APPROVED + "MIT License", "Topic :: Software"], "MIT"),
    ],
)
def test_classifiers(classifiers, expression):
    found = license_of({"classifiers": classifiers})
    assert (found.expression, found.origin) == (expression, "classifiers")
    # A field that is but a name of several says less than they do.
    assert license_of({"license": "see LICENSE", "classifiers": classifiers}).expression == expression


def test_nothing_is_nothing():
    assert license_of({}) == License(None, "nothing")
    assert license_of({"classifiers": ["Topic :: Software"], "license": " "}) == License(None, "nothing")


def test_expressions():
    assert spdx_expression("gpl-2.0+ with classpath-exception-2.0") == (
        "GPL-2.0-or-later WITH Classpath-exception-2.0"
    )
    assert spdx_expression("GPL-2.0-only OR AGPL-3.0") == "GPL-2.0-only OR AGPL-3.0-only"
    for text in ("", "MIT AND", "(" * 500 + "MIT" + ")" * 500, "MIT OR " * 2000, "no licence at all"):
        assert spdx_expression(text) is None or text.startswith("((")
    assert reference("") == "LicenseRef-unknown"
