"""URLs as they may be shown."""


def masked(url: str) -> str:
    """A URL whose credentials are not told."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://****@{authority.rpartition('@')[2]}{slash}{path}" if "@" in authority else url
