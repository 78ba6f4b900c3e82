"""Why a source distribution is refused: one class per reason."""

from bodega.formats.errors import BodegaError


class SdistError(BodegaError):
    """The source distribution must not be used; the code says which rule it breaks."""

    code = "E-SDIST-UNSAFE"

    def __init__(self, filename: str, why: str) -> None:
        super().__init__(f"{filename} is not a source distribution to be trusted", why=why)
        self.filename = filename


class SdistDamagedError(SdistError):
    """The archive is not whole, or not a gzipped tar at all."""

    code = "E-SDIST-UNSAFE-DAMAGED"


class SdistMemberError(SdistError):
    """A member has a path or kind that an sdist must not have."""

    code = "E-SDIST-UNSAFE-MEMBER"


class SdistLinkError(SdistError):
    """A link leads out of the archive, to nothing in it, or through another link."""

    code = "E-SDIST-UNSAFE-LINK"


class SdistLimitError(SdistError):
    """The archive inflates to far more than it holds, or has too many members."""

    code = "E-SDIST-UNSAFE-LIMIT"


class SdistLayoutError(SdistError):
    """The archive is not one folder ``NAME-VERSION`` with a PKG-INFO."""

    code = "E-SDIST-UNSAFE-LAYOUT"
