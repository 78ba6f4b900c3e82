"""What the commands on a project share: which project, which parts of it, and what its settings say."""

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from bodega.cli.universal import is_universal

if TYPE_CHECKING:
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_edit import Place
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.locked_versions import LockedVersion
    from bodega.installer.locking.resolve_request import ResolveRequest

LOCK = "pylock.toml"


def add_parts(parser: ArgumentParser) -> None:
    """Which extras and groups of the project; ``--group`` is an option of all that take requirements."""
    group = parser.add_argument_group("which parts of the project")
    group.add_argument("--extra", action="append", default=[], metavar="EXTRA", help="this extra, too")
    group.add_argument("--all-extras", action="store_true", help="every extra")
    group.add_argument("--all-groups", action="store_true", help="every dependency group")
    group.add_argument(
        "--only-group",
        action="append",
        default=[],
        metavar="GROUP",
        help="this group, without the project's own dependencies",
    )
    group.add_argument(
        "--no-default-groups", action="store_true", help="without the groups that are taken by themselves"
    )


def add_itself(parser: ArgumentParser) -> None:
    """``--with-project``."""
    parser.add_argument(
        "--with-project", action="store_true", help="the project itself, too, editable: sync installs it then"
    )


def add_keeping(parser: ArgumentParser) -> None:
    """Whether what is locked already moves."""
    group = parser.add_argument_group("what is locked already")
    group.add_argument("-U", "--upgrade", action="store_true", help="take the newest of everything")
    group.add_argument(
        "-P", "--upgrade-package", action="append", default=[], metavar="NAME", help="take the newest of this"
    )


def kept_by(options: Namespace, lock: str, workshop: "Workshop") -> "tuple[LockedVersion, ...]":
    """The versions that stay, of the lock that is there; raises LockError, InvalidProjectNameError."""
    if options.upgrade or lock == "-" or not os.path.exists(lock):
        return ()
    from bodega.formats.names import project_name
    from bodega.installer.locking.locked_versions import locked_entries

    moved = {project_name(text).normalized for text in options.upgrade_package}
    return locked_entries(lock, workshop.computed, but=moved)


def beside(project: "Pyproject | None") -> str:
    """Where the lock goes: beside the project's file, else here."""
    return LOCK if project is None else os.path.relpath(os.path.join(project.folder, LOCK))


def parts_of(options: Namespace) -> "Parts":
    """The parts that options ask for; raises InvalidProjectNameError."""
    from bodega.formats.names import project_name
    from bodega.installer.commands.project_request import Parts

    names = {
        option: frozenset(project_name(text).normalized for text in getattr(options, option))
        for option in ("extra", "group", "only_group")
    }
    return Parts(
        extras=names["extra"],
        groups=names["group"] | names["only_group"],
        all_extras=options.all_extras,
        all_groups=options.all_groups,
        default_groups=not (options.no_default_groups or options.only_group),
        dependencies=not options.only_group,
        itself=options.with_project,
    )


def is_about_project(options: Namespace) -> bool:
    """Whether nothing is asked for by words and files, so that it is the project that is meant.

    ``PATH:GROUP`` is a group of another file, as with pip.
    """
    named = (
        options.requirements,
        options.requirement,
        options.editable,
        options.requirements_from_script,
        [text for text in options.group if ":" in text],
    )
    return not any(named)


def project_for(options: Namespace) -> "Pyproject":
    """The project of this folder; what its settings say is taken into the options that say nothing.

    Raises NoProjectFoundError, and what reading it raises.
    """
    from bodega.installer.inputs.project_file import find_project, read_project

    project = read_project(find_project(getattr(options, "project_folder", None) or os.getcwd()))
    settle(options, project)
    return project


def settle_for(options: Namespace) -> None:
    """Take the settings of the project here into options, where there is a project."""
    from bodega.installer.inputs.project_file import NoProjectFoundError

    try:
        project_for(options)
    except NoProjectFoundError:
        options.resolution = options.resolution or "highest"


def settle(options: Namespace, project: "Pyproject") -> None:
    """Take a project's settings into options: those of the command line go first."""
    settings = project.settings
    settle_indexes(options, project)
    options.resolution = options.resolution or settings.resolution or "highest"
    options.exclude_dependency = [*options.exclude_dependency, *sorted(settings.excluded)]
    if not options.pre:
        early = [":all:"] if settings.prereleases is True else sorted(settings.prereleases or ())
        options.releases = [*(("all-releases", name) for name in early), *options.releases]
    environment = os.path.join(project.folder, ".venv")
    if not options.python and not os.environ.get("VIRTUAL_ENV") and os.path.isdir(environment):
        options.python = environment


def settle_indexes(options: Namespace, project: "Pyproject") -> None:
    """Take what a project's settings say of indexes into options; raises ProjectIndexRefusedError."""
    settings = project.settings
    if settings.indexes:
        from bodega.cli.project_indexes import heed_project

        heed_project(options, project)
    options.uploaded_prior_to = options.uploaded_prior_to or settings.cutoff
    if not (options.index_url or options.no_index):
        open_to_all = (index.url for index in settings.indexes if not index.explicit)
        options.extra_index_url = [*options.extra_index_url, *open_to_all]
    take_pins(options, project)


def place_of(options: Namespace) -> "Place":
    """The list of requirements that is meant; raises InvalidProjectNameError."""
    from bodega.formats.names import project_name
    from bodega.installer.inputs.project_edit import Place

    if options.extra is not None:
        return Place("extra", project_name(options.extra).typed)
    group = "dev" if options.dev else options.group
    return Place() if group is None else Place("group", project_name(group).typed)


def take_pins(options: Namespace, project: "Pyproject") -> None:
    """Take the indexes that a project's settings bind projects to; those of the command line go first."""
    urls = {index.name: index.url for index in project.settings.indexes}
    pinned = (f"{name}={urls[index]}" for name, index in sorted(project.settings.sources.items()))
    options.index_pin = [*pinned, *options.index_pin]


def project_choosing(
    options: Namespace, project: "Pyproject", parts: "Parts", workshop: "Workshop"
) -> "ResolveRequest":
    """What is to be resolved for a project; raises NoSuchPartError, PythonUnfitError, what builds raise."""
    from dataclasses import replace

    from bodega.cli.choosing import resolve_request
    from bodega.installer.commands.project_request import check_python, project_request, with_dynamic
    from bodega.installer.inputs.requirements_file import RequirementsReader

    interpreter = workshop.interpreter()
    if not (options.ignore_requires_python or is_universal(options, project)):
        check_python(project, interpreter.target.python, interpreter.executable)
    whole = with_dynamic(project, lambda: workshop.builder)
    reader = RequirementsReader(os.environ)
    for path in getattr(options, "constraint", ()):
        reader.constraints(path)
    for path in options.override:
        reader.overrides(path)
    choosing = resolve_request(options, project_request(whole, parts, reader.inputs))
    return replace(choosing, static_metadata=project.settings.metadata)
