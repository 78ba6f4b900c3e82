"""What survives kill -9: an index killed at random moments under uploads and pull-through, and started again.

Half of the kills hit a server of one process, half one of two workers. Targets: no acknowledged upload lost,
no file listed by half, no wrong byte given, ``bodega verify`` clean. Usage: ``python benchmarks/killing.py
[--kills 200]``.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.battle import Battle, Outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    kills = parser.parse_args().kills
    print(
        f"{'workers':<9}{'kills':>6}{'uploads':>9}{'cut':>6}{'pulls':>7}{'cut':>6}{'lost':>6}{'halves':>8}"
        f"{'wrong':>7}{'unclean':>9}{'restart p50':>13}{'max':>8}"
    )
    bad = 0
    for workers, share in ((1, kills - kills // 2), (2, kills // 2)):
        outcome = fought(workers, share)
        print(
            f"{workers:<9}{outcome.kills:>6}{len(outcome.acknowledged):>9}{outcome.cut:>6}{outcome.pulled:>7}"
            f"{outcome.pulls_cut:>6}{len(outcome.lost):>6}{len(outcome.halves):>8}{len(outcome.wrong):>7}"
            f"{len(outcome.unclean):>9}{median(outcome.restarts):>11.2f} s{max(outcome.restarts):>6.2f} s"
        )
        for what in (outcome.lost, outcome.halves, outcome.wrong, outcome.unclean):
            bad += len(what)
            print("".join(f"  {line}\n" for line in what[:10]), end="")
    print("target: nothing lost, by half, wrong or unclean:", "reached" if not bad else "MISSED")
    return 1 if bad else 0


def fought(workers: int, kills: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder, Battle(Path(folder), workers=workers) as battle:
        for outcome in battle.fight(kills):
            if outcome.kills % 20 == 0:
                battle.verify()
                print(f"... {outcome.kills} kills", file=sys.stderr)
        battle.verify()
        return battle.outcome


if __name__ == "__main__":
    sys.exit(main())
