"""entry_points.txt: the scripts that a distribution asks for (entry points specification)."""

import keyword
from dataclasses import dataclass

from bodega.formats.errors import BodegaError

SCRIPT_GROUPS = ("console_scripts", "gui_scripts")


class InvalidEntryPointError(BodegaError):
    """An entry point that cannot be read, or whose name or object is not safe to write into a script."""

    code = "E-ENTRY-POINT"

    def __init__(self, line: str, why: str) -> None:
        super().__init__(f"the entry point {line[:160]!r} is refused", why=why)
        self.line = line


@dataclass(frozen=True, slots=True)
class Script:
    """A script: its name, the module to import, the dotted object to call, and whether it has a window."""

    name: str
    module: str
    attribute: str
    windowed: bool = False


def parse_scripts(text: str) -> tuple[Script, ...]:
    """The scripts of both groups, in order; other groups are left alone. Raises InvalidEntryPointError."""
    scripts: dict[str, Script] = {}
    group = ""
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if bare[0] == "[" and bare[-1] == "]":
            group = bare[1:-1].strip()
        elif group in SCRIPT_GROUPS:
            script = _script(bare, windowed=group == "gui_scripts")
            scripts.setdefault(script.name, script)
    return tuple(scripts.values())


def _script(line: str, *, windowed: bool) -> Script:
    name, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        raise InvalidEntryPointError(line, "it is not NAME = MODULE:OBJECT")
    check_script_name(name)
    target = value.partition("[")[0].strip()
    module, colon, attribute = (part.strip() for part in target.partition(":"))
    if not (colon and _is_dotted(module) and _is_dotted(attribute)):
        raise InvalidEntryPointError(line, f"{value[:80]!r} is not MODULE:OBJECT")
    return Script(name, module, attribute, windowed)


def check_script_name(name: str) -> None:
    """Refuse a name that would leave the scripts folder or mislead; raises InvalidEntryPointError."""
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        raise InvalidEntryPointError(name, "the name of a script is one path component")
    if not name.isprintable():
        raise InvalidEntryPointError(name, "the name of a script holds no control characters")


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in text.split("."))
