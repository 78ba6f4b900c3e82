"""Tokens in requests: Basic ``__token__``:TOKEN, or Bearer TOKEN (RFC 7617, 6750)."""

import base64
import binascii
from collections.abc import Iterable

#: Sent with 401, so that clients ask for, or look up, a user and a password.
CHALLENGE = (b"www-authenticate", b'Basic realm="bodega", charset="UTF-8"')


def token_text(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The text offered as a token, whatever it is; ``None`` where no credentials were sent.

    The user's name is not looked at: clients without a field for a token put what they like there.
    """
    for name, value in headers:
        if name == b"authorization":
            return _from(value.decode("latin-1"))
    return None


def _from(value: str) -> str:
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        pair = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return pair.partition(":")[2]
