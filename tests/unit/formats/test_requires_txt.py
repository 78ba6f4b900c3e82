"""requires.txt of an egg-info folder becomes requirements."""

from bodega.formats.requires_txt import extras_of_egg, requirements_of_egg

TEXT = """
a>=1
# a comment
b

[Test_Kit]
pytest

[:python_version < "3"]
futures

[socks:sys_platform == "win32"]
win_inet
"""


def test_sections_become_markers():
    assert list(requirements_of_egg(TEXT)) == [
        "a>=1",
        "b",
        'pytest ; extra == "test-kit"',
        'futures ; python_version < "3"',
        'win_inet ; (sys_platform == "win32") and extra == "socks"',
    ]


def test_extras_are_the_names_of_sections():
    assert extras_of_egg(TEXT) == ["test-kit", "socks"]


def test_nothing_gives_nothing():
    assert list(requirements_of_egg("\n")) == []
