"""From a request to a resolution: the search is begun, and begun anew with every URL that turns up in it."""

from dataclasses import replace

from bodega.formats.markers import Markers
from bodega.formats.targets import Target
from bodega.installer.locking.driving import Run
from bodega.installer.locking.known_references import KnownReferences, NewReferenceFound
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.resolve_request import (
    Materials,
    ResolveProgress,
    ResolveRequest,
    no_progress,
)
from bodega.resolution.errors import NoSolutionError

__all__ = ["Materials", "ResolveRequest", "Resolver"]


class Resolver:
    """Resolves requests for one target."""

    def __init__(self, materials: Materials, target: Target, progress: ResolveProgress = no_progress) -> None:
        self.materials = materials
        self.target = target
        self._progress = progress

    def resolve(self, request: ResolveRequest) -> Resolution:
        """Resolve; raises NoSolutionError, SearchTooLongError, and what the materials raise."""
        markers = Markers(self.target.markers)
        wanted = [one for one in request.references if markers.holds(one.marker)]
        request = replace(request, references=wanted)
        known = KnownReferences(self.materials.references, self.materials.reader.pin)
        known.prepare(wanted)
        late: set[str] = set()
        while True:
            try:
                return Run(self.materials, self.target, request, known, late=late).run(self._progress)
            except NewReferenceFound as found:
                # What a package requires by a URL is known only now: the search begins anew with it.
                known.add(found.reference)
            except NoSolutionError as failure:
                from bodega.installer.locking.late_prereleases import wanting_prereleases  # noqa: PLC0415

                more = wanting_prereleases(failure.conflict) - late
                if not more:
                    raise
                late |= more
