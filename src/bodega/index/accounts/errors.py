"""Why an account act or a permission is refused."""

from bodega.formats.errors import BodegaError


class AccountsError(BodegaError):
    """The root of the reasons of this context."""

    code = "E-ACCOUNTS"


class UnknownScopeError(AccountsError):
    """No such scope exists, or none was given."""

    code = "E-SCOPE-UNKNOWN"

    def __init__(self, scope: str, known: tuple[str, ...]) -> None:
        what = f"there is no scope {scope[:80]!r}" if scope else "a token needs at least one scope"
        super().__init__(what, why=f"scopes are {', '.join(known)}")
        self.scope = scope


class InvalidExpiryError(AccountsError):
    """The lifetime is not a positive time that can be counted."""

    code = "E-EXPIRY-INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is not a lifetime",
            why="a lifetime is a positive number of days, hours or minutes such as 90d, 12h, 30m",
        )
        self.text = text


class InvalidTokenNameError(AccountsError):
    """A token's name is empty, too long, or holds control characters."""

    code = "E-NAME-TOKEN-INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:80]!r} cannot name a token", why="use 1 to 100 printable characters")
        self.text = text


class TokenNotFoundError(AccountsError):
    """No token has that id."""

    code = "E-TOKEN-NOT-FOUND"

    def __init__(self, token_id: str) -> None:
        super().__init__(f"there is no token with the id {token_id[:80]!r}")
        self.token_id = token_id


class UnauthenticatedError(AccountsError):
    """No token was given, or it is not (or no longer) a valid one; which of these is not told."""

    code = "E-AUTH-INVALID"

    def __init__(self, *, given: bool) -> None:
        what = "the token is not valid" if given else "a token is needed"
        super().__init__(what, why="give it as the password of the user __token__, or as a Bearer token")
        self.given = given


class PermissionDeniedError(AccountsError):
    """The token is valid, but not for this."""

    code = "E-AUTH-FORBIDDEN"

    def __init__(self, act: str, why: str) -> None:
        super().__init__(f"the token may not {act}", why=why)
        self.act = act
