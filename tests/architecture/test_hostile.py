"""``tools/hostile.py``: the page has exactly the cases that the tests have, and none that went wrong."""

import pytest

TEST = """
import pytest

@pytest.mark.hostile(case=7, surface="upload", what="a | b", expected="400")
def test_right(record_property):
    record_property("got", "400 E-THIS")

@pytest.mark.hostile(case=8, surface="upload", what="c", expected="400")
def test_wrong():
    assert {wrong}
"""


@pytest.fixture
def attacks(house):
    for path in (house / "tests/attacks").iterdir():
        path.unlink()
    (house / "docs/security/hostile.md").unlink(missing_ok=True)
    return house / "tests/attacks/test_small.py"


def written(house, check, *files):
    import subprocess
    import sys

    command = [sys.executable, "tools/hostile.py", *files]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=house, timeout=120)
    return done.returncode, (house / "docs/security/hostile.md").read_text()


def test_the_page_says_what_came_of_each_case(house, check, attacks):
    attacks.write_text(TEST.format(wrong="True"))
    code, page = written(house, check)
    assert code == 0
    assert "| 7 | upload | a / b | 400 | 400 E-THIS | yes |" in page
    assert "| 8 | upload | c | 400 | 400 | yes |" in page
    assert "**2 of 2 right.**" in page
    assert check("hostile")[0] == 0


def test_a_case_that_the_page_lacks_or_that_no_test_has_fails(house, check, attacks):
    attacks.write_text(TEST.format(wrong="True"))
    written(house, check)
    attacks.write_text(TEST.format(wrong="True").replace("case=8", "case=9"))
    code, said = check("hostile")
    assert code == 1
    assert "lacks case 9" in said
    assert "has case 8" in said


def test_a_case_that_went_wrong_fails_until_it_is_right(house, check, attacks):
    attacks.write_text(TEST.format(wrong="False"))
    code, page = written(house, check)
    assert code == 1
    assert "1 of 2 right" in page
    code, said = check("hostile")
    assert code == 1
    assert "case 8" in said


def test_one_file_is_run_and_the_rows_of_others_are_kept(house, check, attacks):
    attacks.write_text(TEST.format(wrong="True"))
    written(house, check)
    other = attacks.with_name("test_other.py")
    other.write_text(TEST.format(wrong="True").replace("case=8", "case=9"))
    code, page = written(house, check, "tests/attacks/test_other.py")
    assert code == 0
    assert "**4 of 4 right.**" in page
    assert check("hostile")[0] == 0
