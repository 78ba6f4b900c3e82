"""What can go wrong with what a direct reference names."""

from bodega.installer.building.errors import BuildError


class CheckoutError(BuildError):
    """A version control checkout failed."""

    code = "E-CHECKOUT"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"cannot check out {url}", why=reason)
        self.url = url


class ReferenceKindError(BuildError):
    """A direct reference of a kind that is not fetched."""

    code = "E-REFERENCE-KIND"

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text[:200]!r} cannot be installed from", why=reason)
        self.text = text


class ReferenceNameError(BuildError):
    """What a direct reference names is another project than it says, or none."""

    code = "E-REFERENCE-NAME"

    def __init__(self, text: str, found: str) -> None:
        super().__init__(f"{text[:200]!r} is not what it says", why=f"what is there is {found}")
        self.text = text


class SourceHashError(BuildError):
    """A local file is none of those that the hashes allow."""

    code = "E-HASH-LOCAL"

    def __init__(self, path: str, got: list[str]) -> None:
        super().__init__(f"{path} is not among the hashes given for it", why=f"it has {', '.join(got)}")
        self.path = path
