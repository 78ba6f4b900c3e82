"""What management does beside the catalogue: judging files and asking upstreams, each opened when needed."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bodega.bootstrap.settings import Settings
from bodega.formats.names import NormalizedName

if TYPE_CHECKING:
    from bodega.bootstrap.policy_desk import PolicyDesk
    from bodega.bootstrap.refreshing import Refreshed


@dataclass(frozen=True, slots=True)
class Outside:
    """By the settings of a data folder, beside whoever serves it."""

    settings: Settings
    environment: Mapping[str, str]

    def desk(self) -> AbstractContextManager["PolicyDesk"]:
        """Where files are judged; closed at the end of the block."""
        from bodega.bootstrap.policy_desk import policy_desk

        return policy_desk(self.settings, self.environment)

    def refresh(self, name: NormalizedName, index: str) -> "Sequence[Refreshed]":
        """Ask every upstream of an index for a project now."""
        from bodega.bootstrap.refreshing import refresh

        return refresh(self.settings, self.environment, name, index)
