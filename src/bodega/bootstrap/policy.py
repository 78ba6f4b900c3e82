"""Wiring of policy: its orders, and the layer that it puts above an index."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.policy import SqlPolicyViews
from bodega.adapters.sql.work import BeginWork
from bodega.bootstrap.daemon_threads import DaemonThreads
from bodega.formats.durations import written
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.index.catalog.errors import ProjectClosedError
from bodega.index.views import policy_commands, policy_handlers
from bodega.index.views.errors import IndexNotFoundError
from bodega.index.views.index_view import IndexView
from bodega.index.views.policied_index import PoliciedIndex
from bodega.index.views.policy import Policy
from bodega.index.views.policy_in_force import in_force
from bodega.index.views.policy_records import EVERYWHERE, PolicyRule, PolicySetting
from bodega.index.views.refusals import Refusals
from bodega.messaging.clock import Clock

_SERVER = "serve"
_log = logging.getLogger(__name__)


class PolicyHalf:
    """Policy over one database. ``has_index`` says whether an index of that name is defined."""

    def __init__(
        self, database: Database, begin: BeginWork, clock: Clock, has_index: Callable[[str], bool]
    ) -> None:
        self.views = SqlPolicyViews(database)
        self._begin = begin
        self._clock = clock
        self._has_index = has_index
        self._behind = DaemonThreads(1, "refusals")
        self._refusals = Refusals(self._tell_behind, clock)

    def in_force(self, own: Sequence[str]) -> Policy:
        """The policy of the first of these indexes, the others being its bases."""
        return in_force(own, self.views.settings(), self.views.rules())

    def layer(self, view: IndexView, own: Sequence[str]) -> IndexView:
        """The view within the policy of its index as it is now; whoever composes it looks at the epoch."""
        policy = self.in_force(own)
        return view if policy.is_empty else PoliciedIndex(view, policy, self._clock, self._refusals)

    def expect_open(self, own: Sequence[str], name: NormalizedName) -> None:
        """Raise ProjectClosedError for a project that the policy of the index denies or quarantines.

        What nobody can read is not taken either (PEP 792).
        """
        policy = self.in_force(own)
        if name in policy.quarantined:
            raise ProjectClosedError(name, status="quarantined", reason=policy.quarantined[name].reason)
        denial = policy.denial(name)
        if denial is not None:
            raise ProjectClosedError(name, status="denied", reason=denial.reason)

    def set_cooldown(self, order: policy_commands.SetCooldown) -> PolicySetting:
        """Set a cooldown; raises IndexNotFoundError."""
        self._expect(order.index)
        return policy_handlers.set_cooldown(order, self._begin, self._clock)

    def unset_cooldown(self, order: policy_commands.UnsetCooldown) -> PolicySetting:
        """Forget a cooldown that was set; raises RuleNotFoundError."""
        return policy_handlers.unset_cooldown(order, self._begin, self._clock)

    def serve_with_cooldown(self, cooldown: timedelta | None) -> None:
        """Keep the server's own cooldown; where it is kept already, nothing is written."""
        kept = [one.value for one in self.views.settings() if one.origin == _SERVER]
        if kept != ([] if cooldown is None else [written(cooldown)]):
            order = policy_commands.ServeWithCooldown(cooldown=cooldown, by=_SERVER)
            policy_handlers.serve_with_cooldown(order, self._begin, self._clock)

    def add_rule(self, order: policy_commands.AddPolicyRule) -> PolicyRule:
        """Deny, quarantine or exempt; raises IndexNotFoundError, InvalidRuleError."""
        self._expect(order.index)
        return policy_handlers.add_rule(order, self._begin, self._clock)

    def take_back_rule(self, order: policy_commands.TakeBackPolicyRule) -> PolicyRule:
        """Forget a rule; raises RuleNotFoundError."""
        return policy_handlers.take_back_rule(order, self._begin, self._clock)

    def _expect(self, index: str) -> None:
        if index != EVERYWHERE and not self._has_index(index):
            raise IndexNotFoundError(index)

    def _tell_behind(self, refusal: policy_commands.NoteRefusal) -> None:
        # Behind: the reader who is refused does not wait for a disk.
        self._behind.submit(self._tell, refusal)

    def _tell(self, refusal: policy_commands.NoteRefusal) -> None:
        try:
            policy_handlers.note_refusal(refusal, self._begin, self._clock)
        except BodegaError as error:
            _log.warning("refusal of %s not recorded: %s", refusal.filename, error.what)
