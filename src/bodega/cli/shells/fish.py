"""Completion for fish: one ``complete`` line for each command and option."""

from collections.abc import Iterable, Iterator

from bodega.cli.shells.described import CHOICE, CODE, COMMAND, FILE, FOLDER, INSTALLED, Described, Value

_HEAD = """\
# fish completion of {program}; to use it: {program} completion fish | source
function __{name}_at
    set -l words (commandline -opc)
    set -l found
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set -a found $word
    end
    test "$found[1..$argv[1]]" = "$argv[2..-1]"
end
function __{name}_bare
    set -l words (commandline -opc)
    for word in $words[2..-1]
        string match -q -- '-*' $word; or return 1
    end
end
complete -c {program} -f
{lines}
"""


def script(commands: Iterable[Described], program: str) -> str:
    """The script to be sourced, or put into fish's folder of completions."""
    name = "".join(letter if letter.isalnum() else "_" for letter in program)
    found = list(commands)
    lines = [
        *(
            f"complete -c {program} -n __{name}_bare -a {one.words[-1]} -d {_quoted(one.help)}"
            for one in found
        ),
        *(line for command in found for one in command.all() for line in _lines(one, program, name, found)),
    ]
    return _HEAD.format(program=program, name=name, lines="\n".join(lines))


def _lines(one: Described, program: str, name: str, commands: list[Described]) -> Iterator[str]:
    where = f"complete -c {program} -n '__{name}_at {len(one.words)} {one.key}'"
    for act in one.acts:
        yield f"{where} -a {act.words[-1]} -d {_quoted(act.help)}"
    for option in one.options:
        flags = " ".join(
            f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
        )
        value = _value(option.value, program, commands) if option.value is not None else ""
        yield f"{where} {flags}{value} -d {_quoted(option.help)}"
    for argument, _ in () if one.acts else one.arguments[:1]:
        value = _value(argument, program, commands)
        if value != " -x":
            yield f"{where}{value.replace(' -r', '').replace(' -x', '')}"


def _value(value: Value, program: str, commands: list[Described]) -> str:
    if value.kind in (FILE, FOLDER):
        return " -r -F" if value.kind == FILE else " -x -a '(__fish_complete_directories)'"
    given = {
        CHOICE: " ".join(value.choices),
        COMMAND: " ".join(one.words[-1] for one in commands),
        INSTALLED: f"({program} list --format freeze 2>/dev/null | string split -f1 ==)",
        CODE: f"({program} explain 2>/dev/null | string split -f1 ' ')",
    }.get(value.kind)
    return f" -x -a {_quoted(given)}" if given else " -x"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
