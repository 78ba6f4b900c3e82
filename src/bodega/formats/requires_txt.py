"""``requires.txt`` of an ``.egg-info`` folder: what a distribution of setuptools' old form requires."""

from collections.abc import Iterator

from bodega.formats.names import normalize


def requirements_of_egg(text: str) -> Iterator[str]:
    """Its entries as requirements (PEP 508); a section ``[extra:marker]`` becomes part of the marker."""
    extra = marker = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line.strip("[]").partition(":")
            continue
        yield f"{line} ; {condition}" if (condition := _condition(extra, marker)) else line


def extras_of_egg(text: str) -> list[str]:
    """The extras that it knows, normalized, in its order."""
    sections = (line.strip().strip("[]") for line in text.splitlines() if line.strip().startswith("["))
    names = (section.partition(":")[0] for section in sections)
    return list(dict.fromkeys(normalize(name) for name in names if name))


def _condition(extra: str, marker: str) -> str:
    of_extra = f'extra == "{normalize(extra)}"' if extra else ""
    return f"({marker}) and {of_extra}" if marker and of_extra else marker or of_extra
