"""What an answer costs: bodega beside nginx serving the same bytes, and beside the Python peers.

    python benchmarks/index.py [--quick] [--seconds 2] [--rounds 3] [--only page] [--no-peers]

CPU (user and system, of the whole process tree) per answered request, the servers turn by turn in one run,
so that what else the machine does falls on all. Servers run on core 0 and the load (wrk) on core 1; two
workers have both. Prints a table with ratios and what is wanted of them. nginx and wrk are needed and, where
apt and root allow, installed; a peer that cannot be installed is named as missing.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from contest.catalogue import made
from contest.contestants import Contestant, Ground, bodega, nginx
from contest.load import Cost, FailedAnswersError, Load
from contest.peers import MissingPeerError, peers
from contest.processes import NotStartedError, memory_mib

#: nginx's cost divided by ours, at least.
OF_NGINX = {
    "page": 0.35,
    "page, HTML": 0.35,
    "page, gzip": 0.35,
    "page, 304": 0.2,
    "metadata": 0.2,
    "small wheel": 0.2,
    "large wheel": 0.6,
}
#: Our cost of these divided by a peer's, at most.
OF_PEERS = 1 / 15
PAGES = ("page", "page, HTML", "page, gzip")
SCENARIOS = (*OF_NGINX, "root list")

Results = dict[str, dict[str, Cost]]


def main() -> None:
    given = _arguments()
    missing = [name for name in ("nginx", "wrk", "taskset") if not _there(name)]
    if missing:
        print(f"not run: {', '.join(missing)} cannot be installed here")
        return
    with tempfile.TemporaryDirectory(prefix="bodega-contest-") as temporary, contextlib.ExitStack() as stack:
        folder = Path(temporary)
        folder.chmod(0o755)
        size = {"projects": 4, "files": 10, "large_mib": 20} if given.quick else _full(given)
        ground = Ground(folder, "0", made(folder / "wheels", **size))
        contestants = _contestants(ground, stack, given)
        for contestant in contestants:
            print(f"{contestant.name:<22}{memory_mib(contestant.pid):8.0f} MiB")
        _print_table(_compared(contestants, ground, given), contestants)


def _full(given: argparse.Namespace) -> dict[str, int]:
    return {"projects": given.projects, "files": given.files, "large_mib": given.large}


def _contestants(ground: Ground, stack: contextlib.ExitStack, given: argparse.Namespace) -> list[Contestant]:
    """Everybody who takes part, started."""
    ours = [stack.enter_context(bodega(ground, workers)) for workers in given.workers or (1, 2)]
    reference = stack.enter_context(nginx(ground, ours[0]))
    found = [reference, *ours]
    starts = {} if given.no_peers else peers(ground, given.peers or ground.folder / "peers", reference)
    for name, start in starts.items():
        try:
            found.append(stack.enter_context(start()))
        except (MissingPeerError, NotStartedError, OSError, subprocess.CalledProcessError) as error:
            print(f"missing: {name}: {error}")
    return found


def _compared(contestants: Sequence[Contestant], ground: Ground, given: argparse.Namespace) -> Results:
    """The median cost of each scenario for each who offers it."""
    return {
        scenario: dict(_costs(scenario, contestants, ground, given))
        for scenario in SCENARIOS
        if given.only is None or scenario in given.only
    }


def _costs(
    scenario: str, contestants: Sequence[Contestant], ground: Ground, given: argparse.Namespace
) -> Iterator[tuple[str, Cost]]:
    load = Load(given.seconds, "1", ground.folder / "load.lua")
    rounds: dict[str, list[Cost]] = {}
    for _ in range(given.rounds):
        for one in contestants:
            if scenario not in one.routes:
                continue
            try:
                cost = load.cost(one.base, one.pid, one.routes[scenario])
            except FailedAnswersError as error:
                print(error)
                continue
            if cost is not None:
                rounds.setdefault(one.name, []).append(cost)
    for name, costs in rounds.items():
        yield (
            name,
            Cost(
                statistics.median(cost.cpu for cost in costs), statistics.median(cost.rate for cost in costs)
            ),
        )


def _print_table(results: Results, contestants: Sequence[Contestant]) -> None:
    print(f"\n{'':<14}{'':<20}{'CPU us':>11}{'answers/s':>11}{'of nginx':>10}  wanted")
    for scenario, costs in results.items():
        for one in contestants:
            cost = costs.get(one.name)
            if cost is None:
                continue
            ratio = f"{costs['nginx'].cpu / cost.cpu:.4f}"[:6] if "nginx" in costs and cost.cpu else ""
            verdict = _verdict(scenario, one.name, costs)
            print(f"{scenario:<14}{one.name:<20}{cost.cpu:>11.1f}{cost.rate:>11.0f}{ratio:>10}  {verdict}")


def _verdict(scenario: str, name: str, costs: Mapping[str, Cost]) -> str:
    ours = next((cost for one, cost in costs.items() if one.startswith("bodega")), None)
    if name.startswith("bodega") and scenario in OF_NGINX and "nginx" in costs:
        got, wanted = costs["nginx"].cpu / costs[name].cpu, OF_NGINX[scenario]
        return f"at least {wanted}: {'met' if got >= wanted else 'MISSED'}"
    if scenario in PAGES and ours is not None and name != "nginx" and not name.startswith("bodega"):
        times = costs[name].cpu / ours.cpu
        return f"ours costs 1/{times:.0f} of it, at most 1/15: {'met' if 1 / times <= OF_PEERS else 'MISSED'}"
    return ""


def _there(name: str) -> bool:
    if shutil.which(name) is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        package = {"nginx": "nginx-light", "taskset": "util-linux"}.get(name, name)
        variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        # Installed for its program only: a server that Debian starts by itself would take a port.
        variables["RUNLEVEL"] = "1"
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        subprocess.run(command, env=variables, capture_output=True, check=False)
    return shutil.which(name) is not None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="little data and one short round: does it work?")
    parser.add_argument("--seconds", type=int, default=2, help="length of each measurement (2)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements whose median counts (3)")
    parser.add_argument("--workers", type=int, action="append", help="of bodega; repeatable (1 and 2)")
    parser.add_argument("--projects", type=int, default=60)
    parser.add_argument("--files", type=int, default=40, help="of each project (40)")
    parser.add_argument("--large", type=int, default=100, metavar="MIB", help="size of the large wheel (100)")
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="this scenario (repeatable)")
    parser.add_argument("--no-peers", action="store_true", help="beside nginx alone")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="keep the peers' environments there")
    given = parser.parse_args()
    if given.quick:
        given.seconds, given.rounds = 1, 1
    return given


if __name__ == "__main__":
    main()
