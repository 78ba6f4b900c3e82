"""Failures of environments: one class per reason."""

from bodega.formats.errors import BodegaError


class EnvironmentFailureError(BodegaError):
    """An environment cannot be used; the root of these failures."""

    code = "E-ENVIRONMENT"


class NoEnvironmentError(EnvironmentFailureError):
    """Nothing says which environment is meant."""

    code = "E-NO-ENVIRONMENT"

    def __init__(self) -> None:
        super().__init__(
            "there is no environment to act on",
            why="neither --python nor $VIRTUAL_ENV names one, and there is no ./.venv",
        )


class InterpreterFailedError(EnvironmentFailureError):
    """What was named as an interpreter is none, or does not run."""

    code = "E-INTERPRETER"

    def __init__(self, python: str, why: str) -> None:
        super().__init__(f"{python} is not a Python interpreter that can be used", why=why)
        self.python = python


class ExternallyManagedError(EnvironmentFailureError):
    """The interpreter belongs to another installer (PEP 668)."""

    code = "E-EXTERNALLY-MANAGED"

    def __init__(self, python: str, message: str) -> None:
        super().__init__(f"the environment of {python} is managed by the system", why=message)
        self.python = python


class CreationError(EnvironmentFailureError):
    """An environment could not be made."""

    code = "E-ENVIRONMENT-CREATE"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"the environment {path} cannot be made", why=why)
        self.path = path


class FileOwnedError(EnvironmentFailureError):
    """A file to be installed is there already, and is not that of the distribution that brings it."""

    code = "E-FILE-OWNED"

    def __init__(self, path: str, *, wanted_by: str, owner: str | None) -> None:
        whose = f"it belongs to {owner}" if owner else "no distribution owns what is there now"
        super().__init__(f"{wanted_by} would overwrite {path}", why=whose)
        self.path = path
        self.wanted_by = wanted_by
        self.owner = owner


class NoRecordError(EnvironmentFailureError):
    """A distribution cannot be removed, since nothing says which files are its own (PEP 627)."""

    code = "E-RECORD-MISSING"

    def __init__(self, name: str, version: str, path: str) -> None:
        super().__init__(
            f"{f'{name} {version}'.strip()} cannot be removed",
            why=f"{path} has no RECORD that lists its files",
        )
        self.name = name


class EnvironmentUnwritableError(EnvironmentFailureError):
    """The environment's folder cannot be written; it is as it was."""

    code = "E-ENVIRONMENT-UNWRITABLE"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"the environment {path} cannot be changed", why=why)
        self.path = path


class EnvironmentFullError(EnvironmentFailureError):
    """No room is left for what is to be installed; the environment is as it was."""

    code = "E-ENVIRONMENT-FULL"

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no room left in {path}", why="the device or quota is full")
        self.path = path


class JournalDamagedError(EnvironmentFailureError):
    """The journal of a commit that was cut short cannot be read."""

    code = "E-ENVIRONMENT-JOURNAL"

    def __init__(self, path: str) -> None:
        super().__init__(f"the journal {path} cannot be read", why="another program changed it")
        self.path = path


class TreeMissingError(EnvironmentFailureError):
    """The store has no tree of a wheel that is to be installed."""

    code = "E-STORE-TREE-MISSING"

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} is not in the store", why="it was not added, or was removed meanwhile")
        self.filename = filename


class TreeMismatchError(EnvironmentFailureError):
    """The wheel that has the sha256 of the file to be installed is one of another project."""

    code = "E-STORE-TREE-MISMATCH"

    def __init__(self, filename: str, *, holds: str) -> None:
        super().__init__(f"{filename} is not what it is called", why=f"its sha256 is that of {holds}")
        self.filename = filename
        self.holds = holds


class PlaceContradictionError(EnvironmentFailureError):
    """Two places are named for one install."""

    code = "E-USAGE-PLACE"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} cannot stand together", why="each says where files are put")


class UserSiteHiddenError(EnvironmentFailureError):
    """The environment does not see what is installed for the user."""

    code = "E-USAGE-USER"

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"{prefix} does not see what is installed with --user",
            why="it is an environment of its own, without system site packages",
        )
        self.prefix = prefix


class InvalidPythonVersionError(EnvironmentFailureError):
    """The text is no version of Python."""

    code = "E-USAGE-PYTHON-VERSION"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"--python-version cannot be {text[:40]!r}", why="it is such as 3, 3.12, 312 or 3.12.1"
        )
        self.text = text


class ForeignTargetError(EnvironmentFailureError):
    """Files for another Python or platform are asked for in a way that cannot work."""

    code = "E-USAGE-FOREIGN"

    def __init__(self, why: str) -> None:
        super().__init__("files for another Python or platform cannot be had like this", why=why)
