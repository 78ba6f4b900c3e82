"""Settings and rules of policy, in memory."""

from collections.abc import Sequence

from bodega.adapters.memory.state import MemoryState
from bodega.formats.names import NormalizedName
from bodega.index.views.policy_records import Origin, PolicyRule, PolicySetting, RuleKind, is_same


class MemoryPolicyRecords:
    """Implements ``index.views.policy_records.PolicyRecords``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def set(self, setting: PolicySetting) -> None:
        """Keep a setting."""
        self._state.policy_settings[(setting.index, setting.key, setting.origin)] = setting
        self._state.epoch += 1

    def unset(self, index: str, key: str, origin: Origin) -> PolicySetting | None:
        """Forget a setting."""
        found = self._state.policy_settings.pop((index, key, origin), None)
        self._state.epoch += found is not None
        return found

    def put(self, rule: PolicyRule) -> None:
        """Keep a rule."""
        self.take_back(rule.index, rule.kind, rule.project, rule.version)
        self._state.policy_rules[(rule.index, rule.kind, rule.project, rule.version)] = rule
        self._state.epoch += 1

    def take_back(
        self, index: str, kind: RuleKind, project: NormalizedName, version: str | None
    ) -> PolicyRule | None:
        """Forget a rule."""
        for key, rule in self._state.policy_rules.items():
            if key[:-1] == (index, kind, project) and is_same(rule.version, version):
                self._state.epoch += 1
                return self._state.policy_rules.pop(key)
        return None


class MemoryPolicyViews:
    """Implements ``index.views.policy_records.PolicyViews``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def settings(self) -> Sequence[PolicySetting]:
        """Every setting."""
        return list(self._state.policy_settings.values())

    def rules(self) -> Sequence[PolicyRule]:
        """Every rule, oldest first."""
        return list(self._state.policy_rules.values())
