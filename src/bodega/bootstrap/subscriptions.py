"""THE table: which event reaches whom. A consumer's name is stored with what it handled: never change one."""

from typing import Any

from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.audit import handlers as audit
from bodega.index.catalog.events import FilePublished
from bodega.index.views.events import IndexCreated, IndexDeleted
from bodega.messaging.delivery import Consumer, Subscriptions

SUBSCRIPTIONS: Subscriptions[Any] = {
    FilePublished: (Consumer("audit.file-published", audit.record_file_published),),
    TokenCreated: (Consumer("audit.token-created", audit.record_token_created),),
    TokenRevoked: (Consumer("audit.token-revoked", audit.record_token_revoked),),
    IndexCreated: (Consumer("audit.index-created", audit.record_index_created),),
    IndexDeleted: (Consumer("audit.index-deleted", audit.record_index_deleted),),
}
