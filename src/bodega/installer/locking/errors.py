"""What can go wrong between requirements, a resolution and a lock."""

from collections.abc import Sequence

from bodega.formats.errors import BodegaError


class ReferenceConflictError(BodegaError):
    """Two URLs or paths are asked for as one project."""

    code = "E-RESOLVE-REFERENCES"

    def __init__(self, name: str, one: str, other: str) -> None:
        super().__init__(
            f"{name} is asked for from two places", why=f"one is {one[:200]!r}, the other {other[:200]!r}"
        )
        self.name = name


class LockError(BodegaError):
    """The root of what is wrong with a lock."""

    code = "E-LOCK"


class LockUnreadableError(LockError):
    """The file is not there, or no TOML."""

    code = "E-LOCK-UNREADABLE"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the lock {path} cannot be read", why=reason)
        self.path = path


class LockInvalidError(LockError):
    """The file is TOML, but no lock of a version that we know (PEP 751)."""

    code = "E-LOCK-INVALID"

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"the lock is not valid at {where}", why=reason)
        self.where = where


class LockUnfitError(LockError):
    """The lock is valid, but not for this environment."""

    code = "E-LOCK-UNFIT"


class LockRefusedError(LockError):
    """The lock holds what must not be installed today: hidden by a policy, quarantined, or too new."""

    code = "E-LOCK-REFUSED"

    def __init__(self, reasons: Sequence[str]) -> None:
        count = f"{len(reasons)} releases" if len(reasons) > 1 else "a release"
        super().__init__(f"the lock holds {count} that must not be installed today", why="; ".join(reasons))
        self.reasons = tuple(reasons)


class LockedFileChangedError(LockError):
    """The index has other bytes under the name of a locked file."""

    code = "E-LOCK-FILE-CHANGED"

    def __init__(self, filename: str, index: str, reason: str) -> None:
        super().__init__(f"{index} has another {filename} than the lock", why=reason)
        self.filename = filename
        self.index = index


class TooManyEnvironmentsError(LockError):
    """Markers, or parts that conflict, tell more environments apart than one lock takes."""

    code = "E-LOCK-TOO-MANY"

    def __init__(self, most: int, what: str = "environments") -> None:
        super().__init__(
            f"the lock would be for more than {most} {what}",
            why="each is solved by itself, since markers or conflicts tell them apart",
        )
        self.most = most


class LockedFileNowhereError(LockError):
    """The lock names a file without saying where it is, and no index that is configured has it."""

    code = "E-LOCK-FILE-NOWHERE"

    def __init__(self, filenames: Sequence[str], places: Sequence[str]) -> None:
        more = f" and {len(filenames) - 1} more" if len(filenames) > 1 else ""
        super().__init__(
            f"no index has {filenames[0]}{more}",
            why=f"the lock says not where it is; asked were {', '.join(places) or 'none'}",
        )
        self.filenames = tuple(filenames)


class LockPartError(LockError):
    """A lock has no extra, or no dependency group, of that name."""

    code = "E-LOCK-PART"

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        why = f"it has {', '.join(known)}" if known else "it has none"
        super().__init__(f"the lock has no {kind} {name[:80]!r}", why=why)
        self.kind = kind
        self.name = name


class PartsConflictError(LockError):
    """Extras or groups were asked for together that the lock solved apart, since they conflict."""

    code = "E-LOCK-PARTS-CONFLICT"

    def __init__(self, parts: Sequence[str]) -> None:
        names = [f"the {part.partition(':')[0]} {part.partition(':')[2]!r}" for part in parts]
        super().__init__(
            f"{' and '.join(names)} cannot be installed together",
            why="the project declares that they conflict, and the lock has other versions for each",
        )
        self.parts = tuple(parts)
