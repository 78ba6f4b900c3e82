"""What goes wrong between us and an upstream."""

from collections.abc import Iterator

from bodega.formats.errors import BodegaError


class UpstreamError(BodegaError):
    """The upstream did not give what was asked for; what we know already is still served."""


class UpstreamUnavailableError(UpstreamError):
    """The upstream does not answer, and what is asked for was never seen.

    ``retry_after``: the seconds after which it may be asked again, where that is known.
    """

    code = "E-UPSTREAM-UNAVAILABLE"

    retry_after: float | None = None

    def __init__(self, wanted: str, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{wanted} is not known here, and the upstream does not answer", why=reason)
        self.wanted = wanted
        self.reason = reason
        self.retry_after = retry_after


class UpstreamAnswerError(UpstreamError):
    """The upstream answered with something that cannot be used."""

    code = "E-UPSTREAM-ANSWER"

    def __init__(self, wanted: str, reason: str) -> None:
        super().__init__(f"the upstream's answer for {wanted} cannot be used", why=reason)
        self.wanted = wanted
        self.reason = reason


class UpstreamLoopError(UpstreamError):
    """The upstream is this index, directly or by way of others."""

    code = "E-UPSTREAM-LOOP"

    def __init__(self) -> None:
        super().__init__(
            "the upstream of this index is this index itself",
            why="a request came back that carries this index's own id; set another --upstream",
        )


class UpstreamFileChangedError(UpstreamError):
    """The bytes under a known file name are not those first seen or promised; they were not kept."""

    code = "E-UPSTREAM-FILE-CHANGED"

    def __init__(self, filename: str, *, expected: str, got: str) -> None:
        super().__init__(
            f"the upstream gave other bytes for {filename} than it promised",
            why=f"expected {expected}, got {got}",
        )
        self.filename = filename
        self.expected = expected
        self.got = got


class UpstreamFileGoneError(UpstreamError):
    """The upstream lists the file, or did, and does not have it."""

    code = "E-UPSTREAM-FILE-GONE"

    def __init__(self, filename: str, status: int) -> None:
        super().__init__(
            f"the upstream no longer has {filename}", why=f"it answered {status}, and it was never kept here"
        )
        self.filename = filename
        self.status = status


class UpstreamFileTooLargeError(UpstreamError):
    """The file is larger than what is accepted from an upstream."""

    code = "E-UPSTREAM-FILE-TOO-LARGE"

    def __init__(self, filename: str, limit: int) -> None:
        super().__init__(f"{filename} is larger than {limit} bytes, the most that is taken from an upstream")
        self.filename = filename
        self.limit = limit


class PartUselessError(UpstreamError):
    """What was kept of an interrupted download does not fit what the upstream gives; it was thrown away."""

    code = "E-UPSTREAM-PART-USELESS"

    def __init__(self, filename: str, reason: str) -> None:
        super().__init__(f"what was kept of an interrupted download of {filename} is of no use", why=reason)
        self.filename = filename
        self.reason = reason


def retold(code: str, what: str, why: str) -> UpstreamError:
    """An error that another process of this index met, in its words."""
    kinds = {kind.code: kind for kind in _kinds(UpstreamError)}
    kind = kinds.get(code, UpstreamUnavailableError)
    error = kind.__new__(kind)
    BodegaError.__init__(error, what, why=why or None)
    return error


def _kinds(kind: type[UpstreamError]) -> Iterator[type[UpstreamError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)
