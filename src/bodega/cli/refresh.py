"""``bodega refresh``: ask the upstreams of an index for a project now."""

import os
import sys

from bodega.cli.acts import print_json
from bodega.cli.arguments import Parser, add_json


def run(arguments: list[str]) -> int:
    """Run the command: 0 when an upstream has the project, else 1."""
    parser = Parser(
        "refresh",
        "Ask the upstreams of an index for a project now. A running server shows what came at once.",
    )
    parser.add_argument("project", metavar="PROJECT", help="the project")
    parser.add_argument("--index", metavar="NAME", default="main", help="the index (main)")
    parser.add_argument("--data", metavar="FOLDER", help="the data folder of the index")
    parser.add_argument("--upstream", metavar="URL", help="the upstream of the index main (as it was served)")
    add_json(parser)
    options = parser.parse_args(arguments)
    from bodega.bootstrap.settings import Given, read_settings
    from bodega.formats.names import project_name

    name = project_name(options.project).normalized
    settings = read_settings(os.environ, Given({"data": options.data, "upstream": options.upstream}))
    from bodega.bootstrap.refreshing import refresh

    found = refresh(settings, os.environ, name, options.index)
    if options.json:
        asked = [
            {"upstream": one.upstream, "known": one.is_known, "files": len(one.files), "new": list(one.new)}
            for one in found
        ]
        print_json({"version": 1, "project": name, "index": options.index, "upstreams": asked})
    else:
        for one in found:
            words = f"{len(one.files)} files, {len(one.new)} new" if one.is_known else "no such project"
            sys.stdout.write(f"{name}: {words} ({one.upstream})\n")
            sys.stdout.writelines(f"  {filename}\n" for filename in one.new)
        if not found:
            sys.stdout.write(f"{name}: the index {options.index} has no upstream\n")
    return 0 if any(one.is_known for one in found) else 1
