"""What the commands on environments share: options, the workshop, and a report in words or JSON."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.colour import paint
from bodega.cli.log import note
from bodega.cli.pip_options import add_general, add_indexes, add_network
from bodega.cli.progress import Progress
from bodega.cli.voice import AS_PIP, pips_words

if TYPE_CHECKING:
    from bodega.formats.names import NormalizedName
    from bodega.installer.commands.report import Report
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.environments.foreign import Foreign
    from bodega.installer.environments.placing import Place
    from bodega.installer.inputs.requirements_file import FileReader

#: pip's options that are passed on to the transport, by pip's name.
_PASSED_ON = (
    "timeout",
    "retries",
    "cert",
    "client_cert",
    "proxy",
    "trusted_host",
    "resume_retries",
    "no_proxy_env",
    "keyring_provider",
)

_SHOWN_AS_MEGABYTES = 100_000


def add_environment(parser: Parser) -> None:
    """Options on which environment, and how much is said."""
    add_general(parser)
    add_network(parser)


def add_index(parser: Parser) -> None:
    """Options on where projects come from."""
    add_indexes(parser)


def add_changing(parser: Parser) -> None:
    """Options on how an environment is changed."""
    group = parser.add_argument_group("how")
    group.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    group.add_argument(
        "--link-mode",
        choices=("auto", "clone", "hardlink", "copy", "linked"),
        help="how files get there",
    )
    compiling = group.add_mutually_exclusive_group()
    compiling.add_argument("--compile", action="store_true", help="compile bytecode before this command ends")
    compiling.add_argument("--no-compile", action="store_true", help="compile no bytecode")


def workshop_for(options: Namespace) -> "Workshop":
    """The workshop that a command's options ask for."""
    from bodega.bootstrap.building import BuildWishes
    from bodega.bootstrap.installer import Wishes, open_workshop

    if os.path.isfile("bodega.toml"):
        from bodega.cli.project_indexes import heed_folder

        heed_folder(options)

    wishes = Wishes(
        python=options.python,
        index_url=getattr(options, "index_url", None),
        extra_index_urls=tuple(getattr(options, "extra_index_url", ())),
        index_pins=_pins(getattr(options, "index_pin", ())),
        index_strategy=getattr(options, "index_strategy", "first-index"),
        no_index=getattr(options, "no_index", False),
        find_links=tuple(getattr(options, "find_links", ())),
        refresh=_names(getattr(options, "refresh_package", ())),
        uploaded_prior_to=getattr(options, "uploaded_prior_to", None),
        offline=getattr(options, "offline", False),
        isolated=getattr(options, "isolated", False),
        place=_place(options),
        foreign=_foreign(options),
        require_virtualenv=getattr(options, "require_virtualenv", False),
        cache_dir=getattr(options, "cache_dir", None),
        no_cache=getattr(options, "no_cache_dir", False),
        checkouts=getattr(options, "src", None),
        link_mode=getattr(options, "link_mode", None),
        lock_policy=getattr(options, "lock_policy", None),
        compile=_compile(options),
        options=passed_on(options),
        own_interpreter=getattr(options, "own_interpreter", False),
        build=BuildWishes(
            isolation=False if getattr(options, "no_build_isolation", False) else None,
            check_dependencies=getattr(options, "check_build_dependencies", False),
            constraints=tuple(getattr(options, "build_constraint", ())),
            config_settings=tuple(getattr(options, "config_settings", ())),
            verbose=bool(options.verbose) and not options.json,
        ),
        asked=tuple(getattr(options, "asked", ())),
    )
    progress = Progress(quiet=bool(options.quiet) or options.json)
    return open_workshop(wishes, progress)


