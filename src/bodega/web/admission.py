"""Who may read a private index: tokens with the scope ``read`` (RFC 9110 sections 11 and 15.5)."""

from collections.abc import Callable

from bodega.bootstrap.served_index import ServedIndex
from bodega.formats.names import NormalizedName
from bodega.index.accounts.errors import PermissionDeniedError, UnauthenticatedError
from bodega.index.accounts.model import Token
from bodega.index.accounts.views import require
from bodega.web.credentials import token_text
from bodega.web.request import Request

Authenticate = Callable[[str | None], Token]


def admit(request: Request, index: ServedIndex, authenticate: Authenticate) -> None:
    """Let the reader in; raises UnauthenticatedError without a token, PermissionDeniedError with a wrong one.

    The difference is the clients': they look credentials up at 401, and stop asking at 403.
    """
    if not index.is_private:
        return
    request.is_private = True
    text = token_text(request.scope["headers"])
    try:
        request.reader = authenticate(text)
    except UnauthenticatedError:
        if text is None:
            raise
        raise PermissionDeniedError("read", "it is not, or no longer, a valid one") from None
    require(request.reader, "read", index=index.name)


def admit_to(request: Request, index: ServedIndex, project: NormalizedName | None) -> None:
    """Let the reader see a project; ``None``: all of them. Raises PermissionDeniedError."""
    if request.reader is None or request.reader.project is None:
        return
    if project is None:
        raise PermissionDeniedError("list projects", f"it is for the project {request.reader.project} only")
    require(request.reader, "read", index=index.name, project=project)
