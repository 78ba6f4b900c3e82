"""What can go wrong when sources are built."""

from collections.abc import Sequence

from bodega.formats.errors import BodegaError
from bodega.installer.locking.ports import Source

_LINES = 12


class BuildError(BodegaError):
    """The root of what can go wrong with a build."""

    code = "E-BUILD"


class BuildNotAllowedError(BuildError):
    """Something has to be built, and the setting says that nothing is."""

    code = "E-BUILD-NEVER"

    def __init__(self, source: Source) -> None:
        super().__init__(
            f"{source.filename or source.url} has to be built from source",
            why="BODEGA_BUILD is never, so that no code of a package runs during an install",
        )
        self.source = source


class SandboxMissingError(BuildError):
    """Builds are to be shut in, and this system cannot."""

    code = "E-BUILD-SANDBOX"

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"{what} has to be built from source, and cannot be shut in",
            why=f"BODEGA_BUILD is sandbox, and {reason}",
        )
        self.reason = reason


class NoProjectError(BuildError):
    """The folder or archive holds nothing that can be built."""

    code = "E-BUILD-NO-PROJECT"

    def __init__(self, what: str, why: str = "it has neither pyproject.toml nor setup.py") -> None:
        super().__init__(f"{what} is no Python project", why=why)
        self.place = what


class BuildSystemError(BuildError):
    """``[build-system]`` is not what the standard asks for (PEP 517, 518)."""

    code = "E-BUILD-SYSTEM"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"the pyproject.toml of {what} cannot be used", why=why)
        self.place = what


class BuildRequirementsError(BuildError):
    """What a build needs cannot be had."""

    code = "E-BUILD-REQUIREMENTS"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"what {what} needs to be built cannot be had", why=why)
        self.subject = what


class BuildCycleError(BuildError):
    """A project needs itself, built from source, to be built from source."""

    code = "E-BUILD-CYCLE"

    def __init__(self, chain: Sequence[str]) -> None:
        super().__init__(f"{chain[0]} needs itself to be built", why=f"from source: {' needs '.join(chain)}")
        self.chain = tuple(chain)


class BuildFailedError(BuildError):
    """The project's own build failed; ``log`` is the file with all that it said."""

    code = "E-BUILD-FAILED"

    def __init__(self, what: str, step: str, output: str, *, log: str | None) -> None:
        lines = [line.rstrip() for line in output.splitlines() if line.strip()]
        shown = "\n".join(f"  {line}" for line in lines[-_LINES:]) or "  (it said nothing)"
        where = f"\n  the whole of it: {log}" if log else ""
        super().__init__(f"{what} could not be built: {step} failed", why=f"it ended with\n{shown}{where}")
        self.subject = what
        self.step = step
        self.log = log


class BuildNetworkError(BuildFailedError):
    """The build failed because it looked for the network, which is closed to it."""

    code = "E-BUILD-FAILED-NETWORK"


class EditableMissingError(BuildError):
    """The project's build backend makes no editable wheels (PEP 660)."""

    code = "E-BUILD-EDITABLE"

    def __init__(self, what: str, backend: str) -> None:
        super().__init__(f"{what} cannot be installed as editable", why=f"{backend} has no build_editable")
        self.backend = backend


class WrongResultError(BuildError):
    """The build made something else than what was asked for; it is not used."""

    code = "E-BUILD-RESULT"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"what the build of {what} made is refused", why=why)
        self.subject = what
