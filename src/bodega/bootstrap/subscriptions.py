"""THE table: which event reaches whom. A consumer's name is stored with what it handled: never change one."""

from typing import Any

from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.audit import handlers as audit
from bodega.index.audit import policy_handlers as policy
from bodega.index.catalog.events import (
    FilePublished,
    ProjectStatusSet,
    ReleaseDeleted,
    ReleasePromoted,
    ReleaseUnyanked,
    ReleaseYanked,
    UploadRefused,
    UpstreamGranted,
)
from bodega.index.views.events import (
    FileRefused,
    IndexCreated,
    IndexDeleted,
    PolicyRuleAdded,
    PolicyRuleTakenBack,
    PolicySet,
    PolicyUnset,
)
from bodega.messaging.delivery import Consumer, Subscriptions

SUBSCRIPTIONS: Subscriptions[Any] = {
    FilePublished: (Consumer("audit.file-published", audit.record_file_published),),
    UploadRefused: (Consumer("audit.upload-refused", audit.record_upload_refused),),
    TokenCreated: (Consumer("audit.token-created", audit.record_token_created),),
    TokenRevoked: (Consumer("audit.token-revoked", audit.record_token_revoked),),
    IndexCreated: (Consumer("audit.index-created", audit.record_index_created),),
    IndexDeleted: (Consumer("audit.index-deleted", audit.record_index_deleted),),
    ReleaseYanked: (Consumer("audit.release-yanked", audit.record_release_yanked),),
    ReleaseUnyanked: (Consumer("audit.release-unyanked", audit.record_release_unyanked),),
    ReleaseDeleted: (Consumer("audit.release-deleted", audit.record_release_deleted),),
    ReleasePromoted: (Consumer("audit.release-promoted", audit.record_release_promoted),),
    ProjectStatusSet: (Consumer("audit.project-status-set", audit.record_project_status_set),),
    UpstreamGranted: (Consumer("audit.upstream-granted", audit.record_upstream_granted),),
    PolicySet: (Consumer("audit.policy-set", policy.record_policy_set),),
    PolicyUnset: (Consumer("audit.policy-unset", policy.record_policy_unset),),
    PolicyRuleAdded: (Consumer("audit.policy-rule-added", policy.record_rule_added),),
    PolicyRuleTakenBack: (Consumer("audit.policy-rule-taken-back", policy.record_rule_taken_back),),
    FileRefused: (Consumer("audit.file-refused", policy.record_file_refused),),
}
