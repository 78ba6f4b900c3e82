"""``bodega lock merge [FILE]``: a lock that both sides of a merge changed, resolved anew from both."""

import os
from argparse import Namespace
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_environment, add_index, print_json, say

if TYPE_CHECKING:
    from bodega.formats.errors import BodegaError
    from bodega.installer.locking.everywhere import EverywhereRequest
    from bodega.installer.locking.lock_merge import Merged, Sides
    from bodega.installer.locking.locked_versions import LockedVersion

_DESCRIPTION = (
    "Settle a lock that both sides of a merge changed. What is asked for is merged, the versions of both "
    "sides are kept where they fit together, and the result is resolved anew. The sides come from git, from "
    "the conflict markers in the file, or from files that are named."
)
_DRIVER = """as git's merge driver:
  git config merge.bodega.driver 'bodega lock merge --base %O --ours %A --theirs %B -o %A %P'
  echo 'pylock*.toml merge=bodega' >> .gitattributes"""
_OWN = ("lock", "base", "ours", "theirs", "output", "asked")
#: What of an answer means that no index could be asked.
_SILENT = ("E-INDEX-UNREACHABLE", "E-OFFLINE")


def run(arguments: list[str]) -> int:
    """Run the command."""
    given = parser().parse_args(arguments)
    from bodega.installer.commands.lock_merge import Named, sides_of
    from bodega.installer.locking.lock_merge import merged

    if (given.ours is None) != (given.theirs is None):
        raise UsageError("--ours and --theirs stand together")
    named = Named(base=given.base, ours=given.ours, theirs=given.theirs) if given.ours else None
    sides = sides_of(given.lock, named)
    result = merged(sides)
    options = _lock_options(given, sides, result, is_driver=named is not None)
    text, versions, remarks = _made(options, sides, result)
    from bodega.cli.results import write_whole

    write_whole(given.output or given.lock, text)
    _tell(given, result, versions, remarks)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("lock merge", _DESCRIPTION)
    parser.epilog = _DRIVER
    parser.add_argument(
        "lock", nargs="?", default="pylock.toml", metavar="FILE", help="the lock, default: ./%(default)s"
    )
    parser.add_argument("--base", metavar="FILE", help="what both sides began with; without it none is known")
    parser.add_argument("--ours", metavar="FILE", help="our side")
    parser.add_argument("--theirs", metavar="FILE", help="their side")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the result goes, default: the lock")
    add_environment(parser)
    add_index(parser)
    return parser


def _lock_options(given: Namespace, sides: "Sides", result: "Merged", *, is_driver: bool) -> Namespace:
    """The options of ``bodega lock`` that the merged lock is made by."""
    from bodega.cli.lock import parser as lock_parser

    options = lock_parser().parse_args([])
    for key, value in vars(given).items():
        if key not in _OWN:
            setattr(options, key, value)
    parts = set(result.settings["parts"])
    options.output = given.lock
    options.platforms = list(result.settings["platforms"])
    options.pythons = list(result.settings["pythons"])
    options.project_folder = os.path.dirname(os.path.abspath(given.lock))
    if parts:
        _take_parts(options, parts)
    else:
        options.requirements = list(result.requirements)
    options.merging = _Merging(_kept(sides, result), result.requirements if is_driver else None)
    return options


def _take_parts(options: Namespace, parts: set[str]) -> None:
    """The parts of a project that a lock holds, as the options that ask for them."""
    options.extra = [text.removeprefix("extra:") for text in sorted(parts) if text.startswith("extra:")]
    groups = [text.removeprefix("group:") for text in sorted(parts) if text.startswith("group:")]
    options.all_extras, options.all_groups = "all-extras" in parts, "all-groups" in parts
    options.no_default_groups = "default-groups" not in parts
    if "dependencies" in parts:
        options.group = groups
    else:
        options.only_group = groups


