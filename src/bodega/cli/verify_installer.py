"""The installer's part of ``bodega verify``: the environment and the store, and what puts them right."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.installing import say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.environments.checking import EnvironmentFault
    from bodega.installer.environments.interpreter import Interpreter
    from bodega.installer.store.verifying import Damage

#: Kinds of faults that harm nobody.
_HARMLESS = frozenset({"extra"})


class Findings:
    """What is wrong with store and environment, before and after it was put right.

    ``prefix`` is the environment's folder, ``None`` where none was looked at.
    """

    def __init__(self, prefix: str | None) -> None:
        self.prefix = prefix
        self.damage: tuple[Damage, ...] = ()
        self.faults: list[EnvironmentFault] = []
        self.left: set[object] = set()

    def is_clean(self) -> bool:
        """Whether nothing is wrong, or all of it was put right."""
        harmful = (fault for fault in self.faults if fault.kind not in _HARMLESS)
        return not self.left.intersection({*self.damage, *harmful})

    def document(self) -> dict[str, object]:
        """The findings for programs."""
        damage = [
            {"wheel": one.of, "path": one.path, "why": one.why, "repaired": one not in self.left}
            for one in self.damage
        ]
        faults = [
            {
                "kind": one.kind,
                "of": one.of or None,
                "path": one.path,
                "why": one.why,
                "repaired": one not in self.left,
            }
            for one in self.faults
        ]
        environment = {"prefix": self.prefix, "faults": faults} if self.prefix else None
        return {"damage": damage, "environment": environment}


def look(options: Namespace) -> Findings:
    """Look, put right what is asked for, and say it."""
    from bodega.installer.environments.errors import NoEnvironmentError

    workshop = workshop_for(options)
    interpreter: Interpreter | None = None
    if not options.store:
        try:
            interpreter = workshop.interpreter()
        except NoEnvironmentError:
            if options.environment:
                raise
    findings = Findings(interpreter.prefix if interpreter else None)
    try:
        findings.damage, findings.faults = _looked(workshop, interpreter, options)
        findings.left = {*findings.damage, *findings.faults}
        if options.repair and findings.left:
            _repair(findings, workshop, interpreter, options)
    finally:
        workshop.progress.done()
        workshop.store.close()
    if not options.json:
        _print(findings, options)
    return findings


def _looked(
    workshop: "Workshop", interpreter: "Interpreter | None", options: Namespace
) -> "tuple[tuple[Damage, ...], list[EnvironmentFault]]":
    from bodega.installer.environments.checking import check_environment
    from bodega.installer.environments.commit import recover

    faults: list[EnvironmentFault] = []
    if interpreter is not None:
        recover(interpreter)
        faults = check_environment(interpreter)
    return (() if options.environment else workshop.store.verify().damage), faults


def _repair(
    findings: Findings, workshop: "Workshop", interpreter: "Interpreter | None", options: Namespace
) -> None:
    from bodega.installer.commands.mending import mend_environment, mend_store

    damage = findings.damage or workshop.store.verify().damage
    mend_store({one.of for one in damage}, workshop, interpreter)
    if interpreter is not None:
        lost = mend_environment(findings.faults, interpreter, workshop)
        if lost:
            say(options, f"note: not put right, since bodega did not install it: {', '.join(lost)}")
    left, faults = _looked(workshop, interpreter, options)
    findings.left = {*left, *faults}


def _print(findings: Findings, options: Namespace) -> None:
    for one in findings.damage:
        sys.stdout.write(f"{one.path}: {one.why}{_repaired(one, findings)} (of {one.of})\n")
    for fault in findings.faults:
        of = f" (of {fault.of})" if fault.of else ""
        sys.stdout.write(f"{fault.path}: {fault.why}{_repaired(fault, findings)}{of}\n")
    sys.stdout.flush()
    if not options.environment:
        found = f"{len(findings.damage)} damaged" if findings.damage else "the store is as it was made"
        say(options, found)
    if findings.prefix is not None:
        count = sum(fault.kind not in _HARMLESS for fault in findings.faults)
        found = f"{count} not as installed" if count else "as it was installed"
        say(options, f"the environment {findings.prefix}: {found}")


def _repaired(one: object, findings: Findings) -> str:
    return "" if one in findings.left else ", repaired"
