"""The same command line given to pip and to bodega comes to the same.

One row is one command line, done by both in twin environments against the same index in the same run. Compared are
the exit status, what is installed (name, version, whether asked for, direct URL), what lies in ``out``, and where
a row says so what is printed. A row in which bodega means to differ says why, and the guide from-pip.md says it
to users. The rows are in ``tests/support/pip_lines.py``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.pip_lines import SOME, TABLE
from support.twins import Side, Twins, fill_index, fill_material
from support.upstream import Upstream

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("twins")
    with Upstream() as upstream:
        fill_index(upstream)
        made = Twins(folder, upstream)
        fill_material(made.material)
        yield made


@pytest.mark.parametrize("case", TABLE)
def test_the_same_line_comes_to_the_same(twins: Twins, case: dict[str, Any]) -> None:
    theirs, ours = twins.run("pip", case), twins.run("bodega", case)
    assert "Traceback" not in ours.err
    meant = case.get("meant")
    expected = meant[:2] if meant else (theirs.status, theirs.status)
    assert (theirs.status, ours.status) == expected, f"{theirs.err}\n---\n{ours.err}"
    assert ours.installed == theirs.installed
    if case.get("tree", True):
        assert ours.trees == theirs.trees
    _compare(case.get("says"), theirs, ours)


def _compare(how: str | None, theirs: Side, ours: Side) -> None:
    if how == "same":
        assert ours.out == theirs.out
    elif how == "lines":
        assert ours.lines == theirs.lines
    elif how == "json":
        assert ours.document == theirs.document
    elif how == "inspect":
        assert _inspected(ours.document) == _inspected(theirs.document)
    elif how == "keys":
        assert _shape(ours.document) == _shape(theirs.document)
    else:
        assert how is None


def _inspected(document: dict[str, Any]) -> dict[str, Any]:
    document["installed"].sort(key=lambda one: one["metadata"]["name"])
    return document


def _shape(value: Any) -> Any:
    """A document without what differs from run to run: its keys, and the values that are not times or sizes."""
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_shape(one) for one in value), key=repr)
    return value


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("install beta", ()),
        ("install -U alpha", SOME),
        ("uninstall -y delta", SOME),
        ("install --dry-run -U beta alpha", SOME),
    ],
)
def test_what_programs_look_for_is_said_as_pip_says_it(
    twins: Twins, line: str, before: tuple[str, ...]
) -> None:
    case = {"words": line.split(), "before": before}
    theirs, ours = (
        [
            one.strip()
            for one in twins.run(who, case).out.splitlines()
            if one.strip().startswith(("Success", "Would"))
        ]
        for who in ("pip", "bodega")
    )
    assert theirs
    assert ours == theirs


def test_differences_that_are_meant_are_told() -> None:
    guide = " ".join((Path(__file__).parents[2] / "docs/guides/from-pip.md").read_text().split())
    cases = [one.values[0] for one in TABLE]
    whys = {case["meant"][2] for case in cases if case.get("meant")}
    assert whys
    assert [why for why in whys if why not in guide] == []
    assert len(cases) >= 80
