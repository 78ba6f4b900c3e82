"""What is there for an interpreter: what a change may touch, and what only shows through from outside."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bodega.formats.names import NormalizedName
from bodega.installer.environments.installed import Installed, scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import Plan
from bodega.installer.environments.search_path import shows_outer

if TYPE_CHECKING:
    from bodega.installer.locking.ports import Prepared


def seen_by(interpreter: Interpreter) -> dict[NormalizedName, Installed]:
    """Every distribution that counts as installed, by name: those of the place, then those outside of it.

    A folder that is named stands for itself; environments with system site packages, bare interpreters and
    the user's folder see more than their own. Raises InterpreterFailedError.
    """
    here = scan(interpreter)
    if interpreter.is_bare or (interpreter.is_venv and not shows_outer(interpreter.prefix)):
        return here
    from bodega.installer.environments.inventory import take_inventory  # noqa: PLC0415 - rarely needed

    outer = {found.distribution.name: found.distribution for found in take_inventory(interpreter, {})}
    return {**outer, **here}


def as_candidate(present: Installed) -> "Prepared":
    """What is installed, as a resolution takes it for a candidate."""
    from bodega.installer.locking.ports import Prepared  # noqa: PLC0415 - only to resolve

    return Prepared(
        name=present.name,
        version=present.version,
        metadata=present.metadata,
        filename="",
        url="",
        direct_url=present.direct_url,
    )


def within_reach(plan: Plan, interpreter: Interpreter) -> Plan:
    """The plan without removals of what lies outside: that stays, and what is installed hides it."""
    sites = (interpreter.scheme.purelib, interpreter.scheme.platlib)
    return replace(plan, remove=tuple(one for one in plan.remove if one.site in sites))
