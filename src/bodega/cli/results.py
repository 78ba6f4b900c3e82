"""Where a command's result goes: a file that is whole or not there, or stdout."""

import contextlib
import os
import sys


def write_whole(path: str, text: str) -> None:
    """Write a result: to stdout for ``-``, else a file, which is whole or not there."""
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise OSError(error.errno, error.strerror, path) from None  # writing says no name, opening the part's
