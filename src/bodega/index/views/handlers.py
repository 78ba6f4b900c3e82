"""One function per order about indexes."""

import re
from collections.abc import Mapping

from bodega.index.views.commands import CreateIndex, DeleteIndex
from bodega.index.views.errors import (
    IndexCircularError,
    IndexExistsError,
    IndexInUseError,
    IndexNotEmptyError,
    IndexNotFoundError,
    InvalidIndexNameError,
    PrivateBaseError,
)
from bodega.index.views.events import IndexCreated, IndexDeleted
from bodega.index.views.model import MAIN, IndexDefinition
from bodega.index.views.ports import ViewsWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin

#: In a URL such a name needs no escaping, and no file system has trouble with it.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def create_index(order: CreateIndex, begin: Begin[ViewsWork], clock: Clock) -> IndexDefinition:
    """Make an index.

    Raises InvalidIndexNameError, IndexExistsError, IndexCircularError, IndexNotFoundError for a base,
    PrivateBaseError.
    """
    if not _NAME.fullmatch(order.name):
        raise InvalidIndexNameError(order.name)
    with begin() as work:
        known = {MAIN: IndexDefinition(name=MAIN), **work.indexes.all()}
        if order.name in order.bases:
            raise IndexCircularError(order.name)
        if order.name in known:
            raise IndexExistsError(order.name)
        _check_bases(order, known)
        work.indexes.add(order, clock)
        work.outbox.add(
            IndexCreated(
                subject=order.name,
                serial=0,
                at=clock(),
                bases=order.bases,
                is_private=order.is_private,
                by=order.by,
            )
        )
    return _definition(order)


def delete_index(order: DeleteIndex, begin: Begin[ViewsWork], clock: Clock) -> None:
    """Remove an index; raises IndexNotFoundError, IndexInUseError, IndexNotEmptyError."""
    with begin() as work:
        known = work.indexes.all()
        if order.name == MAIN:
            raise IndexInUseError(MAIN, "it is the index that is always there")
        if order.name not in known:
            raise IndexNotFoundError(order.name)
        above = sorted(one.name for one in known.values() if order.name in one.bases)
        if above:
            raise IndexInUseError(order.name, f"based on it: {', '.join(above)}")
        if work.indexes.has_projects(order.name):
            # Their file names must stay used for ever, and somebody's lock may name them.
            raise IndexNotEmptyError(order.name)
        work.indexes.remove(order.name)
        work.outbox.add(IndexDeleted(subject=order.name, serial=0, at=clock(), by=order.by))


def _check_bases(order: CreateIndex, known: Mapping[str, IndexDefinition]) -> None:
    for base in order.bases:
        if base not in known:
            raise IndexNotFoundError(base)
        if known[base].is_private and not order.is_private:
            raise PrivateBaseError(order.name, base)


def _definition(order: CreateIndex) -> IndexDefinition:
    return IndexDefinition(
        name=order.name,
        bases=order.bases,
        upstreams=order.upstreams,
        is_private=order.is_private,
        closed_after_days=order.closed_after_days,
    )
