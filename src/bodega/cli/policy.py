"""``bodega policy``: what an index holds back, denies and quarantines, and what it makes of a project."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from bodega.cli.acts import add_acts, print_json
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.managing import add_place, managed

_DESCRIPTION = "Say what an index holds back, denies and quarantines, and see what that does."
#: Acts that make a rule, and those that take one back, with the kind of rule.
_ADDING: Mapping[str, str] = {"deny": "deny", "quarantine": "quarantine", "exempt": "exempt"}
_TAKING_BACK: Mapping[str, str] = {"allow": "deny", "release": "quarantine", "unexempt": "exempt"}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    # What is wrong with the words is told before a data folder is made for them.
    values = _values(options)
    with managed(options) as management:
        answer = management.run(_operation(options), values)
    if options.json:
        print_json(answer)
        return 0
    from bodega.cli.policy_words import print_answer

    print_answer(options.act, answer)
    return 0


def parser() -> Parser:
    """The options."""
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
    add_place(parser)


def _operation(options: Namespace) -> str:
    of_index = "" if options.index is None else "_index"
    if options.act == "check":
        return "check_policy"
    if options.act == "show":
        return f"show{of_index}_policy"
    what = "cooldown" if options.act in ("set", "unset") else "policy_rule"
    if getattr(options, "dry_run", False):
        return f"preview{of_index}_{what}"
    if what == "cooldown":
        return f"{options.act}{of_index}_{what}"
    return f"{'add' if options.act in _ADDING else 'take_back'}{of_index}_{what}"


def _values(options: Namespace) -> dict[str, Any]:
    values: dict[str, Any] = {} if options.index is None else {"index": options.index}
    if options.act == "check":
        return {"index": "main", **values, "project": options.project}
    if options.act == "set":
        _check_cooldown(options.value)
        return {**values, "value": options.value}
    kind = _ADDING.get(options.act) or _TAKING_BACK.get(options.act)
    if kind is None:
        return values
    _check_subject(kind, options.subject)
    values |= {"kind": kind, "subject": options.subject}
    if options.act in _ADDING:
        values |= {"reason": options.reason, "advisory": getattr(options, "advisory", None)}
    return values


def _check_cooldown(text: str) -> None:
    from bodega.formats.durations import duration
    from bodega.index.views.policy_errors import InvalidCooldownError

    if duration(text) is None:
        raise InvalidCooldownError(text)


def _check_subject(kind: str, text: str) -> None:
    from bodega.index.views.policy_subject import policy_subject

    _, version = policy_subject(text)
    if kind == "quarantine" and version is not None:
        raise UsageError(
            "a quarantine is of a whole project",
            why="`bodega policy deny PROJECT==VERSION` hides one version alone",
        )
