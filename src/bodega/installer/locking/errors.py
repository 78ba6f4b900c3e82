"""What can go wrong between requirements, a resolution and a lock."""

from bodega.formats.errors import BodegaError


class DirectReferenceError(BodegaError):
    """A requirement that names a URL or a path instead of versions of a project."""

    code = "E-REQUIREMENT-DIRECT"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:200]!r} is a direct reference, which this version does not install",
            why="direct references come with the building of source distributions",
        )
        self.text = text


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
