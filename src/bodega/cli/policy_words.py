"""What ``bodega policy`` prints for people, from the answers that are its ``--json``."""

import sys
from collections.abc import Mapping
from typing import Any

_DONE: Mapping[str, str] = {
    "deny": "is denied",
    "allow": "is denied no more",
    "quarantine": "is quarantined",
    "release": "is quarantined no more",
    "exempt": "passes the cooldown",
    "unexempt": "passes the cooldown no more",
}


def print_answer(act: str, answer: Mapping[str, Any]) -> None:
    """The answer to an act."""
    if "dry_run" in answer:
        _print_vanishing(answer)
    elif act == "check":
        for one in answer["files"]:
            sys.stdout.write(f"{one['filename']}  {one['reason'] or 'allowed'}\n")
    elif act == "show":
        _print_policy(answer)
    elif act in ("set", "unset"):
        done = "set" if act == "set" else "forgotten"
        where = _where(answer["index"])
        sys.stderr.write(f"{answer['key']} {answer['value']} is {done} for {where}\n")
    else:
        sys.stderr.write(f"{_subject(answer)} {_DONE[act]} in {_where(answer['index'])}\n")


def _print_vanishing(answer: Mapping[str, Any]) -> None:
    for one in answer["files"]:
        sys.stdout.write(f"{one['index']:<16} {one['filename']}  {one['reason'] or ''}\n")
    sys.stderr.write(f"{len(answer['files'])} files would vanish; nothing is changed\n")


def _print_policy(answer: Mapping[str, Any]) -> None:
    for setting in answer["settings"]:
        origin = " (of the server)" if setting["origin"] == "serve" else ""
        where = _where(setting["index"])
        sys.stdout.write(f"{where:<20} {setting['key']} {setting['value']}{origin}\n")
    for rule in answer["rules"]:
        fixes = f" (fixes {rule['advisory']})" if rule["advisory"] else ""
        where = _where(rule["index"])
        sys.stdout.write(f"{where:<20} {rule['kind']} {_subject(rule)}: {rule['reason']}{fixes}\n")


def _subject(rule: Mapping[str, Any]) -> str:
    return f"{rule['project']}=={rule['version']}" if rule["version"] else str(rule["project"])


def _where(index: str | None) -> str:
    return f"index {index}" if index else "every index"
