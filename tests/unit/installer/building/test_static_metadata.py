"""When PKG-INFO says for certain what the wheel will say (PEP 643)."""

import pytest

from bodega.installer.building.static_metadata import is_static


@pytest.mark.parametrize(
    ("text", "static"),
    [
        ("Metadata-Version: 2.2\nName: a\n", True),
        ("Metadata-Version: 2.10\nName: a\n", True),
        ("Metadata-Version: 3.0\nName: a\n", True),
        ("Metadata-Version: 2.2\nDynamic: Summary\nDynamic: License-File\n", True),
        ("Metadata-Version: 2.1\nName: a\n", False),
        ("Metadata-Version: 2\nName: a\n", False),
        ("Metadata-Version: nonsense\n", False),
        ("Name: a\n", False),
        ("Metadata-Version: 2.2\nDynamic: Requires-Dist\n", False),
        ("Metadata-Version: 2.2\nDynamic: requires-python\n", False),
        ("Metadata-Version: 2.2\nDynamic: Provides-Extra\n", False),
        ("Metadata-Version: 2.2\nDynamic: Version\n", False),
        ("Metadata-Version: 2.2\n\nDynamic: Requires-Dist\n", True),
    ],
)
def test_is_static(text, static):
    assert is_static(text.encode()) is static
