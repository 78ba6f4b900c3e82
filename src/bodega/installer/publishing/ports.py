"""What publishing asks of the network."""

from typing import Protocol

from bodega.installer.publishing.outgoing import Outgoing


class Publisher(Protocol):
    """Sends files to the upload endpoint of one index (the form that twine sends)."""

    def send(self, file: Outgoing) -> None:
        """Send a file; the same bytes again are no failure.

        Raises PublishRefusedError, PublishCredentialsError, IndexUnreachableError.
        """
