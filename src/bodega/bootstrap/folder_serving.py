"""Wiring of a folder of wheels and sdists as the index main."""

import hashlib
import os
from collections.abc import Mapping

from bodega.adapters.folders.facts_cache import FactsCache
from bodega.adapters.folders.folder_blobs import FolderBlobs
from bodega.adapters.folders.served_folder import ServedFolder
from bodega.bootstrap.settings import Settings, user_cache_folder
from bodega.bootstrap.upstream_choice import NONE
from bodega.content.blob_store import BlobStore


def open_folder(settings: Settings, environment: Mapping[str, str]) -> ServedFolder | None:
    """The folder that the settings say is served, read and watched; raises ServedFolderError."""
    path = settings.text("folder")
    if not path:
        return None
    # What was read of it is kept with the user, never in the folder: serving changes nothing there.
    seal = hashlib.sha256(os.path.realpath(path).encode(errors="surrogateescape"), usedforsecurity=False)
    kept = os.path.join(user_cache_folder(environment), "folders", f"{seal.hexdigest()[:32]}.json")
    return ServedFolder(path, FactsCache(kept))


def in_folder(folder: ServedFolder | None, blobs: BlobStore) -> BlobStore:
    """Stored bytes, with those that lie in the folder."""
    return blobs if folder is None else FolderBlobs(folder, blobs)


def said_upstream(settings: Settings) -> str:
    """The upstream as it was set; a folder has none unless one is asked for."""
    said = settings.text("upstream")
    return said or (NONE if settings.text("folder") else "")
