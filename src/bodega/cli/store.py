"""``bodega store info|gc|why``: what the store holds, who needs it, and clearing it."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from bodega.cli.acts import add_acts
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import print_json, say

if TYPE_CHECKING:
    from bodega.bootstrap.settings import Settings
    from bodega.installer.store.collecting import Cleared
    from bodega.installer.store.store import Store

_DESCRIPTION = "Look at the store that all environments share, and clear what nothing uses."
#: What is not used for so long goes, where nothing else is said.
_OLD = "30d"
_LARGEST = 10
#: What each folder of the store is, for people; the others are told together.
_PARTS = {
    "trees": "unpacked wheels",
    "bytecode": "bytecode",
    "runnable": "trees of linked environments",
    "wheels": "wheels as they came",
    "environments": "environments of run and tool run",
    "build-environments": "environments of builds",
    "built": "results of builds",
    "pages": "pages of indexes",
    "metadata": "metadata",
}
_KINDS = {
    "wheel": "wheels",
    "tree": "trees",
    "environment": "environments",
    "kept": "kept files",
    "built": "built wheels",
}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.bootstrap.settings import Given, read_settings
    from bodega.installer.store.store import Store

    given = Given({"store_size": getattr(options, "max_size", None)})
    settings = read_settings(os.environ, given)
    acts: dict[str, Callable[[Namespace, Store, Settings], int]] = {"info": _info, "gc": _gc, "why": _why}
    with Store(settings.store) as store:
        return acts[options.act](options, store, settings)


def parser() -> Parser:
    """The options."""
    parser = Parser("store", _DESCRIPTION)
    acts = add_acts(parser)
    info = acts.add_parser("info", help="what the store holds and takes up", description=_DESCRIPTION)
    clear = acts.add_parser(
        "gc",
        help="clear what nothing uses",
        description="Clear what nothing uses: not what environments hold or link to, what their histories "
        "need to go back, nor what a running install has found. Kept wheels go first, then what was not used "
        f"for longest. Where no limit is given, what was not used for {_OLD} goes, and as much as "
        "BODEGA_STORE_SIZE asks.",
    )
    clear.add_argument("--dry-run", action="store_true", help="say what would go, and do nothing")
    clear.add_argument("--max-size", metavar="SIZE", help="bring the store below this size, such as 5G")
    clear.add_argument("--older-than", metavar="TIME", help="what was not used for so long, such as 30d")
    clear.add_argument("--behind", action="store_true", help="give way to everybody else")
    why = acts.add_parser("why", help="which environments need a project's trees")
    why.add_argument("what", metavar="PROJECT|SHA256", help="a project, or how a wheel's sha256 begins")
    for act in (info, clear, why):
        act.add_argument("-q", "--quiet", action="count", default=0, help="say less")
        act.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def _info(options: Namespace, store: "Store", settings: "Settings") -> int:
    from bodega.installer.commands.cleared import environments_of, would_free
    from bodega.installer.store.collecting import Limits

    limit = settings.size("store_size")
    census = store.census()
    known = environments_of(store)
    counts = {kind: len(census.of(kind)) for kind in _KINDS}
    free = would_free(store, Limits(size=0))
    largest = sorted(census.projects.items(), key=lambda one: (-one[1], one[0]))
    if options.json:
        print_json(
            {
                "version": 1,
                "root": store.layout.root,
                "bytes": census.total,
                "limit": limit,
                "files": census.files,
                "parts": dict(sorted(census.parts.items())),
                "counts": counts,
                "shared_with_environments": census.shared,
                "could_be_freed": free,
                "projects": dict(largest),
                "environments": [one.root for one in known],
            }
        )
        return 0
    lines = [store.layout.root, *_parts(census.parts)]
    lines.append(f"{_size(census.total):>10}  in all, {counts['tree']} trees, {census.files} files")
    if limit is not None:
        lines.append(f"{_size(limit):>10}  is as much as it may take up")
    lines.append(f"{_size(census.shared):>10}  of it shared with environments, and so not theirs too")
    lines.append(f"{_size(free):>10}  would be freed by `bodega store gc --max-size 0`")
    lines += [f"{_size(size):>10}  {name}" for name, size in largest[:_LARGEST]]
    lines.append(f"{len(known)} environments")
    lines += [f"  {one.root}" for one in known]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _parts(parts: dict[str, int]) -> list[str]:
    lines = [f"{_size(parts[name]):>10}  {words}" for name, words in _PARTS.items() if parts.get(name)]
    others = sum(size for name, size in parts.items() if name not in _PARTS)
    return [*lines, f"{_size(others):>10}  what it needs to know of all that"]


def _gc(options: Namespace, store: "Store", settings: "Settings") -> int:
    from bodega.installer.commands.cleared import clear
    from bodega.installer.store.collecting import Limits

    if options.behind and hasattr(os, "nice"):
        os.nice(19)
    size = settings.size("store_size")
    older = options.older_than or (None if options.max_size else _OLD)
    limits = Limits(before=None if older is None else time.time() - _seconds(older), size=size)
    cleared = clear(store, limits, dry_run=options.dry_run)
    if options.json:
        print_json(
            {
                "version": 1,
                "dry_run": options.dry_run,
                "bytes_before": cleared.before,
                "bytes_freed": cleared.freed,
                "removed": {kind: cleared.counts.get(kind, 0) for kind in _KINDS},
                "projects": dict(sorted(cleared.projects.items())),
                "trees_in_use": cleared.in_use,
            }
        )
        return 0
    for name, freed in sorted(cleared.projects.items()):
        sys.stdout.write(f"- {name} {_size(freed)}\n")
    sys.stdout.flush()
    say(options, _summary(cleared, dry_run=options.dry_run))
    if size is not None and cleared.before - cleared.freed > size:
        say(options, f"note: {cleared.in_use} trees are in use: it cannot become smaller than that")
    return 0


def _summary(cleared: "Cleared", *, dry_run: bool) -> str:
    left = f"{_size(cleared.before - cleared.freed)} of {_size(cleared.before)}"
    if not cleared.counts:
        return f"nothing to clear: {left} stay, {cleared.in_use} trees are in use"
    went = ", ".join(
        f"{cleared.counts[kind]} {words}" for kind, words in _KINDS.items() if kind in cleared.counts
    )
    would = "would go" if dry_run else "went"
    return f"{went} {would}, {_size(cleared.freed)}; {left} stay, {cleared.in_use} trees are in use"


def _why(options: Namespace, store: "Store", _settings: "Settings") -> int:
    from bodega.installer.commands.cleared import why

    found = why(store, options.what)
    names = {sha256: tree.manifest.filename for sha256 in found if (tree := store.look(sha256))}
    if options.json:
        trees = [
            {
                "sha256": sha256,
                "filename": names.get(sha256),
                "needed_by": [{"environment": one.environment, "how": one.how} for one in needs],
            }
            for sha256, needs in found.items()
        ]
        print_json({"version": 1, "trees": trees})
        return 0 if found else 1
    words = {"linked": "links to it", "history": "its history needs it to go back", "files": "has its files"}
    for sha256, needs in found.items():
        sys.stdout.write(f"{names.get(sha256, 'a tree')}  {sha256}\n")
        for one in needs:
            sys.stdout.write(f"  {one.environment}: {words[one.how]}\n")
        if not needs:
            sys.stdout.write("  nothing that is known needs it\n")
    sys.stdout.flush()
    if not found:
        say(options, f"the store has nothing of {options.what}")
    return 0 if found else 1


def _seconds(text: str) -> float:
    from bodega.formats.durations import duration

    found = duration(text)
    if found is None:
        raise UsageError(f"--older-than cannot be {text[:40]!r}", why="it takes days or hours: 30d, 12h, 0")
    return found.total_seconds()


def _size(count: int) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"
