"""URLs as they may be shown."""

import re

_USERINFO = re.compile(r"(?<=://)(?!(?:git|\$\{[A-Z0-9_]+\}(?::\$\{[A-Z0-9_]+\})?)@)[^/?#\s]*@")


def masked(url: str) -> str:
    """A URL whose credentials are not told."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://****@{authority.rpartition('@')[2]}{slash}{path}" if "@" in authority else url


def without_userinfo(text: str) -> str:
    """A text, such as a requirement, with the URLs in it rid of user and password.

    ``${VARIABLES}`` and the user ``git`` may stay (PEP 610).
    """
    return _USERINFO.sub("", text)
