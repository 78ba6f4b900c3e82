"""Hostile wheels, sdists and indexes given to bodega, pip and uv: who installs what, and what is left behind.

``python benchmarks/attacks.py`` prints a table and writes ``docs/security/beside-pip-and-uv.md``. Every
attack gets an environment of its own, which is compared with what it was before. Takes some minutes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.environments import contents  # noqa: E402
from support.hostile_indexes import CASES, NAME  # noqa: E402
from support.hostile_sdists import refused_sdists  # noqa: E402
from support.hostile_wheels import refused  # noqa: E402
from support.server import environment  # noqa: E402
from support.upstream import Upstream  # noqa: E402

PAGE = ROOT / "docs/security/beside-pip-and-uv.md"
PROGRAMS = Path(sys.executable).parent
TOOLS = ("bodega", "pip", "uv")
REFUSED, RESIDUE, INSTALLED, CRASHED, ENDLESS = (
    "refused",
    "refused, files left",
    "installed",
    "traceback",
    "no end in 40 s",
)
#: What each attack must come to.
RIGHT = frozenset({REFUSED})
LIMIT = 40


@dataclass(frozen=True)
class Attack:
    """One attack: on what, and what each tool made of it."""

    number: int
    surface: str
    what: str
    found: dict[str, str]


def command(tool: str, python: Path, *source: str, name: str = "evil") -> list[str]:
    """The install, from nowhere else than the source."""
    match tool:
        case "bodega":
            return [sys.executable, "-m", "bodega", "install", "--python", str(python), *source, name]
        case "pip":
            words = ["--disable-pip-version-check", "--no-cache-dir", "--retries", "1", "--timeout", "5"]
            return [sys.executable, "-m", "pip", "--python", str(python), "install", *words, *source, name]
        case _:
            words = ["--no-cache", "--no-config"]
            return [str(PROGRAMS / "uv"), "pip", "install", *words, "-p", str(python), *source, name]


def attacked(tool: str, base: Path, folder: Path, *source: str, name: str = "evil") -> str:
    """What an install came to, in an environment made for it."""
    place = folder / f"environment-{tool}"
    shutil.copytree(base, place, symlinks=True)
    before = contents(place)
    given = environment(
        folder, BODEGA_STORE=str(folder / "store"), UV_HTTP_TIMEOUT="5", PIP_TIMEOUT="5", PIP_RETRIES="1"
    )
    try:
        done = subprocess.run(
            command(tool, place / "bin/python", *source, name=name),
            env=given,
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return ENDLESS
    after = {path: content for path, content in contents(place).items() if path != ".lock"}
    if done.returncode == 0:
        return INSTALLED if after != before else REFUSED
    if after != before:
        return RESIDUE
    return CRASHED if "Traceback (most recent call last)" in done.stderr else REFUSED


def archives() -> Iterator[tuple[int, str, str, str, bytes]]:
    """Number, surface, what, file name and content of each hostile archive."""
    for wheel in refused():
        yield wheel.number, "wheel", wheel.name, wheel.filename, wheel.content
    for sdist in refused_sdists():
        yield sdist.number, "sdist", sdist.name, "evil-1.0.tar.gz", sdist.content


def archive_attack(base: Path, archive: tuple[int, str, str, str, bytes]) -> Attack:
    """One archive, in a folder that is looked into."""
    number, surface, what, filename, content = archive
    found: dict[str, str] = {}
    for tool in TOOLS if "/" not in filename else ():
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            (folder / "links").mkdir()
            (folder / "links" / filename).write_bytes(content)
            found[tool] = attacked(tool, base, folder, "--no-index", "--find-links", str(folder / "links"))
    return Attack(number, surface, what, found)


def index_attack(base: Path, number: int, what: str) -> Attack:
    """One hostile index."""
    case = next(one for one in CASES if (one.number, one.what) == (number, what))
    found = {}
    for tool in TOOLS:
        with tempfile.TemporaryDirectory() as made, Upstream() as upstream:
            folder = Path(made)
            case.arrange(upstream, folder)
            found[tool] = attacked(tool, base, folder, "--index-url", upstream.root, name=NAME)
    return Attack(number, "index", what, found)


def attacks(base: Path) -> list[Attack]:
    """All of them, two at a time."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(archive_attack, base, archive) for archive in archives()]
        waiting += [pool.submit(index_attack, base, one.number, one.what) for one in CASES]
        return [one for future in waiting if (one := future.result()).found]


def page(found: Iterable[Attack]) -> str:
    """The page of the documentation."""
    found = list(found)
    versions = ", ".join(
        subprocess.run(words, check=True, capture_output=True, text=True).stdout.split(" from")[0].strip()
        for words in ([sys.executable, "-m", "pip", "--version"], [str(PROGRAMS / "uv"), "--version"])
    )
    counts = {tool: Counter(one.found[tool] for one in found) for tool in TOOLS}
    rights = "; ".join(
        f"**{tool}: {sum(counts[tool][kind] for kind in RIGHT)} of {len(found)}**" for tool in TOOLS
    )
    lines = [
        "<!-- Generated by benchmarks/attacks.py; run it to write this page anew. -->",
        "",
        "# Hostile archives and indexes, beside pip and uv",
        "",
        f"The same attacks given to bodega, {versions}, each into an environment of its own. Right is to",
        "refuse, with the environment as it was before. Some of these an installer may accept for its users'",
        "sake; bodega means to refuse all of them.",
        "",
        f"Refused, and nothing left behind: {rights}.",
        "",
        f"| case | on | what | {' | '.join(TOOLS)} |",
        f"|---|---|---|{'---|' * len(TOOLS)}",
        *(
            f"| {one.number} | {one.surface} | {one.what} | {' | '.join(one.found[t] for t in TOOLS)} |"
            for one in sorted(found, key=lambda one: (one.number, one.surface, one.what))
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Attack, print, write the page; 1 where bodega is wrong once."""
    with tempfile.TemporaryDirectory() as made:
        base = Path(made) / "environment"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", base], check=True)
        found = attacks(base)
    text = page(found)
    PAGE.write_text(text, "utf-8")
    print(text)
    return int(any(one.found["bodega"] not in RIGHT for one in found))


if __name__ == "__main__":
    sys.exit(main())
