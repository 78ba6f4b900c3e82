"""Why an answer is not a project page or project list that we take."""

from bodega.formats.errors import BodegaError


class UnreadablePageError(BodegaError):
    """The answer is not a page of the Simple API."""

    code = "E-PAGE-UNREADABLE"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} is not a page of the Simple API", why=reason)
        self.url = url
        self.reason = reason


class UnknownApiVersionError(BodegaError):
    """The page speaks a major version that we do not know (PEP 629: refuse it)."""

    code = "E-PAGE-API-VERSION"

    def __init__(self, url: str, version: str) -> None:
        super().__init__(f"{url} speaks version {version[:40]!r} of the Simple API", why="1.x is understood")
        self.url = url
        self.version = version


class WrongProjectPageError(BodegaError):
    """The page is of another project than the one asked for."""

    code = "E-PAGE-WRONG-PROJECT"

    def __init__(self, url: str, *, expected: str, got: str) -> None:
        super().__init__(f"{url} is the page of {got[:120]!r}", why=f"the page of {expected!r} was asked for")
        self.url = url
        self.expected = expected
        self.got = got
