"""Settings and rules of policy in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bodega.adapters.sql.counters import EPOCH, count_up
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.times import read, written
from bodega.adapters.sql.view_tables import POLICY_RULES, POLICY_SETTINGS
from bodega.formats.names import NormalizedName
from bodega.index.views.policy_records import Origin, PolicyRule, PolicySetting, RuleKind, is_same

_SETTINGS = POLICY_SETTINGS.c
_RULES = POLICY_RULES.c
_SETTING_COLUMNS = (
    _SETTINGS.index_name,
    _SETTINGS.key,
    _SETTINGS.origin,
    _SETTINGS.value,
    _SETTINGS.at,
    _SETTINGS.set_by,
)
_RULE_COLUMNS = (
    _RULES.index_name,
    _RULES.kind,
    _RULES.project,
    _RULES.version,
    _RULES.reason,
    _RULES.advisory,
    _RULES.at,
    _RULES.set_by,
)


class SqlPolicyRecords:
    """Implements ``index.views.policy_records.PolicyRecords``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, setting: PolicySetting) -> None:
        """Keep a setting."""
        if self.unset(setting.index, setting.key, setting.origin) is None:
            count_up(self._connection, EPOCH)
        self._connection.execute(
            insert(POLICY_SETTINGS).values(
                index_name=setting.index,
                key=setting.key,
                origin=setting.origin,
                value=setting.value,
                at=written(setting.at),
                set_by=setting.by,
            )
        )

    def unset(self, index: str, key: str, origin: Origin) -> PolicySetting | None:
        """Forget a setting."""
        named = (_SETTINGS.index_name == index) & (_SETTINGS.key == key) & (_SETTINGS.origin == origin)
        found = self._connection.execute(select(*_SETTING_COLUMNS).where(named)).one_or_none()
        if found is None:
            return None
        self._connection.execute(delete(POLICY_SETTINGS).where(named))
        count_up(self._connection, EPOCH)
        return _setting(found)

    def put(self, rule: PolicyRule) -> None:
        """Keep a rule."""
        if self.take_back(rule.index, rule.kind, rule.project, rule.version) is None:
            count_up(self._connection, EPOCH)
        self._connection.execute(
            insert(POLICY_RULES).values(
                index_name=rule.index,
                kind=rule.kind,
                project=rule.project,
                version=rule.version or "",
                reason=rule.reason,
                advisory=rule.advisory,
                at=written(rule.at),
                set_by=rule.by,
            )
        )

    def take_back(
        self, index: str, kind: RuleKind, project: NormalizedName, version: str | None
    ) -> PolicyRule | None:
        """Forget a rule."""
        of_project = (_RULES.index_name == index) & (_RULES.kind == kind) & (_RULES.project == project)
        rows = self._connection.execute(select(*_RULE_COLUMNS).where(of_project))
        found = next((rule for row in rows if is_same((rule := _rule(row)).version, version)), None)
        if found is None:
            return None
        named = of_project & (_RULES.version == (found.version or ""))
        self._connection.execute(delete(POLICY_RULES).where(named))
        count_up(self._connection, EPOCH)
        return found


class SqlPolicyViews:
    """Implements ``index.views.policy_records.PolicyViews``."""

    def __init__(self, database: Database) -> None:
        self._settings = database.prepare(select(*_SETTING_COLUMNS))
        self._rules = database.prepare(select(*_RULE_COLUMNS).order_by(_RULES.id))

    def settings(self) -> Sequence[PolicySetting]:
        """Every setting."""
        return [_setting(row) for row in self._settings.all()]

    def rules(self) -> Sequence[PolicyRule]:
        """Every rule, oldest first."""
        return [_rule(row) for row in self._rules.all()]


def _setting(row: Any) -> PolicySetting:
    index, key, origin, value, at, by = row
    return PolicySetting(index=index, key=key, origin=origin, value=value, at=read(at), by=by)


def _rule(row: Any) -> PolicyRule:
    index, kind, project, version, reason, advisory, at, by = row
    return PolicyRule(
        index=index,
        kind=kind,
        project=NormalizedName(project),
        version=version or None,
        reason=reason,
        advisory=advisory,
        at=read(at),
        by=by,
    )
