"""``bodega lock --check``: whether a lock is what it would be; nothing is written."""

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.installing import print_json, say

if TYPE_CHECKING:
    from bodega.installer.commands.workshop import Workshop


def inputs_of(options: Namespace, asked: object, workshop: "Workshop") -> str:
    """The digest of all that a lock is made from: what is asked for, the indexes and how they are read."""
    from bodega.installer.locking.lock_inputs import inputs_digest

    said = (options.uploaded_prior_to, options.index_strategy, options.find_links, options.index_pin)
    return inputs_digest(asked, workshop.reader.places(), said)


def is_current(options: Namespace, inputs: str, workshop: "Workshop", *, is_settled: bool) -> bool:
    """Whether the lock that is there is known to be what its inputs come to, so that nobody need be asked.

    What is not ``is_settled``, such as a folder of sources, may have changed under one name.
    """
    if not (is_settled and os.path.isfile(options.output)):
        return False
    from bodega.installer.locking.lock_file import lock_bytes
    from bodega.installer.locking.lock_inputs import is_known_current

    return is_known_current(lock_bytes(options.output), inputs, workshop.computed)


def remember(path: str, inputs: str, workshop: "Workshop") -> None:
    """Keep in mind that the lock that is there is what its inputs come to."""
    from bodega.installer.locking.lock_file import lock_bytes
    from bodega.installer.locking.lock_inputs import keep_current

    if os.path.isfile(path):
        keep_current(lock_bytes(path), inputs, workshop.computed)


def say_current(options: Namespace) -> int:
    """The lock is what it would be: 0."""
    if options.json:
        print_json({"version": 1, "path": options.output, "current": True, "lock": [], "releases": []})
    say(options, f"{options.output} is current")
    return 0


def compare(options: Namespace, text: str, inputs: str, workshop: "Workshop", *, silent: bool = False) -> int:
    """Hold the lock that is there against what it would be; 1 and the differences where they differ.

    A lock that is current is not spoken of where ``silent``.

    Files that were added to a release since, and another index with the same files, make no lock stale.
    """
    from bodega.cli.lock_diff import rows_of, text_of
    from bodega.installer.locking.lock_difference import difference
    from bodega.installer.locking.lock_file import lock_document_of

    found = difference(
        lock_document_of(options.output), lock_document_of(options.output, text.encode())
    ).deciding()
    if not found:
        remember(options.output, inputs, workshop)
        return 0 if silent else say_current(options)
    if options.json:
        print_json({"version": 1, "path": options.output, "current": False, **rows_of(found)})
    else:
        sys.stdout.writelines(f"{line}\n" for line in text_of(found))
    say(options, f"{options.output} is not what it would be; `bodega lock` writes it anew")
    return 1
