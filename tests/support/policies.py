"""Rules and settings of policy, as short as a test wants them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bodega.formats.names import NormalizedName
from bodega.index.views.policy import Policy
from bodega.index.views.policy_in_force import in_force
from bodega.index.views.policy_records import PolicyRule, PolicySetting

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def rule(kind: Any, project: str, version: str | None = None, **changes: Any) -> PolicyRule:
    """A rule for every index, for a reason."""
    facts = {"index": "", "reason": f"for {project}", "at": NOW, "by": "local:test", **changes}
    return PolicyRule(kind=kind, project=NormalizedName(project), version=version, **facts)


def cooldown(value: str, index: str = "", origin: Any = "set", **changes: Any) -> PolicySetting:
    """A cooldown for every index."""
    facts = {"key": "cooldown", "at": NOW, "by": "local:test", **changes}
    return PolicySetting(index=index, origin=origin, value=value, **facts)


def policy(*ordered: PolicyRule | PolicySetting, lineage: tuple[str, ...] = ("main",)) -> Policy:
    """The policy of the first index of a lineage."""
    settings = [one for one in ordered if isinstance(one, PolicySetting)]
    rules = [one for one in ordered if isinstance(one, PolicyRule)]
    return in_force(lineage, settings, rules)
