"""Facts about indexes and about what their readers see. ``by`` says who did it.

``subject`` is an index's name, a policy setting's key, or a project. ``index`` is empty where every index is
meant.
"""

from dataclasses import dataclass
from typing import ClassVar

from bodega.messaging.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCreated(Event):
    """An index was made."""

    type: ClassVar[str] = "views.index-created.v1"

    bases: tuple[str, ...]
    is_private: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDeleted(Event):
    """An index was removed."""

    type: ClassVar[str] = "views.index-deleted.v1"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet(Event):
    """A setting of policy was set. ``subject`` is its key."""

    type: ClassVar[str] = "views.policy-set.v1"

    index: str
    value: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUnset(Event):
    """A setting of policy was forgotten. ``subject`` is its key."""

    type: ClassVar[str] = "views.policy-unset.v1"

    index: str
    value: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRuleAdded(Event):
    """A project was denied, quarantined or exempted. ``kind`` says which, ``version`` where one is meant."""

    type: ClassVar[str] = "views.policy-rule-added.v1"

    index: str
    kind: str
    version: str | None
    reason: str
    advisory: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRuleTakenBack(Event):
    """A rule about a project was taken back."""

    type: ClassVar[str] = "views.policy-rule-taken-back.v1"

    index: str
    kind: str
    version: str | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRefused(Event):
    """Readers were refused a file by policy. ``code`` and ``rule`` say why; not every refusal is told."""

    type: ClassVar[str] = "views.file-refused.v1"

    index: str
    filename: str
    code: str
    rule: str
