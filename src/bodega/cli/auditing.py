"""What audit, sbom and licenses share: the lock or the environment that they are about."""

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.installing import say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.auditing.components import Composition
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject

_LOCK = "pylock.toml"


def add_subject(parser: Parser) -> None:
    """``--lock``."""
    parser.add_argument(
        "--lock",
        nargs="?",
        const=_LOCK,
        metavar="FILE",
        help="what a lock holds, for every environment that it is for (default: ./pylock.toml), "
        "instead of what is installed; taken where there is no environment",
    )


def subject_workshop(options: Namespace) -> "Workshop":
    """The workshop; where there is no environment, but a lock here, the lock is meant."""
    from bodega.installer.environments.errors import NoEnvironmentError

    options.own_interpreter = options.lock is not None
    workshop = workshop_for(options)
    if options.lock is not None or options.python or not os.path.isfile(_LOCK):
        return _settled(options, workshop)
    try:
        workshop.interpreter()
    except NoEnvironmentError:
        workshop.store.close()
        say(options, f"note: there is no environment here, so this is about ./{_LOCK}")
        options.lock, options.own_interpreter = _LOCK, True
        return _settled(options, workshop_for(options))
    return workshop


def _settled(options: Namespace, workshop: "Workshop") -> "Workshop":
    """With what the project of a lock says of indexes, where that is anything."""
    project = lock_project(options)
    if project is None or not (project.settings.cutoff or project.settings.indexes):
        return workshop
    from bodega.cli.project_options import settle_indexes

    workshop.store.close()
    settle_indexes(options, project)
    return workshop_for(options)


def lock_project(options: Namespace) -> "Pyproject | None":
    """The project beside a lock, if there is one; raises what reading it raises."""
    if options.lock is None:
        return None
    path = os.path.join(project_folder(options), "pyproject.toml")
    if not os.path.isfile(path):
        return None
    from bodega.installer.inputs.project_file import read_project

    return read_project(path)


def composition_for(options: Namespace, workshop: "Workshop") -> "Composition":
    """What the lock or the environment is composed of."""
    if options.lock is not None:
        from bodega.installer.auditing.locked_components import is_foreign, locked_components

        if is_foreign(options.lock):
            say(options, f"note: {options.lock} is read for the environment at hand")
        return locked_components(options.lock, lambda: workshop.interpreter().target)
    from bodega.formats.markers import Markers
    from bodega.installer.auditing.installed_components import installed_components
    from bodega.installer.environments.inventory import take_inventory

    interpreter = workshop.interpreter()
    found = take_inventory(interpreter, os.environ)
    return installed_components(found, Markers(interpreter.target.markers), interpreter.prefix)


def project_folder(options: Namespace) -> str:
    """Where the project's settings are looked for: beside the lock, else here."""
    return os.path.dirname(os.path.abspath(options.lock)) if options.lock is not None else os.getcwd()
