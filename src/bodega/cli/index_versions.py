"""``bodega index versions NAME``: which versions of a project an index offers for an interpreter."""

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, add_index, workshop_for
from bodega.cli.pip_options import add_selection, add_target
from bodega.cli.scope import chosen_by

if TYPE_CHECKING:
    from bodega.installer.commands.listed import Offered


def add_versions(act: Parser) -> None:
    """The options of the act."""
    act.add_argument("name", metavar="PROJECT", help="the project")
    act.set_defaults(own_interpreter=True, no_deps=True)
    add_selection(act)
    add_target(act)
    add_environment(act)
    add_index(act)


def run_versions(options: Namespace) -> int:
    """Run the act."""
    from bodega.formats.names import project_name
    from bodega.installer.commands.listed import offered
    from bodega.installer.environments.inventory import take_inventory

    workshop = workshop_for(options)
    interpreter = workshop.interpreter()
    name = project_name(options.name).normalized
    finder, releases = chosen_by(options, workshop)
    found = offered(name, workshop.reader, finder, releases)
    here = {one.name: one.distribution.version for one in take_inventory(interpreter, os.environ)}
    _print(options, found, here.get(name))
    return 0


def _print(options: Namespace, found: "Offered", installed: str | None) -> None:
    latest = found.versions[0]
    if options.json:
        import json

        document: dict[str, Any] = {"name": options.name, "versions": found.versions, "latest": latest}
        if installed is not None:
            document["installed_version"] = installed
        sys.stdout.write(json.dumps(document) + "\n")
        return
    sys.stdout.write(f"{options.name} ({latest})\nAvailable versions: {', '.join(found.versions)}\n")
    if installed is not None:
        note = " (pre-release; install with `--pre`)" if found.latest_is_prerelease else ""
        sys.stdout.write(f"  INSTALLED: {installed}\n  LATEST:    {latest}{note}\n")
