"""pip's words at the end of a change: what programs that call pip look for."""

from bodega.cli.voice import pips_words
from bodega.installer.commands.report import Change, Report

CHANGES = (Change("b", None, "2"), Change("a", "1", "1.5"), Change("c", "3", None))


def test_what_is_there_now_stands_in_one_line_and_what_is_gone_in_its_own():
    assert pips_words(Report(CHANGES, 0)) == [
        "Successfully uninstalled a-1",
        "Successfully uninstalled c-3",
        "Successfully installed a-1.5 b-2",
    ]


def test_a_dry_run_says_would():
    assert pips_words(Report(CHANGES, 0, is_dry_run=True)) == ["Would install a-1.5 b-2"]


def test_nothing_changed_says_nothing():
    assert pips_words(Report((), 3)) == []
