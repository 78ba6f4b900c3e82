"""A pytest plugin: what hostile cases came to, a JSON line each, for the page that ``tools/hostile.py`` writes.

A test says what it attacks by ``@pytest.mark.hostile(case=12, surface="upload", what="...", expected="...")``
and may say what it got by ``record_property("got", "422 E-UPLOAD-METADATA")``; without that, a test that
passes got what it expected. Load it with ``-p support.hostile_report --hostile-rows FILE``.
"""

import json
from pathlib import Path
from typing import Any

import pytest

_ASKED = {"case", "surface", "what", "expected"}
_KEY = "hostile"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hostile-rows", default=None, help="write what hostile cases came to, in JSON lines")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--hostile-rows")
    if path is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Gathering(Path(path), config), "hostile-rows")


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Properties are the one thing about a test that comes back from the workers of xdist.
    item.user_properties.extend((_KEY, json.dumps(row)) for row in _rows_of(item))


def _rows_of(item: pytest.Item) -> list[dict[str, Any]]:
    file = item.nodeid.partition("::")[0]
    rows = []
    for mark in item.iter_markers("hostile"):
        if set(mark.kwargs) != _ASKED or mark.args or not isinstance(mark.kwargs["case"], int):
            raise pytest.UsageError(
                f"{item.nodeid}: hostile(case=NUMBER, surface=, what=, expected=) is asked"
            )
        rows.append({"file": file, **mark.kwargs})
    return rows


class _Gathering:
    """Gathers the rows of one run, or of a collection alone, and writes them at the end."""

    def __init__(self, path: Path, config: pytest.Config) -> None:
        self._path = path
        self._is_collection = config.getoption("collectonly")
        self._rows: list[dict[str, Any]] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self._is_collection:
            self._rows = [row for item in session.items for row in _rows_of(item)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        got = next((str(text) for key, text in report.user_properties if key == "got"), None)
        for key, text in report.user_properties:
            if key == _KEY:
                row = json.loads(str(text))
                right = report.outcome == "passed"
                self._rows.append({**row, "got": got or (row["expected"] if right else "?"), "right": right})

    def pytest_sessionfinish(self) -> None:
        self._path.write_text("".join(json.dumps(row) + "\n" for row in self._rows), "utf-8")
