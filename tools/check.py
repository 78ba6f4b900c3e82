"""All checks in one go, two at a time: what each says, how long it takes. Changes no file.

``python tools/check.py [NAME...]`` runs the named ones only.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
WIDTH = 22


def commands() -> dict[str, list[str]]:
    """Name -> command line."""
    own = ("shape", "mirror", "contexts", "words", "changelog")
    return {
        "types": [str(PROGRAMS / "mypy")],
        "arrows": [str(PROGRAMS / "lint-imports"), "--no-cache"],
        "format": [str(PROGRAMS / "ruff"), "format", "--check", "."],
        "lint": [str(PROGRAMS / "ruff"), "check", "--output-format=concise", "."],
        **{name: [sys.executable, str(ROOT / "tools" / f"{name}.py")] for name in own},
        **{
            name: [sys.executable, str(ROOT / "tools" / f"{name}.py"), "--check"]
            for name in ("errors", "events", "hostile")
        },
    }


def run(command: list[str]) -> tuple[int, float, str]:
    """Exit code, seconds and all output of one check."""
    begin = time.monotonic()
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # This tree is looked at, also where another one is installed.
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT / "src")},
    )
    return done.returncode, time.monotonic() - begin, done.stdout.strip("\n")


def main() -> int:
    """Run the checks, print what they say, and a line of figures for each."""
    wanted = {
        name: command for name, command in commands().items() if name in sys.argv[1:] or not sys.argv[1:]
    }
    begin = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = dict(zip(wanted, pool.map(run, wanted.values()), strict=True))
    for name, (code, _, output) in results.items():
        if code or name == "shape":
            print(f"--- {name}\n{output}\n")
    for name, (code, seconds, output) in results.items():
        said = "" if code or name == "shape" else _last(output)
        print(f"{name:{WIDTH}}{'FAILED' if code else 'ok':8}{seconds:6.1f} s   {said}")
    failed = sum(code != 0 for code, _, _ in results.values())
    print(f"{'all':{WIDTH}}{f'{failed} FAILED' if failed else 'ok':8}{time.monotonic() - begin:6.1f} s")
    return 1 if failed else 0


def _last(output: str) -> str:
    return output.rsplit("\n", 1)[-1].strip()


if __name__ == "__main__":
    sys.exit(main())
