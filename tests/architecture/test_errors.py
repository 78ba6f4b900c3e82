import pytest

IMPORT = "from bodega.formats.errors import BodegaError\n"


def failure(name, body, above="BodegaError"):
    return f'class {name}({above}):\n    """What {name} is."""\n\n    {body}\n'


def test_the_page_lists_every_code_and_who_raises_it(small, tool):
    (small / "src/bodega/lost.py").write_text(IMPORT + failure("LostError", 'code = "E-LOST"'))
    (small / "src/bodega/finder.py").write_text("from bodega.lost import LostError\nraise LostError('it')\n")
    assert tool("errors", small).returncode == 0
    page = (small / "docs/errors.md").read_text()
    assert "| `E-LOST` | 1 | What LostError is. |  | `lost.LostError` | `finder` |" in page
    assert tool("errors", small, "--check").returncode == 0


def test_a_page_that_is_out_of_date_fails(small, tool):
    tool("errors", small)
    (small / "src/bodega/lost.py").write_text(IMPORT + failure("LostError", 'code = "E-LOST"'))
    done = tool("errors", small, "--check")
    assert done.returncode == 1
    assert "docs/errors.md is out of date" in done.stderr


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        (
            failure("A", 'code = "E-A"') + failure("B", 'code = "E-A"'),
            "E-A: used by bodega.bad.A, bodega.bad.B",
        ),
        (failure("A", 'code = "E-A"') + failure("B", 'code = "E-A"', "A"), "E-A: used by"),
        (failure("A", "pass") + "raise A('x')\n", "bad.py:2 A: raised, but has no code of its own"),
        (failure("A", 'code = "e_a"'), "'e_a' is no code"),
        ("class A(BodegaError):\n    code = 'E-A'\n", "A: has no docstring"),
    ],
)
def test_codes_are_unique_well_formed_and_explained(small, tool, text, offence):
    (small / "src/bodega/bad.py").write_text(IMPORT + text)
    done = tool("errors", small)
    assert done.returncode == 1
    assert offence in done.stderr


EDGE = """FAILED, NETWORK = 1, 5
EXIT_CODES: dict[str, int] = {"E-LOST": NETWORK}
HINTS: dict[str, str] = {"E-LOST": "ask", "E-LOST-HERE": "look"}
"""


def test_the_page_gives_the_exit_code_and_the_tables_hold_no_dead_rows(small, tool):
    lost = failure("LostError", 'code = "E-LOST"') + failure("LostHereError", 'code = "E-LOST-HERE"')
    (small / "src/bodega/lost.py").write_text(IMPORT + lost)
    (small / "src/bodega/cli").mkdir()
    (small / "src/bodega/cli/failures.py").write_text(EDGE)
    assert tool("errors", small).returncode == 0
    assert "| `E-LOST-HERE` | 5 | What" in (small / "docs/errors.md").read_text()
    (small / "src/bodega/lost.py").write_text(IMPORT + failure("LostError", 'code = "E-LOST"'))
    done = tool("errors", small)
    assert done.returncode == 1
    assert "HINTS has E-LOST-HERE, but no code begins so" in done.stderr
