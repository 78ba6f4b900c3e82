"""What can go wrong before an audit has an answer."""

from collections.abc import Sequence

from bodega.formats.errors import BodegaError


class AdvisoriesUnreadableError(BodegaError):
    """The place that advisories come from cannot be read, so nothing is known to be sound."""

    code = "E-ADVISORIES-UNREADABLE"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"the advisories at {place} cannot be read", why=reason)
        self.place = place


class NoAdvisoriesError(BodegaError):
    """The place that advisories come from has none on Python projects."""

    code = "E-ADVISORIES-NONE"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"there is no advisory on a Python project at {place}", why=reason)
        self.place = place


class AdvisoriesNotServedError(BodegaError):
    """No index says anything of what is wrong with its releases, so nothing is known to be sound."""

    code = "E-ADVISORIES-NOT-SERVED"

    def __init__(self, places: Sequence[str], asked: int) -> None:
        super().__init__(
            "no index in use tells of advisories",
            why=f"{' and '.join(places)} have nothing at pypi/NAME/VERSION/json for any of {asked} releases"
            if places
            else "no index has a URL that ends in /simple/, beside which they would be",
        )
        self.places = places
