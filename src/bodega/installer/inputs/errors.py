"""What can be wrong with what a user asked for."""

from bodega.formats.errors import BodegaError


class UnreadableInputError(BodegaError):
    """A file named on the command line, or in another file, cannot be read."""

    code = "E-INPUT-UNREADABLE"

    def __init__(self, path: str, *, reason: str) -> None:
        super().__init__(f"cannot read {path}", why=reason)
        self.path = path


class RequirementsFileError(BodegaError):
    """A line of a requirements file cannot be used."""

    code = "E-REQUIREMENTS-FILE"

    def __init__(
        self, path: str, line: int, *, reason: str, text: str = "", column: int | None = None
    ) -> None:
        """``text`` is the line, joined where it was continued; ``column`` counts its characters from 0."""
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.text = text
        self.column = column


class NothingAskedError(BodegaError):
    """A command that needs requirements was given none."""

    code = "E-NOTHING-ASKED"

    def __init__(self, command: str) -> None:
        super().__init__(f"nothing to {command}", why="no requirement was given, by name or with -r")
        self.command = command
