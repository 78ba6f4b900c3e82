"""What is kept of policy: settings and rules, as they were ordered, and the ports that keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bodega.formats.names import NormalizedName
from bodega.formats.version_order import version_key
from bodega.messaging.unit_of_work import UnitOfWork

Origin = Literal["set", "serve"]
RuleKind = Literal["deny", "quarantine", "exempt"]
#: The one setting so far.
COOLDOWN = "cooldown"
#: Stands for every index.
EVERYWHERE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySetting:
    """A setting of one index, or of every one. ``origin``: set by a command, or an option of ``serve``."""

    index: str
    key: str
    origin: Origin
    value: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """A rule about a project, or about one version of it (normalized; ``None``: all).

    ``advisory``, of an exemption, is the id of the advisory that the version fixes.
    """

    index: str
    kind: RuleKind
    project: NormalizedName
    version: str | None = None
    reason: str
    advisory: str | None = None
    at: datetime
    by: str

    @property
    def subject(self) -> str:
        """What it is about: ``PROJECT`` or ``PROJECT==VERSION``."""
        return subject(self.project, self.version)


def subject(project: str, version: str | None) -> str:
    """A project, or one version of it, in words."""
    return project if version is None else f"{project}=={version}"


def is_same(one: str | None, other: str | None) -> bool:
    """Whether two rules are about the same version, however it is written (PEP 440), or both about all."""
    if one is None or other is None:
        return one is other
    return version_key(one) == version_key(other)


class PolicyRecords(Protocol):
    """Settings and rules inside a transaction. Every change counts the epoch up, in the same transaction.

    Versions of rules are the same as ``is_same`` says.
    """

    def set(self, setting: PolicySetting) -> None:
        """Keep a setting, in the place of one with the same index, key and origin."""

    def unset(self, index: str, key: str, origin: Origin) -> PolicySetting | None:
        """Forget a setting, which is returned; ``None`` where there is none."""

    def put(self, rule: PolicyRule) -> None:
        """Keep a rule, in the place of one with the same index, kind, project and version."""

    def take_back(
        self, index: str, kind: RuleKind, project: NormalizedName, version: str | None
    ) -> PolicyRule | None:
        """Forget a rule, which is returned; ``None`` where there is none."""


class PolicyWork(UnitOfWork, Protocol):
    """A transaction of policy."""

    @property
    def policy(self) -> PolicyRecords:
        """Settings and rules."""


class PolicyViews(Protocol):
    """Reads of policy, from any thread; what any process committed is seen at the next read."""

    def settings(self) -> Sequence[PolicySetting]:
        """Every setting."""

    def rules(self) -> Sequence[PolicyRule]:
        """Every rule, oldest first."""
