"""``bodega config``: pip's configuration, listed and changed in pip's files; and bodega's own settings."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.cli.acts import add_acts
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_environment, print_json

if TYPE_CHECKING:
    from bodega.bootstrap.pip_files import ConfigurationFile

_ACTS = {
    "show": "Show the settings of bodega itself, and where each comes from.",
    "list": "List what is set, by file and by variable.",
    "get": "Print the value of a key.",
    "set": "Set a key.",
    "unset": "Take a key away.",
    "edit": "Open a file in an editor.",
    "debug": "List every file that may count, and what stands in it.",
}
#: pip takes these before the act, too.
_PLACES = ("--global", "--user", "--site")


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(_act_first(arguments))
    if options.act == "show":
        return _show(options)
    kinds = [kind for kind in ("global", "user", "site") if getattr(options, kind)]
    if len(kinds) > 1:
        raise UsageError("only one of --global, --user and --site can be meant")
    kind = kinds[0] if kinds else None
    if options.act in ("list", "debug"):
        return _list(options, kind) if options.act == "list" else _debug(options)
    return _one(options, kind)


def parser() -> Parser:
    """The options."""
    parser = Parser("config", "Show and change pip's configuration, which bodega heeds as pip does.")
    acts = add_acts(parser)
    for act, words in _ACTS.items():
        one = acts.add_parser(act, description=words)
        if act == "show":
            one.add_argument("--config", metavar="FILE", help="a settings file (bodega.toml)")
            add_environment(one)
            continue
        if act in ("get", "set", "unset"):
            one.add_argument("key", metavar="SECTION.OPTION", help="such as global.index-url")
        if act == "set":
            one.add_argument("value", help="the value")
        if act == "edit":
            one.add_argument("--editor", help="the editor (VISUAL, EDITOR)")
        one.add_argument("--global", action="store_true", help="the file for all users")
        one.add_argument("--user", action="store_true", help="the user's file")
        one.add_argument("--site", action="store_true", help="the environment's own file")
        add_environment(one)
    return parser


def _act_first(words: list[str]) -> list[str]:
    """``--user set a.b c`` as ``set --user a.b c``: pip takes its options on both sides of the act."""
    at = 0
    while at < len(words) and words[at] not in _ACTS and words[at].startswith("-"):
        at += 2 if words[at] in ("--editor", "--python") else 1
    return (
        words if words[:1] in (["-h"], ["--help"]) else [*words[at : at + 1], *words[:at], *words[at + 1 :]]
    )


def _prefix(options: Namespace) -> str | None:
    """The environment's folder, where there is one: its own file counts."""
    from bodega.bootstrap.pip_configuration import environment_prefix

    return environment_prefix(options.python, os.environ)


def _show(options: Namespace) -> int:
    from bodega.bootstrap.effective import effective

    found = effective(os.environ, options.config, isolated=options.isolated)
    if options.json:
        settings = {one.key: {"value": one.value, "origin": one.origin} for one in found.settings}
        unknown = list(found.unknown_variables)
        print_json({"version": 1, "file": found.file, "settings": settings, "unknown_variables": unknown})
        return 0
    sys.stdout.writelines(f"{one.key} = {one.value!r}  ({one.origin})\n" for one in found.settings)
    for name in found.unknown_variables:
        sys.stderr.write(f"note: {name} is no setting of bodega's\n")
    return 0


def _list(options: Namespace, kind: str | None) -> int:
    from bodega.bootstrap.pip_files import files_of, variables_of

    files = files_of(os.environ, _prefix(options), only=kind, isolated=options.isolated)
    groups = [(file.path, file.values) for file in files]
    if not options.isolated:
        groups.append((":env:", variables_of(os.environ)))
    if options.json:
        rows = [
            {"key": key, "value": _masked(value), "source": source}
            for source, values in sorted(groups)
            for key, value in sorted(values.items())
        ]
        print_json({"version": 1, "values": rows})
        return 0
    for _, values in sorted(groups):
        sys.stdout.writelines(f"{key}={_masked(value)!r}\n" for key, value in sorted(values.items()))
    return 0


def _debug(options: Namespace) -> int:
    from bodega.bootstrap.pip_files import ENV, KINDS, files_of, variables_of

    files = files_of(os.environ, _prefix(options), isolated=options.isolated)
    variables = {
        f"PIP_{key.partition('.')[2].upper().replace('-', '_')}": _masked(value)
        for key, value in variables_of(os.environ).items()
    }
    if options.json:
        rows = [
            {"kind": one.kind, "path": one.path, "exists": one.exists, "values": _all_masked(one.values)}
            for one in files
        ]
        print_json({"version": 1, "variables": variables, "files": rows})
        return 0
    sys.stdout.write("env_var:\n")
    sys.stdout.writelines(f"  {name}={value!r}\n" for name, value in variables.items())
    for kind in sorted({*KINDS, ENV}):
        sys.stdout.write(f"{kind}:\n")
        for one in (one for one in files if one.kind == kind):
            _print_file(one)
    return 0


def _print_file(file: "ConfigurationFile") -> None:
    sys.stdout.write(f"  {file.path}, exists: {file.exists}\n")
    sys.stdout.writelines(f"    {key}: {_masked(value)}\n" for key, value in file.values.items())


def _one(options: Namespace, kind: str | None) -> int:
    from bodega.bootstrap.pip_files import (
        file_to_change,
        files_of,
        kind_to_change,
        value_of,
        variables_of,
        written,
    )

    prefix = _prefix(options)
    kind = kind or kind_to_change(prefix)
    if options.act == "get":
        variables = {} if options.isolated else variables_of(os.environ)
        value = value_of(options.key, files_of(os.environ, prefix, only=kind), variables)
        if options.json:
            print_json({"version": 1, "key": options.key, "value": value})
        else:
            sys.stdout.write(f"{value}\n")
        return 0
    file = file_to_change(os.environ, prefix, kind)
    if options.act == "edit":
        return _edit(options, file.path)
    written(file, options.key, options.value if options.act == "set" else None)
    if options.json:
        print_json({"version": 1, "file": file.path})
    elif not options.quiet:
        sys.stderr.write(f"writing to {file.path}\n")
    return 0


def _edit(options: Namespace, path: str) -> int:
    import shlex
    import subprocess

    editor = options.editor or os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UsageError("there is no editor", why="neither --editor nor VISUAL nor EDITOR names one")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return subprocess.call([*shlex.split(editor), path])


def _all_masked(values: dict[str, str]) -> dict[str, str]:
    return {key: _masked(value) for key, value in values.items()}


def _masked(value: str) -> str:
    """A value in which the passwords of URLs cannot be read."""
    if "://" not in value or "@" not in value:
        return value
    from bodega.formats.urls import masked

    words: Sequence[str] = value.split(" ")
    return " ".join(masked(word) if "://" in word else word for word in words)