def passed_on(options: Namespace) -> tuple[tuple[str, str], ...]:
    """The options on how the network is used that were given, by pip's name."""
    given = {name: getattr(options, name, None) for name in _PASSED_ON}
    return tuple(
        (name.replace("_", "-"), _text(value))
        for name, value in given.items()
        if value not in (None, [], False)
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "1" if value is True else str(value)


def input_reader_for(options: Namespace) -> "FileReader":
    """Reads requirements files, those behind URLs too."""
    from bodega.bootstrap.fetched_inputs import input_reader

    return input_reader(passed_on(options), isolated=options.isolated, offline=options.offline)


def _place(options: Namespace) -> "Place":
    from bodega.installer.environments.placing import Place

    return Place(
        target=getattr(options, "target", None) or "",
        prefix=getattr(options, "prefix", None) or "",
        root=getattr(options, "root", None) or "",
        user=getattr(options, "user", False) and hasattr(options, "target"),
        managed=getattr(options, "break_system_packages", False),
        never_user=getattr(options, "no_user", True),
    )


def _foreign(options: Namespace) -> "Foreign":
    from bodega.installer.environments.errors import ForeignTargetError
    from bodega.installer.environments.foreign import Foreign

    foreign = Foreign(
        platforms=tuple(getattr(options, "platform", None) or ()),
        python_version=getattr(options, "python_version", None) or "",
        implementation=getattr(options, "implementation", None) or "",
        abis=tuple(getattr(options, "abi", None) or ()),
        whole=getattr(options, "whole_target", False),
    )
    if foreign.is_asked and foreign.whole:
        if not options.dry_run:
            raise ForeignTargetError("an environment here is changed for this machine: add --dry-run")
    elif foreign.is_asked:
        control = dict(options.formats)
        if not options.no_deps and control.get("only-binary") != ":all:":
            raise ForeignTargetError("nothing can be built for it: add --only-binary=:all:, or --no-deps")
        if hasattr(options, "target") and not (options.target or options.dry_run):
            raise ForeignTargetError(
                "they cannot be used here: name a folder with --target, or use --dry-run"
            )
    return foreign


def _pins(given: Iterable[str]) -> "tuple[tuple[NormalizedName, str], ...]":
    """``NAME=URL``, the last of a name counts; raises UsageError, InvalidProjectNameError."""
    if not given:
        return ()
    from bodega.formats.names import project_name

    pairs = [text.partition("=") for text in given]
    for name, _, url in pairs:
        if not url.strip().startswith(("https://", "http://", "file:")):
            why = "it is NAME=URL, and the URL begins with https://, http:// or file:"
            raise UsageError(f"--index-pin of {name[:100]!r} names no index", why=why)
    return tuple((project_name(name.strip()).normalized, url.strip()) for name, _, url in pairs)


def _names(given: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip() for text in given for name in text.split(",") if name.strip())


def _compile(options: Namespace) -> str:
    if getattr(options, "compile", False):
        return "now"
    return "never" if getattr(options, "no_compile", False) else "behind"


def say(options: Namespace, text: str) -> None:
    """A sentence for people, on stderr."""
    note(text)
    if not options.quiet and not options.json:
        sys.stderr.write(f"{text}\n")


def print_report(report: "Report", options: Namespace, *, seconds: float) -> None:
    """The changes: a line each, then a summary; or one JSON document."""
    if options.json:
        print_json(report_json(report))
        return
    for remark in report.remarks:
        say(options, f"note: {remark}")
    if options.quiet:
        return
    for change in report.changes:
        note(f"{change.name}: {change.before or 'nothing'} -> {change.after or 'nothing'}")
        if change.before is None:
            line = paint(f"+ {change.name} {change.after}", "green", sys.stdout)
        elif change.after is None:
            line = paint(f"- {change.name} {change.before}", "red", sys.stdout)
        else:
            line = paint(f"~ {change.name} {change.before} -> {change.after}", "yellow", sys.stdout)
        sys.stdout.write(f"{line}\n")
    if AS_PIP.get():
        sys.stdout.writelines(f"{line}\n" for line in pips_words(report))
    # Redirected together, the summary still stands below the changes.
    sys.stdout.flush()
    say(options, _summary(report, seconds))


def _summary(report: "Report", seconds: float) -> str:
    if not report.changes:
        return "nothing to do: everything is there already"
    would = "would be " if report.is_dry_run else ""
    counts = {
        "installed": sum(change.before is None for change in report.changes),
        "changed": sum(None not in (change.before, change.after) for change in report.changes),
        "removed": sum(change.after is None for change in report.changes),
    }
    done = ", ".join(f"{count} {would}{word}" for word, count in counts.items() if count)
    return f"{done} in {seconds:.2f} s{_traffic(report)}"


def _traffic(report: "Report") -> str:
    """What came over the wire, where that is worth a word."""
    if not report.downloaded:
        return ""
    saved = f", {_megabytes(report.saved)} taken from older versions" if report.saved else ""
    return f"; {_megabytes(report.downloaded)} fetched{saved}"


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= _SHOWN_AS_MEGABYTES else f"{count / 1e3:.0f} kB"


def report_json(report: "Report") -> Mapping[str, object]:
    """What a command did to an environment, as a document."""
    return {
        "version": 1,
        "dry_run": report.is_dry_run,
        "changes": [{"name": c.name, "before": c.before, "after": c.after} for c in report.changes],
        "kept": report.kept,
        "remarks": list(report.remarks),
        "bytes_downloaded": report.downloaded,
        "bytes_saved": report.saved,
    }


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    import json

    sys.stdout.write(json.dumps(document, indent=2) + os.linesep)
