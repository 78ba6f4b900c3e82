"""Policy on the data folder of an index, beside a running server or without one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.filesystem.data_folder import facts_of
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.bootstrap.catalog import CatalogHalf
from bodega.bootstrap.engines import refuse_other_engines
from bodega.bootstrap.index import parts_of
from bodega.bootstrap.indexes import Indexes
from bodega.bootstrap.pip_configuration import built_in_index_url, read_pip_configuration
from bodega.bootstrap.settings import Settings
from bodega.bootstrap.upstream_choice import NoUpstreamKnownError, choose_upstream
from bodega.bootstrap.upstreams import Upstreams, http_configuration
from bodega.formats.durations import written
from bodega.formats.names import NormalizedName
from bodega.index.upstream.freshness import Freshness
from bodega.index.views.errors import ProjectNotFoundError
from bodega.index.views.judgement import Judged, judged, vanishing
from bodega.index.views.model import MAIN, IndexDefinition
from bodega.index.views.policy import Policy
from bodega.index.views.policy_commands import AddPolicyRule, SetCooldown
from bodega.index.views.policy_in_force import in_force
from bodega.index.views.policy_records import COOLDOWN, EVERYWHERE, PolicyRule, PolicySetting
from bodega.messaging.clock import system_clock

#: What was seen of an upstream counts, however old it is; only what was never seen is asked for.
_AS_SEEN = Freshness(revalidate=1e12)


class PolicyDesk:
    """Orders about policy (``half``), and what policy makes of the files that the data folder knows."""

    def __init__(self, catalog: CatalogHalf, indexes: Indexes) -> None:
        self.half = catalog.policy
        self._indexes = indexes

    def policy(self, index: str) -> Policy:
        """What is in force for an index; raises IndexNotFoundError."""
        return self.half.in_force(self._indexes.unjudged(index)[1])

    def judge(self, index: str, name: NormalizedName) -> list[Judged]:
        """Every file of a project with its verdict; an upstream is asked for a page that was never seen.

        Raises IndexNotFoundError, ProjectNotFoundError, UpstreamError.
        """
        view, own = self._indexes.unjudged(index)
        found = view.page(name)
        if found is None:
            raise ProjectNotFoundError(name)
        return judged(found[1], self.half.in_force(own), system_clock())

    def would_vanish(self, order: SetCooldown | AddPolicyRule) -> list[tuple[str, Judged]]:
        """The known files that readers could no longer have, each with its index; nothing is changed.

        Raises IndexNotFoundError.
        """
        if order.index != EVERYWHERE:
            self._indexes.unjudged(order.index)
        settings, rules = list(self.half.views.settings()), list(self.half.views.rules())
        found = []
        for name in self._indexes.names():
            view, own = self._indexes.unjudged(name)
            before = in_force(own, settings, rules)
            after = in_force(own, *_with(order, settings, rules))
            if before != after:
                found += [(name, one) for one in vanishing(view, before, after, system_clock())]
        return found


@contextmanager
def policy_desk(settings: Settings, environment: Mapping[str, str]) -> Iterator[PolicyDesk]:
    """The desk over the data folder of the settings; closed at the end of the block."""
    refuse_other_engines(settings)
    facts = facts_of(settings.data)
    pip = read_pip_configuration(environment)
    url = None
    with suppress(NoUpstreamKnownError):
        url = choose_upstream(settings.text("upstream"), facts, pip, built_in_index_url).url
    database = Database(f"sqlite:///{os.path.join(settings.data, 'bodega.db')}")
    blobs = FolderBlobStore(os.path.join(settings.data, "blobs"))
    upstreams = Upstreams(database, blobs, partial(http_configuration, pip, environment), _AS_SEEN)
    try:
        migrate(database)
        catalog = CatalogHalf(database, blobs)
        main = IndexDefinition(name=MAIN, upstreams=(url,) if url is not None else ())
        parts = parts_of(catalog, blobs, partial(upstreams.reader, facts.get("instance", "")))
        yield PolicyDesk(catalog, Indexes(main, catalog.indexes, parts))
    finally:
        upstreams.close()
        database.close()


def _with(
    order: SetCooldown | AddPolicyRule, settings: list[PolicySetting], rules: list[PolicyRule]
) -> tuple[list[PolicySetting], list[PolicyRule]]:
    now = system_clock()
    if isinstance(order, SetCooldown):
        setting = PolicySetting(
            index=order.index,
            key=COOLDOWN,
            origin="set",
            value=written(order.cooldown),
            at=now,
            by=order.by,
        )
        return [*settings, setting], rules
    rule = PolicyRule(
        index=order.index,
        kind=order.kind,
        project=order.project,
        version=order.version,
        reason=order.reason,
        at=now,
        by=order.by,
    )
    return settings, [*rules, rule]
