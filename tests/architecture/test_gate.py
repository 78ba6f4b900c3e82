"""The gate closes: a copy of this house, broken in one place, does not pass its checks."""

import pytest


def row(output: str, name: str) -> str:
    return next(line for line in output.splitlines() if line.startswith(f"{name} "))


def test_the_arrows_and_the_shape_of_this_house_hold(check):
    code, output = check("arrows", "shape")
    assert code == 0, output


@pytest.mark.parametrize(
    ("path", "text", "contract"),
    [
        ("formats/wrong.py", "import bodega.simple_api.pages", "every arrow points down"),
        ("installer/wrong.py", "import bodega.index.catalog", "every arrow points down"),
        ("installer/indexes/wrong.py", "import bodega.installer.commands", "Inside the installer"),
        ("index/accounts/wrong.py", "import bodega.index.catalog", "Inside the index"),
        ("resolution/wrong.py", "def late():\n    import socket", "The shared packages are pure"),
        ("index/catalog/wrong.py", "import sqlalchemy", "Technology lives in adapters"),
        ("utils/__init__.py", "", "every arrow points down"),
    ],
)
def test_a_wrong_import_fails(house, check, path, text, contract):
    target = house / "src/bodega" / path
    target.parent.mkdir(exist_ok=True)
    target.write_text(text + "\n")
    code, output = check("arrows")
    assert code == 1
    assert "FAILED" in row(output, "arrows")
    assert any(contract in line and "BROKEN" in line for line in output.splitlines()), output


def test_a_cycle_fails(house, check):
    (house / "src/bodega/formats/first.py").write_text("import bodega.formats.second\n")
    (house / "src/bodega/formats/second.py").write_text("import bodega.formats.first\n")
    code, output = check("arrows")
    assert code == 1
    assert "No cycles are allowed in bodega.formats" in output


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        ("x = 1\n" * 501, "501 lines, more than 500"),
        ("def grown() -> None:\n" + "    x = 1\n" * 50, "grown: 51 lines, more than 50"),
    ],
)
def test_a_file_or_a_function_that_is_too_long_fails(house, check, text, offence):
    (house / "src/bodega/formats/grown.py").write_text(text)
    code, output = check("shape")
    assert code == 1
    assert "FAILED" in row(output, "shape")
    assert offence in output


def test_a_missing_annotation_and_a_needless_import_fail(house, check):
    (house / "src/bodega/formats/loose.py").write_text("import os\n\n\ndef loose(x):\n    return x\n")
    code, output = check("types", "lint")
    assert code == 1
    assert "FAILED" in row(output, "types")
    assert "FAILED" in row(output, "lint")
