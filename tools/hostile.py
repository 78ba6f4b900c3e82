"""The page of hostile cases, ``docs/security/hostile.md``: tests in ``tests/attacks`` marked so, run.

``python tools/hostile.py [FILE...]`` runs the named test files only and keeps what the page says of others.
``--check`` runs nothing: it fails where the page does not have exactly the cases that the tests have, or has
one that did not come out right.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from house import GENERATED_MARK

ROOT = Path(__file__).resolve().parent.parent
PAGE = "docs/security/hostile.md"
TESTS = "tests/attacks"
HEAD = f"""<!-- {GENERATED_MARK}hostile.py from a run of the tests; run `make hostile`. -->

# Hostile cases

What bodega is attacked with in its tests, what is expected, and what came of it in the last run. `case` is
the number of the attack in our list; most have several forms. Not in here, since there is nothing yet that
they could attack: 105-121 (identity providers), 150-152 (signed metadata and the transparency log).
"""
TABLE = "\n| case | surface | what | expected | got | right |\n|---|---|---|---|---|---|\n"
_SECTION = re.compile(r"^## `(.+)`$")
_CELLS = 6
_NONE_COLLECTED = 5


@dataclass(frozen=True, order=True)
class Row:
    """One case of one test file. What lies between cells is not in the texts."""

    file: str
    case: int
    surface: str
    what: str
    expected: str
    got: str = ""
    right: bool = False

    @property
    def asked(self) -> tuple[str, int, str, str, str]:
        """What the test says before it runs."""
        return self.file, self.case, self.surface, self.what, self.expected

    def line(self) -> str:
        """The row of the table."""
        cells = (
            str(self.case),
            self.surface,
            self.what,
            self.expected,
            self.got,
            "yes" if self.right else "NO",
        )
        return f"| {' | '.join(cells)} |\n"


def run(files: list[str], *options: str) -> tuple[int, list[Row]]:
    """Run the tests of some files, or collect them; the exit code and the rows."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "support.hostile_report",
            "--hostile-rows",
            str(rows),
        ]
        # The plugin is wanted before pytest has read where tests share support.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests")))}
        done = subprocess.run(
            [*command, "-m", "hostile", *options, *files],
            check=False,
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE if "--collect-only" in options else None,
        )
        lines = rows.read_text("utf-8").splitlines() if rows.is_file() else []
    code = 0 if done.returncode == _NONE_COLLECTED else done.returncode
    return code, sorted(Row(**_cells(json.loads(line))) for line in lines)


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: " ".join(text.split()).replace("|", "/") if isinstance(text, str) else text
        for key, text in row.items()
    }


def read_page(text: str) -> Iterator[Row]:
    """The rows that a page has."""
    file = ""
    for line in text.splitlines():
        section = _SECTION.match(line)
        file = section[1] if section else file
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if file and len(cells) == _CELLS and cells[0].isdecimal():
            surface, what, expected, got, right = cells[1:]
            yield Row(file, int(cells[0]), surface, what, expected, got, right == "yes")


def page(rows: Iterable[Row]) -> str:
    """The whole text of the page: the sum, and a table for each test file."""
    by_file: dict[str, list[Row]] = {}
    for row in sorted(rows):
        by_file.setdefault(row.file, []).append(row)
    sections = "".join(
        f"\n## `{file}`\n\n{_sum(found)}.\n{TABLE}{''.join(row.line() for row in found)}"
        for file, found in by_file.items()
    )
    everything = [row for found in by_file.values() for row in found]
    return f"{HEAD}\n**{_sum(everything)}.**\n{sections}"


def _sum(rows: list[Row]) -> str:
    return f"{sum(row.right for row in rows)} of {len(rows)} right"


def offences(known: list[Row], collected: list[Row]) -> Iterator[str]:
    """What the page lacks, has too much, or tells of a failure."""
    there, wanted = {row.asked for row in known}, {row.asked for row in collected}
    for file, case, _, what, _ in sorted(wanted - there):
        yield f"{PAGE} lacks case {case} of {file} ({what}): run make hostile"
    for file, case, _, what, _ in sorted(there - wanted):
        yield f"{PAGE} has case {case} of {file} ({what}), which no test has: run make hostile"
    for row in known:
        if not row.right:
            yield f"{PAGE}: case {row.case} of {row.file} ({row.what}) is not right"


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="run nothing; fail where the page is out of date"
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="test files; all of them by default")
    options = parser.parse_args()
    target = ROOT / PAGE
    known = list(read_page(target.read_text("utf-8"))) if target.is_file() else []
    if options.check:
        code, collected = run([TESTS], "--collect-only")
        found = [*offences(known, collected)]
        for offence in found:
            sys.stderr.write(offence + "\n")
        print(_sum(known))
        return 1 if found or code else 0
    code, rows = run(options.files or [TESTS])
    kept = [row for row in known if options.files and row.file not in options.files]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page([*kept, *rows]), "utf-8")
    print(_sum([*kept, *rows]))
    return code


if __name__ == "__main__":
    sys.exit(main())
