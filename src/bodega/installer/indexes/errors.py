"""What can go wrong between the installer and an index."""

from bodega.formats.errors import BodegaError


class IndexRefusedError(BodegaError):
    """The index knows who asks, or wants to, and says no (401, 403)."""

    code = "E-INDEX-REFUSED"

    def __init__(self, url: str, status: int, *, detail: str) -> None:
        super().__init__(f"{url} refused the request ({status})", why=detail or None)
        self.url = url
        self.status = status


class RefusedByPolicyError(BodegaError):
    """The index has it and does not give it, by a rule of its own (403)."""

    code = "E-POLICY-REFUSED"

    def __init__(self, url: str, *, detail: str) -> None:
        super().__init__(f"{url} is refused by the policy of its index", why=detail)
        self.url = url
        self.detail = detail


class IndexFailedError(BodegaError):
    """The index answered with a failure of its own, or with something that is no index page."""

    code = "E-INDEX-FAILED"

    def __init__(self, url: str, *, detail: str) -> None:
        super().__init__(f"{url} did not answer as an index", why=detail)
        self.url = url


class DownloadUnwritableError(BodegaError):
    """What arrives cannot be written: the folder is read-only or another's, or its device is full."""

    code = "E-STORAGE-UNWRITABLE"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"nothing can be downloaded to {path}", why=why)
        self.path = path


class WrongHashError(BodegaError):
    """The bytes are not those that the index, or the lock, promised."""

    code = "E-HASH-MISMATCH"

    def __init__(self, filename: str, *, expected: str, got: str) -> None:
        super().__init__(
            f"{filename} is not the file that was promised", why=f"expected {expected}, got {got}"
        )
        self.filename = filename
        self.expected = expected
        self.got = got


class WrongSizeError(BodegaError):
    """The file is longer or shorter than the index said."""

    code = "E-SIZE-MISMATCH"

    def __init__(self, filename: str, *, expected: int, got: int) -> None:
        super().__init__(f"{filename} has the wrong size", why=f"expected {expected} bytes, got {got}")
        self.filename = filename
        self.expected = expected
        self.got = got


class UnhashedFileError(BodegaError):
    """The index gives no sha256 or better for a file, so nothing says what it must be."""

    code = "E-HASH-MISSING"

    def __init__(self, filename: str, *, url: str) -> None:
        super().__init__(
            f"{filename} has no trusted hash",
            why=f"the index that names {url} gives none of sha256, sha384, sha512",
        )
        self.filename = filename
        self.url = url


class OfflineError(BodegaError):
    """Something is needed that is not kept here, and the network was ruled out."""

    code = "E-OFFLINE"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"{wanted} is not kept here, and --offline rules out the network")
        self.wanted = wanted


class FindLinksError(BodegaError):
    """A place of ``--find-links`` cannot be looked into."""

    code = "E-FIND-LINKS"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"cannot look for files at {place}", why=reason)
        self.place = place
