"""Scripts that start an installed program: wrappers for entry points, ``#!python`` lines (PEP 427)."""

from bodega.formats.entry_points import Script

#: Longest ``#!`` line that every kernel reads whole.
_MOST_SHEBANG = 127


def wrapper(script: Script, python: str) -> bytes:
    """The text of a script that imports the module and calls the object; it imports nothing else."""
    first = script.attribute.partition(".")[0]
    body = (
        "import sys\n"
        f"from {script.module} import {first}\n"
        'if __name__ == "__main__":\n'
        f"    sys.exit({script.attribute}())\n"
    )
    return shebang(python) + body.encode()


def shebang(python: str) -> bytes:
    """The first line for an interpreter; by way of ``/bin/sh`` where its path is long or holds a space."""
    line = f"#!{python}\n".encode()
    if len(line) <= _MOST_SHEBANG and not any(character.isspace() for character in python):
        return line
    # Two languages at once: sh runs the exec and never reads on; Python sees one string.
    quoted = '"\'"'.join(f"'{part}'" for part in python.split("'"))
    return f"#!/bin/sh\n'''exec' {quoted} \"$0\" \"$@\"\n' '''\n".encode()


def rewritten(content: bytes, python: str) -> bytes | None:
    """A script of ``.data/scripts`` for this interpreter; ``None`` where it is to stay as it is."""
    line, newline, rest = content.partition(b"\n")
    words = line.rstrip(b"\r")
    if not words.startswith((b"#!python", b"#!pythonw")) or not newline:
        return None
    return shebang(python) + rest
