"""``bodega lock diff [OLD] NEW``: what a change of a lock changes, for people, programs and pull requests."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError, add_json
from bodega.cli.colour import paint

if TYPE_CHECKING:
    from bodega.installer.locking.lock_difference import Fact, LockDifference, ReleaseChange

_DESCRIPTION = (
    "Say what differs between two locks: releases added, removed and changed, other bytes under a known "
    "name, markers, sources and indexes. OLD is a file; without it, NEW as the last commit of git has it."
)
_SIGNS = {"added": ("+", "green"), "removed": ("-", "red")}
_WORDS = {
    "source": "source",
    "marker": "marker",
    "python": "requires-python",
    "index": "index",
    "files": "file",
    "hash": "hash",
}


def run(arguments: list[str]) -> int:
    """Run the command: 0, or with ``--exit-code`` 1 where something differs."""
    options = parser().parse_args(arguments)
    if len(options.locks) > 2:  # noqa: PLR2004 - two sides
        raise UsageError("bodega lock diff: two locks at most can be compared")
    from bodega.installer.commands.lock_diff import compared

    *old, new = options.locks or ["pylock.toml"]
    found = compared(old[0] if old else None, new)
    if options.json or options.format == "json":
        _print_json(old[0] if old else f"git:HEAD:{new}", new, found)
    elif options.format == "markdown":
        sys.stdout.writelines(f"{line}\n" for line in _markdown(found))
    else:
        sys.stdout.writelines(f"{line}\n" for line in text_of(found))
        if not found and not options.quiet:
            sys.stderr.write("nothing differs\n")
    return 1 if options.exit_code and found else 0


def parser() -> Parser:
    """The options."""
    parser = Parser("lock diff", _DESCRIPTION)
    parser.add_argument("locks", nargs="*", metavar="FILE", help="[OLD] NEW; default: ./pylock.toml")
    parser.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="markdown is for pull requests"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 where something differs")
    parser.add_argument("-q", "--quiet", action="count", default=0, help="say less")
    add_json(parser)
    return parser


# --- for people


def text_of(found: "LockDifference") -> Iterable[str]:
    """The differences in lines, for people."""
    for fact in found.facts:
        sign = "*" if fact.before and fact.after else "+" if fact.after else "-"
        yield f"{sign} {_plain(fact.what)}: {_change(fact.before, fact.after)}"
    for one in found.releases:
        sign, colour = ("!", "red") if one.is_loud else _SIGNS.get(one.kind, ("~", "yellow"))
        yield paint(f"{sign} {_plain(one.name)} {_change(*_versions(one))}", colour, sys.stdout)
        for fact in one.facts:
            line = f"    {_fact(fact)}"
            yield paint(line, "red", sys.stdout) if fact.aspect == "hash" else line


def _versions(one: "ReleaseChange") -> tuple[str, str]:
    return ", ".join(one.before), ", ".join(one.after)


def _change(before: str, after: str) -> str:
    before, after = _plain(before), _plain(after)
    if before == after:
        return after
    return f"{before} -> {after}" if before and after else before or after


def _fact(fact: "Fact") -> str:
    if fact.aspect == "hash":
        return f"other bytes under the name {_plain(fact.what)}: {_change(fact.before, fact.after)}"
    if fact.aspect == "files":
        return f"{'new file' if fact.after else 'file gone'}: {_plain(fact.what)}"
    before, after = _plain(fact.before) or "none", _plain(fact.after) or "none"
    return f"{_WORDS[fact.aspect]}: {before} -> {after}"


def _plain(text: str) -> str:
    """A lock's words on one line, without what a terminal would obey, and without passwords."""
    from bodega.formats.urls import without_userinfo

    return "".join(letter if letter.isprintable() else "?" for letter in without_userinfo(text))


# --- for pull requests


def _markdown(found: "LockDifference") -> Iterable[str]:
    if not found:
        yield "No difference between the locks."
        return
    loud = [one for one in found.releases if one.is_loud]
    if loud:
        names = ", ".join(_code(one.name) for one in loud)
        yield f"> **Other bytes under a known file name**: {names}. Do not merge before it is known why."
        yield ""
    for fact in found.facts:
        yield f"- {fact.what}: {_code(fact.before) or 'none'} → {_code(fact.after) or 'none'}"
    if found.facts and found.releases:
        yield ""
    if found.releases:
        yield "| | Project | Before | After | |"
        yield "|---|---|---|---|---|"
    for one in found.releases:
        before, after = _versions(one)
        facts = "<br>".join(_code(_fact(fact)) for fact in one.facts)
        yield f"| {one.kind} | {_code(one.name)} | {_code(before)} | {_code(after)} | {facts} |"


def _code(text: str) -> str:
    """A lock's words as they stand: no markup of theirs works, nobody is mentioned."""
    plain = _plain(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`" if plain else ""


# --- for programs


def _print_json(old: str, new: str, found: "LockDifference") -> None:
    import json

    document = {
        "version": 1,
        "old": old,
        "new": new,
        "different": bool(found),
        **rows_of(found),
    }
    sys.stdout.write(json.dumps(document, indent=2) + os.linesep)


def rows_of(found: "LockDifference") -> "dict[str, object]":
    """The differences as plain values: of the lock as a whole, and by project."""
    return {
        "lock": [_row(fact) for fact in found.facts],
        "releases": [
            {
                "name": one.name,
                "kind": one.kind,
                "before": list(one.before),
                "after": list(one.after),
                "other_bytes": one.is_loud,
                "facts": [_row(fact) for fact in one.facts],
            }
            for one in found.releases
        ],
    }


def _row(fact: "Fact") -> dict[str, str]:
    from bodega.formats.urls import without_userinfo

    texts = (fact.what, fact.before, fact.after)
    what, before, after = (without_userinfo(text) for text in texts)
    return {"aspect": fact.aspect, "what": what, "before": before, "after": after}
