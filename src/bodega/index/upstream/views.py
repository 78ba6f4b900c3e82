"""What other contexts see of the upstream: its pages, files and metadata, and downloads under way."""

from bodega.index.upstream.advisories import HOLDS, Advisories, UpstreamAdvisories
from bodega.index.upstream.files import UpstreamFiles
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.metadata import UpstreamMetadata
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.pages import PageStanding, UpstreamPages
from bodega.index.upstream.past import PastPages
from bodega.index.upstream.ports import Enrich
from bodega.index.upstream.single_flight import SingleFlight

__all__ = [
    "HOLDS",
    "Advisories",
    "Enrich",
    "Flight",
    "PageStanding",
    "PastPages",
    "SeenFile",
    "SingleFlight",
    "UpstreamAdvisories",
    "UpstreamFiles",
    "UpstreamMetadata",
    "UpstreamPages",
]
