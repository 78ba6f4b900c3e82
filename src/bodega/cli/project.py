"""``bodega project show|status|grant``: the projects that an index has itself."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from bodega.cli.acts import add_acts, print_json
from bodega.cli.arguments import Parser
from bodega.cli.managing import add_place, managed

_DESCRIPTION = "Show a project of an index's own, set its status, or grant it its upstream's namesake."
_OPERATIONS = {"show": "show_project", "status": "set_project_status", "grant": "grant_upstream"}
_STATUSES = ("active", "archived", "deprecated", "quarantined")


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    with managed(options) as management:
        project = management.run(_OPERATIONS[options.act], _values(options))
    if options.json:
        print_json(project)
    elif options.act == "show":
        sys.stdout.write("".join(f"{line}\n" for line in _lines(project)))
    else:
        sys.stderr.write(_words(options.act, project))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("project", _DESCRIPTION)
    acts = add_acts(parser)
    show = acts.add_parser("show", description="Show a project with its releases.")
    status = acts.add_parser(
        "status",
        description="Set a project's status: quarantined hides its files, archived closes it.",
    )
    grant = acts.add_parser("grant", description="Let an upstream's namesake stand beside a project.")
    for act in (show, status, grant):
        act.add_argument("project", help="the project")
        if act is status:
            act.add_argument("status", choices=_STATUSES, help=", ".join(_STATUSES))
            act.add_argument("--reason", help="told to readers of its page")
        act.add_argument("--index", default="main", help="the index (default: %(default)s)")
        add_place(act)
    grant.add_argument(
        "--upstream", action="store_true", required=True, help="what is granted: files of its namesake there"
    )
    return parser


def _values(options: Namespace) -> dict[str, Any]:
    given = {name: getattr(options, name, None) for name in ("index", "project", "status", "reason")}
    return {name: value for name, value in given.items() if value is not None}


def _words(act: str, project: Mapping[str, Any]) -> str:
    name, index = project["name"], project["index"]
    if act == "grant":
        return f"{name} in the index {index} stands beside its upstream's namesake\n"
    reason = f" ({project['reason']})" if project["reason"] else ""
    return f"{name} is {project['status']} in the index {index}{reason}\n"


def _lines(project: Mapping[str, Any]) -> Iterator[str]:
    yield f"{project['display_name']}"
    reason = f" ({project['reason']})" if project["reason"] else ""
    yield f"  index:    {project['index']}"
    yield f"  status:   {project['status']}{reason}"
    yield f"  upstream: {'its namesake stands beside it' if project['mixes_upstream'] else 'not mixed in'}"
    yield f"  claimed:  {project['created'][:10]} by {project['created_by']}"
    yield f"  serial:   {project['serial']}"
    for release in reversed(project["releases"]):
        yield f"  {release['version']}"
        for file in release["files"]:
            because = f": {file['reason']}" if file["reason"] else ""
            yield f"    {file['filename']}  {file['size']} bytes" + (
                f"  yanked{because}" if file["yanked"] else ""
            )
