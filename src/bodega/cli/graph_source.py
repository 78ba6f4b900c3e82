"""What tree and why look at: the environment in use, or a lock."""

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import UsageError
from bodega.cli.project_options import LOCK

if TYPE_CHECKING:
    from collections.abc import Collection

    from bodega.formats.requirements import Requirement
    from bodega.installer.commands.dependency_graph import Graph
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject


def add_source(parser: ArgumentParser) -> None:
    """``--lock``."""
    parser.add_argument(
        "--lock", metavar="FILE", help="look at this lock; default: the environment, else ./pylock.toml"
    )


def graph_for(options: Namespace, workshop: "Workshop", *, sizes: bool = False) -> "tuple[Graph, str]":
    """The graph, and what it is of, for people; a lock where there is one and no environment.

    Raises LockError, NoEnvironmentError, and what reading a project raises.
    """
    project = _project(options)
    lock = options.lock
    if lock is None and not _is_environment(options, project):
        beside = os.path.join(project.folder, LOCK) if project is not None else LOCK
        lock = os.path.relpath(beside) if os.path.exists(beside) else None
    if lock is not None:
        return _of_lock(lock, workshop, project, sizes=sizes), lock
    return _of_environment(workshop, _asked_here(workshop, project), sizes=sizes), "the environment"


def environment_graph(options: Namespace, workshop: "Workshop") -> "Graph":
    """The graph of the environment; roots are what the project or lock that is named asks for, too."""
    lock, options.lock = options.lock, None
    project = _project(options)
    if lock is not None:
        from bodega.installer.commands.locked_graph import asked_of
        from bodega.installer.locking.lock_file import lock_document_of

        return _of_environment(workshop, list(asked_of(lock_document_of(lock))))
    if options.project:
        if project is None:
            from bodega.installer.inputs.project_file import NoProjectFoundError

            raise NoProjectFoundError(os.getcwd())
        return _of_environment(workshop, _asked(project, _installed(workshop)))
    return _of_environment(workshop, _asked_here(workshop, project))


def _of_environment(
    workshop: "Workshop", asked: "list[tuple[Requirement, str]]", *, sizes: bool = False
) -> "Graph":
    from bodega.formats.markers import Markers
    from bodega.installer.commands.installed_graph import graph_of_environment
    from bodega.installer.environments.installed import scan

    interpreter = workshop.interpreter()
    return graph_of_environment(scan(interpreter), Markers(interpreter.target.markers), asked, sizes=sizes)


def _asked_here(workshop: "Workshop", project: "Pyproject | None") -> "list[tuple[Requirement, str]]":
    """What the project asks for, in its own environment."""
    if project is None:
        return []
    prefix = os.path.realpath(workshop.interpreter().prefix)
    return (
        _asked(project, _installed(workshop))
        if prefix.startswith(os.path.realpath(project.folder) + os.sep)
        else []
    )


def _installed(workshop: "Workshop") -> "Collection[str]":
    from bodega.installer.environments.installed import scan

    return scan(workshop.interpreter()).keys()


def _project(options: Namespace) -> "Pyproject | None":
    from bodega.installer.inputs.project_file import NoProjectFoundError, find_project, read_project

    folder = os.path.dirname(os.path.abspath(options.lock)) if options.lock else os.getcwd()
    try:
        project = read_project(find_project(folder))
    except NoProjectFoundError:
        return None
    environment = os.path.join(project.folder, ".venv")
    if not options.python and not os.environ.get("VIRTUAL_ENV") and os.path.isdir(environment):
        options.python = environment
    return project


def _is_environment(options: Namespace, project: "Pyproject | None") -> bool:
    return bool(
        options.python or os.environ.get("VIRTUAL_ENV") or (project is None and os.path.isdir(".venv"))
    )


def _of_lock(lock: str, workshop: "Workshop", project: "Pyproject | None", *, sizes: bool) -> "Graph":
    from bodega.formats.names import normalize
    from bodega.installer.commands.locked_graph import graph_of_lock
    from bodega.installer.locking.lock_file import lock_document_of

    if lock == "-":
        raise UsageError("--lock takes a file")
    document = lock_document_of(lock)
    is_own = project is not None and os.path.realpath(
        os.path.dirname(os.path.abspath(lock))
    ) == os.path.realpath(project.folder)
    names = {normalize(entry["name"]) for entry in document["packages"]}
    asked = _asked(project, names) if is_own and project is not None else None
    found = _sizes(lock, workshop) if sizes else None
    return graph_of_lock(document, asked, sizes=found)


def _asked(project: "Pyproject", known: "Collection[str]") -> "list[tuple[Requirement, str]]":
    """What a project requires, each with where it stands.

    Of extras, and of groups that are not taken by themselves, what is ``known`` to be there alone: nobody
    needs to have asked for them.
    """
    from bodega.installer.commands.dependency_graph import read_requirement
    from bodega.installer.commands.project_request import Parts, asked_lines

    always = list(asked_lines(project, Parts()))
    found = []
    for line in dict.fromkeys([*always, *asked_lines(project, Parts(all_extras=True, all_groups=True))]):
        # A path is asked for under the name that stands behind it.
        requirement = read_requirement(line.text) or read_requirement(line.text.partition("#egg=")[2])
        if requirement is not None and (line in always or requirement.name in known):
            found.append((requirement, line.origin))
    return found


def _sizes(lock: str, workshop: "Workshop") -> "dict[str, int | None]":
    """The bytes of the files that would be installed here; none where the lock is for elsewhere."""
    from bodega.installer.locking.errors import LockError
    from bodega.installer.locking.select import select_from_lock

    try:
        selected = select_from_lock(lock, workshop.interpreter().target, workshop.computed)
    except LockError:
        return {}
    return {one.name: one.size for one in selected}


def lock_here() -> str | None:
    """The lock of the project here, or of this folder, if there is one."""
    from bodega.installer.inputs.project_file import NoProjectFoundError, find_project

    try:
        path = os.path.join(os.path.dirname(find_project(os.getcwd())), LOCK)
    except NoProjectFoundError:
        path = LOCK
    return os.path.relpath(path) if os.path.exists(path) else None


def project_name_here() -> str | None:
    """The name of the project here, if there is one that has a name."""
    from bodega.installer.inputs.project_file import NoProjectFoundError, find_project, read_project

    try:
        return read_project(find_project(os.getcwd())).name
    except NoProjectFoundError:
        return None
