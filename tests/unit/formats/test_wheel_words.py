import pytest

from bodega.formats.wheel_words import pythons_of, systems_of


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("py3-none-any", ["any"]),
        ("cp310-cp310-manylinux_2_28_x86_64", ["Linux x86_64 (glibc 2.28)"]),
        ("cp310-cp310-manylinux2014_aarch64", ["Linux aarch64 (glibc 2.17)"]),
        ("cp310-cp310-musllinux_1_2_armv7l", ["Linux armv7l (musl 1.2)"]),
        ("cp310-cp310-linux_x86_64", ["Linux x86_64"]),
        ("cp310-cp310-macosx_11_0_universal2", ["macOS arm64", "macOS x86_64"]),
        ("cp310-cp310-win32.win_amd64", ["Windows x86", "Windows x86_64"]),
        ("cp310-cp310-amiga_68k", ["amiga_68k"]),
    ],
)
def test_platforms(tag: str, words: list[str]) -> None:
    assert systems_of([tag], exact=True) == words
    assert systems_of([tag]) == [word.partition(" (")[0] for word in words]


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (["cp310-cp310-any", "cp37-cp37m-any", "cp38-cp38-any"], "CPython 3.7 to 3.8, 3.10"),
        (["py2.py3-none-any"], "Python 2, 3"),
        (["cp39-abi3-win32"], "CPython 3.9 and newer"),
        (["cp313-cp313t-any", "pp310-pypy310_pp73-any"], "CPython without GIL 3.13, PyPy 3.10"),
        (["graalpy-none-any"], "graalpy"),
    ],
)
def test_interpreters(tags: list[str], words: str) -> None:
    assert pythons_of(tags) == words
