"""``--log FILE``: what a command says, appended to a file with the time; secrets in URLs are masked."""

import sys
import time

_OPTIONS = ("--log", "--log-file", "--local-log")
_place: list[str] = []


def begin(arguments: list[str]) -> None:
    """Note the command, where a file is named for it."""
    _place.clear()
    for at, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in _OPTIONS:
            path = value if equals else next(iter(arguments[at + 1 : at + 2]), "")
            if path:
                _place.append(path)
    if _place:
        note(f"bodega {' '.join(arguments)}")


def note(text: str) -> None:
    """Append lines to the file; without one, do nothing. A log never fails a command."""
    if not _place:
        return
    from bodega.formats.urls import masked

    at = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    lines = [" ".join(masked(word) for word in line.split(" ")) for line in text.splitlines()]
    try:
        with open(_place[-1], "a", encoding="utf-8") as file:
            file.writelines(f"{at} {line}\n" for line in lines)
    except OSError as error:
        path = _place.pop()
        sys.stderr.write(f"warning: the log {path} cannot be written: {error.strerror}\n")
