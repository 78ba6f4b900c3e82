"""Load by wrk: many paths in turn over kept connections, and what each answer cost the server."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contest.processes import cpu_seconds

#: Every connection walks the same list of paths; what a request costs to make is wrk's, not the server's.
_SCRIPT = """
local paths = {%s}
local requests, at = {}, 0
function init()
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path, {%s}) end
end
function request()
  at = at %% #requests + 1
  return requests[at]
end
"""


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked for, in turn, with which headers. ``connections`` ask at the same time."""

    paths: Sequence[str]
    headers: Mapping[str, str]
    connections: int = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU microseconds of the server for one answer, and answers a second."""

    cpu: float
    rate: float


class FailedAnswersError(Exception):
    """The server gave other answers than it should."""


@dataclass(frozen=True, slots=True)
class Load:
    """How load is made: for how long, on which cores; ``script`` is written for wrk."""

    seconds: int
    cpus: str
    script: Path

    def cost(self, base: str, pid: int, route: Route) -> Cost | None:
        """What an answer costs once a second of load has filled every cache; ``None`` when none came.

        Raises FailedAnswersError.
        """
        headers = ", ".join(f"[{_quoted(name)}] = {_quoted(text)}" for name, text in route.headers.items())
        self.script.write_text(_SCRIPT % (", ".join(map(_quoted, route.paths)), headers))
        self._run(base, route, 1)
        before = cpu_seconds(pid)
        answered = self._run(base, route, self.seconds)
        used = cpu_seconds(pid) - before
        return Cost(used / answered * 1e6, answered / self.seconds) if answered else None

    def _run(self, base: str, route: Route, seconds: int) -> int:
        """How many answers came."""
        command = ["taskset", "-c", self.cpus, "wrk", "-t1", f"-c{route.connections}", f"-d{seconds}s"]
        command += ["--timeout", "20s", "-s", str(self.script), base]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 120)
        if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout):
            raise FailedAnswersError(f"{bad[1]} answers of {base}{route.paths[0]} were errors")
        counted = re.search(r"(\d+) requests in", done.stdout)
        return int(counted[1]) if counted else 0


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
