"""Orders about policy."""

from dataclasses import dataclass
from datetime import timedelta

from bodega.formats.names import NormalizedName
from bodega.index.views.policy_records import RuleKind
from bodega.messaging.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCooldown(Command):
    """Hold back what an upstream brings for so long. ``index`` empty: in every index; ``by`` orders it."""

    index: str
    cooldown: timedelta
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsetCooldown(Command):
    """Forget the cooldown that was set for an index, or for every one."""

    index: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeWithCooldown(Command):
    """The server was started with this cooldown, or with none: it counts where no other is set."""

    cooldown: timedelta | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPolicyRule(Command):
    """Deny, quarantine or exempt a project, or one version of it; in place of an earlier rule of the kind.

    ``version`` is normalized. ``advisory``: the version is exempt because it fixes that one.
    """

    index: str
    kind: RuleKind
    project: NormalizedName
    version: str | None = None
    reason: str
    advisory: str | None = None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackPolicyRule(Command):
    """Forget a rule."""

    index: str
    kind: RuleKind
    project: NormalizedName
    version: str | None = None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRefusal(Command):
    """A reader was refused a file by policy; ``code`` and ``rule`` say why."""

    index: str
    project: NormalizedName
    filename: str
    code: str
    rule: str
