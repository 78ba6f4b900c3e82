"""One function per event of policy that is recorded."""

from collections.abc import Mapping

from bodega.index.audit.model import AuditRecord
from bodega.index.audit.ports import AuditWork
from bodega.index.views.events import (
    FileRefused,
    PolicyRuleAdded,
    PolicyRuleTakenBack,
    PolicySet,
    PolicyUnset,
)

_ADDED: Mapping[str, str] = {
    "deny": "policy.deny",
    "quarantine": "policy.quarantine",
    "exempt": "policy.exempt",
}
_TAKEN_BACK: Mapping[str, str] = {
    "deny": "policy.allow",
    "quarantine": "policy.release",
    "exempt": "policy.unexempt",
}
#: Refusals are the index's own acts: readers of pages and files are nobody in particular.
_INDEX = "index"


def record_policy_set(event: PolicySet, work: AuditWork) -> None:
    """A setting was set."""
    _record_setting("policy.set", event, work)


def record_policy_unset(event: PolicyUnset, work: AuditWork) -> None:
    """A setting was forgotten."""
    _record_setting("policy.unset", event, work)


def record_rule_added(event: PolicyRuleAdded, work: AuditWork) -> None:
    """A project was denied, quarantined or exempted."""
    details = {"advisory": event.advisory} if event.advisory is not None else {}
    _record_rule(_ADDED[event.kind], event, work, details)


def record_rule_taken_back(event: PolicyRuleTakenBack, work: AuditWork) -> None:
    """A rule was taken back."""
    _record_rule(_TAKEN_BACK[event.kind], event, work, {})


def record_file_refused(event: FileRefused, work: AuditWork) -> None:
    """Readers were refused a file."""
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=_INDEX,
            action="file.refuse",
            object=event.filename,
            project=event.subject,
            details={"index": event.index, "code": event.code, "rule": event.rule},
        )
    )


def _record_setting(action: str, event: PolicySet | PolicyUnset, work: AuditWork) -> None:
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action=action,
            object=event.subject,
            details={"index": event.index or None, "value": event.value},
        )
    )


def _record_rule(
    action: str, event: PolicyRuleAdded | PolicyRuleTakenBack, work: AuditWork, more: Mapping[str, str]
) -> None:
    subject = event.subject if event.version is None else f"{event.subject}=={event.version}"
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action=action,
            object=subject,
            project=event.subject,
            details={"index": event.index or None, "reason": event.reason, **more},
        )
    )
