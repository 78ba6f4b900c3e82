"""``bodega policy``: what an index holds back, denies and quarantines, and what it makes of a project."""

import os
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from bodega.cli.acts import add_acts, who
from bodega.cli.arguments import Parser, UsageError, add_json

if TYPE_CHECKING:
    from bodega.bootstrap.policy_desk import PolicyDesk
    from bodega.index.views.policy_records import RuleKind

_DESCRIPTION = "Say what an index holds back, denies and quarantines, and see what that does."
_EVERYWHERE = ""
#: Acts that make a rule, and those that take one back, with the kind of rule.
_ADDING: Mapping[str, str] = {"deny": "deny", "quarantine": "quarantine", "exempt": "exempt"}
_TAKING_BACK: Mapping[str, str] = {"allow": "deny", "release": "quarantine", "unexempt": "exempt"}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = _parser().parse_args(arguments)
    from bodega.bootstrap.settings import Given, read_settings

    settings = read_settings(os.environ, Given({"data": options.data}))
    # What is wrong with the words is told before a data folder is made for them.
    act = _act(options)
    from bodega.bootstrap.policy_desk import policy_desk

    with policy_desk(settings, os.environ) as desk:
        act(desk)
    return 0


def _parser() -> Parser:
    parser = Parser("policy", _DESCRIPTION)
    acts = add_acts(parser)
    setting = acts.add_parser("set", description="Set how long new files of upstreams are held back.")
    setting.add_argument("key", choices=("cooldown",), help="the setting")
    setting.add_argument("value", help="7d, 12h, 30m, or 0 for none")
    unset = acts.add_parser("unset", description="Forget a setting, so that a wider one counts again.")
    unset.add_argument("key", choices=("cooldown",), help="the setting")
    deny = acts.add_parser("deny", description="Deny a project, or one version of it, to all readers.")
    quarantine = acts.add_parser("quarantine", description="Offer no files of a project, and say why.")
    exempt = acts.add_parser("exempt", description="Let a project, or one version of it, pass the cooldown.")
    exempt.add_argument("--advisory", metavar="ID", help="the version fixes this advisory")
    added = (deny, quarantine, exempt)
    taken_back = (
        acts.add_parser("allow", description="Take a denial back."),
        acts.add_parser("release", description="Take a quarantine back."),
        acts.add_parser("unexempt", description="Take an exemption back."),
    )
    for one in (*added, *taken_back):
        one.add_argument("subject", metavar="PROJECT[==VERSION]", help="what the rule is about")
    for one in added:
        one.add_argument("--reason", required=True, help="what readers are told")
    for one in (setting, deny, quarantine):
        one.add_argument("--dry-run", action="store_true", help="only list the files that would vanish")
    show = acts.add_parser("show", description="Show the rules: all of them, or those in force for an index.")
    check = acts.add_parser("check", description="Say of each file of a project whether readers may have it.")
    check.add_argument("project", help="the project")
    for one in (setting, unset, *added, *taken_back, show, check):
        _add_common(one)
    return parser


def _add_common(parser: Parser) -> None:
    parser.add_argument("--index", metavar="NAME", help="for this index and those based on it (every index)")
    parser.add_argument("--data", metavar="FOLDER", help="the data folder of the index")
    add_json(parser)


def _act(options: Namespace) -> "Callable[[PolicyDesk], None]":
    """What is to be done, its words checked."""
    if options.act in _ADDING:
        return _adding(options)
    if options.act in _TAKING_BACK:
        return _taking_back(options)
    return {"set": _setting, "unset": _unsetting, "show": _showing, "check": _checking}[options.act](options)


def _setting(options: Namespace) -> "Callable[[PolicyDesk], None]":
    from bodega.cli.policy_words import print_setting, print_vanishing
    from bodega.formats.durations import duration
    from bodega.index.views.policy_commands import SetCooldown
    from bodega.index.views.policy_errors import InvalidCooldownError

    cooldown = duration(options.value)
    if cooldown is None:
        raise InvalidCooldownError(options.value)
    order = SetCooldown(index=_index(options), cooldown=cooldown, by=who())

    def act(desk: "PolicyDesk") -> None:
        if options.dry_run:
            print_vanishing(desk.would_vanish(order), as_json=options.json)
        else:
            print_setting(desk.half.set_cooldown(order), "set", as_json=options.json)

    return act


def _unsetting(options: Namespace) -> "Callable[[PolicyDesk], None]":
    from bodega.cli.policy_words import print_setting
    from bodega.index.views.policy_commands import UnsetCooldown

    order = UnsetCooldown(index=_index(options), by=who())
    return lambda desk: print_setting(desk.half.unset_cooldown(order), "forgotten", as_json=options.json)


def _adding(options: Namespace) -> "Callable[[PolicyDesk], None]":
    from bodega.cli.policy_words import print_rule, print_vanishing
    from bodega.index.views.policy_commands import AddPolicyRule
    from bodega.index.views.policy_subject import policy_subject

    project, version = policy_subject(options.subject)
    kind = cast("RuleKind", _ADDING[options.act])
    _expect_whole_project(kind, version)
    order = AddPolicyRule(
        index=_index(options),
        kind=kind,
        project=project,
        version=version,
        reason=options.reason,
        advisory=options.advisory if kind == "exempt" else None,
        by=who(),
    )

    def act(desk: "PolicyDesk") -> None:
        if kind != "exempt" and options.dry_run:
            print_vanishing(desk.would_vanish(order), as_json=options.json)
        else:
            print_rule(desk.half.add_rule(order), options.act, as_json=options.json)

    return act


def _taking_back(options: Namespace) -> "Callable[[PolicyDesk], None]":
    from bodega.cli.policy_words import print_rule
    from bodega.index.views.policy_commands import TakeBackPolicyRule
    from bodega.index.views.policy_subject import policy_subject

    project, version = policy_subject(options.subject)
    kind = cast("RuleKind", _TAKING_BACK[options.act])
    _expect_whole_project(kind, version)
    order = TakeBackPolicyRule(index=_index(options), kind=kind, project=project, version=version, by=who())
    return lambda desk: print_rule(desk.half.take_back_rule(order), options.act, as_json=options.json)


def _showing(options: Namespace) -> "Callable[[PolicyDesk], None]":
    from bodega.cli.policy_words import print_all, print_in_force

    def act(desk: "PolicyDesk") -> None:
        if options.index is None:
            print_all(desk.half.views.settings(), desk.half.views.rules(), as_json=options.json)
        else:
            print_in_force(desk.policy(options.index), as_json=options.json)

    return act


def _checking(options: Namespace) -> "Callable[[PolicyDesk], None]":
    from bodega.cli.policy_words import print_judged
    from bodega.formats.names import project_name
    from bodega.index.views.model import MAIN

    name = project_name(options.project).normalized
    index = options.index or MAIN
    return lambda desk: print_judged(index, name, desk.judge(index, name), as_json=options.json)


def _index(options: Namespace) -> str:
    return _EVERYWHERE if options.index is None else options.index


def _expect_whole_project(kind: str, version: str | None) -> None:
    if kind == "quarantine" and version is not None:
        raise UsageError(
            "a quarantine is of a whole project",
            why="`bodega policy deny PROJECT==VERSION` hides one version alone",
        )
