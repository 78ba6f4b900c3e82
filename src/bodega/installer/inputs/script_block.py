"""What a script says that it needs: the ``script`` block of inline metadata (PEP 723)."""

import re
from dataclasses import dataclass

from bodega.formats.errors import BodegaError

#: The standard's own expression is normative.
_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


class ScriptBlockError(BodegaError):
    """The inline metadata of a script cannot be used."""

    code = "E-SCRIPT-BLOCK"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"the inline metadata of {path} cannot be used", why=why)
        self.path = path


@dataclass(frozen=True, slots=True)
class ScriptBlock:
    """``dependencies`` are requirements as written; ``requires_python`` is a specifier, if given."""

    dependencies: tuple[str, ...] = ()
    requires_python: str | None = None


def read_script_block(path: str) -> ScriptBlock | None:
    """The block of a script; ``None`` where it has none. Raises ScriptBlockError."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ScriptBlockError(path, (reason or str(error)).lower()) from error
    found = [match for match in _BLOCK.finditer(text) if match["type"] == "script"]
    if not found:
        return None
    if len(found) > 1:
        raise ScriptBlockError(path, "it has more than one script block")
    lines = found[0]["content"].splitlines(keepends=True)
    return _parsed(path, "".join(line[2:] if line.startswith("# ") else line[1:] for line in lines))


def _parsed(path: str, toml: str) -> ScriptBlock:
    import tomllib  # noqa: PLC0415 - most scripts have no block

    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ScriptBlockError(path, f"it is not TOML: {error}") from None
    dependencies = document.get("dependencies", [])
    python = document.get("requires-python")
    if not isinstance(dependencies, list) or not all(isinstance(one, str) for one in dependencies):
        raise ScriptBlockError(path, "dependencies is no array of texts")
    if python is not None and not isinstance(python, str):
        raise ScriptBlockError(path, "requires-python is no text")
    return ScriptBlock(tuple(dependencies), python)
