"""THE table: which event reaches whom. A consumer's name is stored with what it handled: never change one."""

from typing import Any

from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.audit.handlers import record_file_published, record_token_created, record_token_revoked
from bodega.index.catalog.events import FilePublished
from bodega.messaging.delivery import Consumer, Subscriptions

SUBSCRIPTIONS: Subscriptions[Any] = {
    FilePublished: (Consumer("audit.file-published", record_file_published),),
    TokenCreated: (Consumer("audit.token-created", record_token_created),),
    TokenRevoked: (Consumer("audit.token-revoked", record_token_revoked),),
}
