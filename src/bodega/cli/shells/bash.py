"""Completion for bash: one function, everything but installed names and error codes written into it."""

from collections.abc import Iterable, Iterator

from bodega.cli.shells.described import CHOICE, CODE, COMMAND, FILE, FOLDER, INSTALLED, Described, Value

_HEAD = """\
# bash completion of {program}; to use it: source <({program} completion bash)
_{name}_complete() {{
    local current=$2 before=$3 key="" word index
    COMPREPLY=()
    if [[ $current == "=" ]]; then current=""; before=${{COMP_WORDS[COMP_CWORD-1]}}
    elif [[ $before == "=" ]]; then before=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word=${{COMP_WORDS[index]}}
        [[ $word == -* ]] && continue
        case "$key $word" in
{keys}
        esac
    done
    case "$key:$before" in
{values}
    esac
    if [[ $current == -* ]]; then
        case "$key" in
{options}
        esac
        return
    fi
    case "$key" in
{arguments}
    esac
}}
_{name}_words() {{ COMPREPLY=($(compgen -W "$1" -- "$current")); }}
_{name}_files() {{ compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); }}
_{name}_folders() {{ compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")); }}
_{name}_installed() {{ _{name}_words "$({program} list --format freeze 2>/dev/null | cut -d= -f1)"; }}
_{name}_codes() {{ _{name}_words "$({program} explain 2>/dev/null | cut -d' ' -f1)"; }}
complete -o default -F _{name}_complete {program}
"""


def script(commands: Iterable[Described], program: str) -> str:
    """The script to be sourced by bash 4 or later."""
    found = list(commands)
    every = [one for command in found for one in command.all()]
    name = "".join(letter if letter.isalnum() else "_" for letter in program)
    tops = " ".join(one.key for one in found)
    return _HEAD.format(
        program=program,
        name=name,
        keys="\n".join(f'            {_quoted(_called(one))}) key="{one.key}" ;;' for one in every),
        values="\n".join(_values(every, name, tops)),
        options="\n".join(_options(every, name)),
        arguments="\n".join([f'        "") _{name}_words "{tops}" ;;', *_arguments(every, name, tops)]),
    )


def _called(one: Described) -> str:
    before, word = " ".join(one.words[:-1]), one.words[-1]
    return f"{before} {word}"


def _values(every: Iterable[Described], name: str, tops: str) -> Iterator[str]:
    for one in every:
        for option in one.options:
            if option.value is None:
                continue
            help_with = _help_with(option.value, name, tops)
            patterns = "|".join(_quoted(f"{one.key}:{flag}") for flag in option.flags)
            yield f"        {patterns}) {help_with or ':'}; return ;;"


def _options(every: Iterable[Described], name: str) -> Iterator[str]:
    for one in every:
        flags = " ".join(flag for option in one.options for flag in option.flags)
        yield f'        "{one.key}") _{name}_words "{flags}" ;;'


def _arguments(every: Iterable[Described], name: str, tops: str) -> Iterator[str]:
    for one in every:
        if one.acts:
            yield f'        "{one.key}") _{name}_words "{" ".join(act.words[-1] for act in one.acts)}" ;;'
        elif one.arguments:
            help_with = _help_with(one.arguments[0][0], name, tops)
            if help_with:
                yield f'        "{one.key}") {help_with} ;;'


def _help_with(value: Value, name: str, tops: str) -> str:
    if value.kind == CHOICE:
        return f'_{name}_words "{" ".join(value.choices)}"'
    functions = {FILE: "files", FOLDER: "folders", INSTALLED: "installed", CODE: "codes"}
    if value.kind == COMMAND:
        return f'_{name}_words "{tops}"'
    return f"_{name}_{functions[value.kind]}" if value.kind in functions else ""


def _quoted(text: str) -> str:
    return f'"{text}"'
