"""All that the units of work in memory change, so that a failed one can be undone."""

from dataclasses import dataclass, field
from datetime import datetime

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.index.accounts.model import StoredSecret, Token
from bodega.index.audit.model import AuditRecord
from bodega.index.catalog.model import Project, PublishedFile
from bodega.index.views.model import IndexDefinition
from bodega.index.views.policy_records import PolicyRule, PolicySetting
from bodega.messaging.delivery import Letter


@dataclass(slots=True)
class KeptProject:
    """A project with its listed files, oldest first, each with its version.

    ``yanked`` has the reasons of yanked files by file name, ``deleted`` what was deleted and when,
    ``releases`` when each got its first file.
    """

    project: Project
    created_at: datetime
    created_by: str
    files: list[tuple[str, PublishedFile]] = field(default_factory=list)
    yanked: dict[str, str] = field(default_factory=dict)
    deleted: list[tuple[PublishedFile, datetime]] = field(default_factory=list)
    releases: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class KeptLetter:
    """An event in the outbox."""

    letter: Letter
    attempt_at: datetime
    done_at: datetime | None = None


@dataclass(slots=True)
class MemoryState:
    """Projects by index and name, used file names by index and identity, and the rest as its ports say.

    ``used_elsewhere`` is what is kept of upstreams.
    """

    serial: int = 0
    projects: dict[tuple[str, NormalizedName], KeptProject] = field(default_factory=dict)
    filenames: dict[tuple[str, str], Digest] = field(default_factory=dict)
    used_elsewhere: set[Digest] = field(default_factory=set)
    tokens: dict[str, tuple[Token, StoredSecret]] = field(default_factory=dict)
    letters: dict[str, KeptLetter] = field(default_factory=dict)
    handled: set[tuple[str, str]] = field(default_factory=set)
    failures: dict[tuple[str, str], int] = field(default_factory=dict)
    dead: set[tuple[str, str]] = field(default_factory=set)
    audit: list[AuditRecord] = field(default_factory=list)
    epoch: int = 0
    indexes: dict[str, IndexDefinition] = field(default_factory=dict)
    granted: dict[str, set[str]] = field(default_factory=dict)
    policy_settings: dict[tuple[str, str, str], PolicySetting] = field(default_factory=dict)
    policy_rules: dict[tuple[str, str, str, str | None], PolicyRule] = field(default_factory=dict)
