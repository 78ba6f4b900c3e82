"""Resolving: bodega lock beside uv pip compile as whole processes, and our search beside nab-resolver.

    python benchmarks/resolve.py [--pairs 7] [--folder DIR] [--set M ...] [--index recorded|ours ...]
                                 [--part processes|solvers ...]

Whole processes are run turn by turn, both from the same index on this machine: ``recorded`` gives the
answers of a plain index from memory, ``ours`` is our own index with all its private keys, warm. Warm
means that both caches were filled by a run before; cold, that both are empty. The locks that come out are
compared. Wall clock and CPU are medians, the ratio is the median of each pair's.

The solvers work from memory in one process, on pages and metadata that came once from the index that pip is
configured for, and prepare their own sets of candidates each time; CPU time, since other work on a machine
spoils wall time. A peer that is not installed is left out, and said so.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from resolving import processes, solvers


def configured_index() -> str:
    """The index that pip is configured for, or has built in."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout.strip()
    said = os.environ.get("PIP_INDEX_URL", said)
    if not said:
        said = importlib.import_module("pip._internal.models.index").PyPI.simple_url
    return said if said.endswith("/") else f"{said}/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="keep pages and metadata here, for the next run")
    parser.add_argument("--set", choices=processes.SETS, action="append")
    parser.add_argument("--index", choices=("recorded", "ours"), action="append")
    parser.add_argument("--part", choices=("processes", "solvers"), action="append")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="bodega-resolve-"))
    (folder / "incoming").mkdir(parents=True, exist_ok=True)
    parts = given.part or ("processes", "solvers")
    try:
        if "processes" in parts:
            sets, indexes = given.set or list(processes.SETS), given.index or ["recorded", "ours"]
            processes.report(folder, pairs=given.pairs, sets=sets, indexes=indexes)
        if "solvers" in parts:
            solvers.report(configured_index(), folder, given.pairs)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
