"""Completion for zsh: ``_arguments`` for every command, with the help's own words."""

from collections.abc import Iterable, Iterator

from bodega.cli.shells.described import CHOICE, CODE, COMMAND, FILE, FOLDER, INSTALLED, Described, Value

_HEAD = """\
#compdef {program}
# zsh completion of {program}; to use it: source <({program} completion zsh), behind compinit
_{name}_commands() {{
    local -a found=(
{commands}
    )
    _describe command found
}}
_{name}_installed() {{
    compadd -- ${{(f)"$({program} list --format freeze 2>/dev/null | cut -d= -f1)"}}
}}
_{name}_codes() {{ compadd -- ${{(f)"$({program} explain 2>/dev/null | cut -d' ' -f1)"}} }}
{functions}
_{name}() {{
    local -a line
    local state
    _arguments -C ':command:_{name}_commands' '*:: :->rest' && return
    case $words[1] in
{cases}
    esac
}}
if [[ $funcstack[1] == _{name} ]]; then _{name} "$@"; else compdef _{name} {program}; fi
"""
_FUNCTION = """\
_{function}() {{
    _arguments -s -S \\
{specifications}
}}"""
_ACTS = """\
_{function}() {{
    local -a line found=(
{acts}
    )
    _arguments -C ':act:->act' '*:: :->rest' && return
    case $state in
    act) _describe act found ;;
    rest) case $words[1] in
{cases}
    esac ;;
    esac
}}"""


def script(commands: Iterable[Described], program: str) -> str:
    """The script for the fpath, or to be sourced."""
    found = list(commands)
    name = "".join(letter if letter.isalnum() else "_" for letter in program)
    return _HEAD.format(
        program=program,
        name=name,
        commands="\n".join(f"        {_entry(one)}" for one in found),
        functions="\n".join(_function(one, name) for command in found for one in command.all()),
        cases="\n".join(f"    {one.words[-1]}) _{_named(one, name)} ;;" for one in found),
    )


def _function(one: Described, name: str) -> str:
    if one.acts:
        return _ACTS.format(
            function=_named(one, name),
            acts="\n".join(f"        {_entry(act)}" for act in one.acts),
            cases="\n".join(f"    {act.words[-1]}) _{_named(act, name)} ;;" for act in one.acts),
        )
    return _FUNCTION.format(
        function=_named(one, name),
        specifications=" \\\n".join(f"        {line}" for line in _specifications(one, name)),
    )


def _specifications(one: Described, name: str) -> Iterator[str]:
    for option in one.options:
        for flag in option.flags:
            told = _escaped(option.help)
            value = ""
            if option.value is not None:
                value = f":{_escaped(option.value.name)}:{_action(option.value, name)}"
            equals = "=" if option.value is not None and flag.startswith("--") else ""
            yield _quoted(f"*{flag}{equals}[{told}]{value}")
    for argument, _ in one.arguments[-1:]:
        yield _quoted(f"*:{_escaped(argument.name)}:{_action(argument, name)}")


def _action(value: Value, name: str) -> str:
    return {
        CHOICE: f"({' '.join(value.choices)})",
        FILE: "_files",
        FOLDER: "_files -/",
        INSTALLED: f"_{name}_installed",
        COMMAND: f"_{name}_commands",
        CODE: f"_{name}_codes",
    }.get(value.kind, " ")


def _entry(one: Described) -> str:
    return _quoted(f"{one.words[-1]}:{one.help.replace(':', ' -')}")


def _named(one: Described, name: str) -> str:
    return "_".join((name, "do", *one.words)).replace("-", "_")


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "[]:\\" else letter for letter in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