@dataclass(frozen=True, slots=True)
class _Merging:
    """What ``bodega lock`` begins with in the place of the lock that is there.

    ``requirements`` stand in the place of a project's, which while git merges is not merged yet itself.
    """

    kept: "tuple[LockedVersion, ...]"
    requirements: tuple[str, ...] | None

    def settled(self, asked: "EverywhereRequest") -> "EverywhereRequest":
        """What is to be locked of a project, with what the merged locks ask for."""
        if self.requirements is None:
            return asked
        from bodega.formats.requirements import parse_requirement
        from bodega.installer.locking.ports import Asked

        wishes = (asked.own, *asked.parts.values())
        there = {one.requirement.text for wish in wishes for one in wish.requirements}
        there |= {one.text for wish in wishes for one in wish.references}
        own = [one for one in asked.base.requirements if one.requirement.text in self.requirements]
        added = [text for text in self.requirements if text not in there]
        more = [Asked(parse_requirement(text), "the merged lock") for text in added]
        return replace(asked, base=replace(asked.base, requirements=(*own, *more)))


def _kept(sides: "Sides", result: "Merged") -> "tuple[LockedVersion, ...]":
    """The merged versions; of what our side has in several, each for other environments, those."""
    from bodega.formats.names import NormalizedName
    from bodega.installer.locking.locked_versions import LockedVersion

    single = [LockedVersion(NormalizedName(name), version) for name, version in result.kept.items()]
    several = [
        LockedVersion(NormalizedName(one["name"]), one["version"], one.get("marker"))
        for one in sides.ours["packages"]
        if one["name"] not in result.kept and isinstance(one.get("version"), str)
    ]
    return (*single, *several)


def _made(
    options: Namespace, sides: "Sides", result: "Merged"
) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """The lock's text, versions and remarks: resolved, or where no index can be asked put together."""
    from bodega.cli.lock import outcome_of
    from bodega.formats.errors import BodegaError

    try:
        outcome = outcome_of(options)
    except BodegaError as error:
        if not _is_silent(error, options):
            raise
        found = _put_together(sides, result)
        if found is None:
            raise
        return found
    if outcome.locked is None:
        raise UsageError("bodega lock merge has nothing to check")
    return outcome.locked.text, dict(outcome.locked.versions), outcome.locked.remarks


def _is_silent(error: "BodegaError", options: Namespace) -> bool:
    return error.code in _SILENT or (options.offline and error.code.startswith("E-RESOLVE"))


def _put_together(sides: "Sides", result: "Merged") -> tuple[str, dict[str, str], tuple[str, ...]] | None:
    from bodega.installer.locking.lock import lock_text
    from bodega.installer.locking.lock_merge import put_together

    document = put_together(sides, result)
    if document is None:
        return None
    remark = "no index could be asked: put together of what each side changed, which fits by what it requires"
    versions = {entry["name"]: entry.get("version", "") for entry in document["packages"]}
    return lock_text(document), versions, (remark,)


def _tell(given: Namespace, result: "Merged", versions: dict[str, str], remarks: tuple[str, ...]) -> None:
    moved = {
        name: (version, versions[name])
        for name, version in result.kept.items()
        if name in versions and versions[name] != version
    }
    if given.json:
        document = {
            "version": 1,
            "path": given.lock,
            "packages": versions,
            "contested": [
                {
                    "name": one.name,
                    "ours": one.ours,
                    "theirs": one.theirs,
                    "result": versions.get(one.name, one.taken),
                }
                for one in result.contested
            ],
            "moved": [{"name": name, "kept": one, "result": other} for name, (one, other) in moved.items()],
            "remarks": list(remarks),
        }
        print_json(document)
    for one in result.contested:
        came = versions.get(one.name, one.taken)
        say(
            given, f"both sides changed {one.name}: ours {one.ours}, theirs {one.theirs}; the lock has {came}"
        )
    for name, (before, after) in moved.items():
        say(given, f"{name} is {after} and not {before}, as both sides together require")
    for remark in remarks:
        say(given, f"note: {remark}")
    say(given, f"{len(versions)} projects in {given.lock}, merged")
