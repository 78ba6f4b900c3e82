"""pip's options in groups, with pip's meaning; what an option cannot mean here is said in its help."""

from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from collections.abc import Sequence

_ACCEPTED = "accepted for pip's sake"


class FormatAction(Action):
    """Keeps ``--no-binary`` and ``--only-binary`` in the order in which they were given."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Append (option, value)."""
        _ = parser
        given = list(getattr(namespace, self.dest, None) or ())
        name = max(self.option_strings, key=len).removeprefix("--")
        given.append((name, str(values)))
        _ = option_string
        setattr(namespace, self.dest, given)


def add_general(parser: ArgumentParser) -> None:
    """Pip's general options."""
    group = parser.add_argument_group("general")
    group.add_argument("--python", help="the environment's folder or interpreter")
    group.add_argument("-q", "--quiet", action="count", default=0, help="say less")
    group.add_argument("-v", "--verbose", action="count", default=0, help="say more")
    group.add_argument(
        "--log", "--log-file", "--local-log", metavar="FILE", help="append all that is said to a file"
    )
    group.add_argument(
        "--isolated", action="store_true", help="leave PIP_* and the user's pip configuration out"
    )
    group.add_argument(
        "--require-virtualenv",
        "--require-venv",
        action="store_true",
        help="refuse to act on what is no environment",
    )
    group.add_argument("--no-input", action="store_true", help="never ask")
    group.add_argument("--no-color", action="store_true", help="no colours, as NO_COLOR")
    group.add_argument("--json", action="store_true", help="print the result as JSON")
    for flag in ("--debug", "--disable-pip-version-check", "--no-python-version-warning"):
        group.add_argument(flag, action="store_true", help=_ACCEPTED)
    group.add_argument("--exists-action", action="append", default=[], metavar="ACTION", help=_ACCEPTED)
    group.add_argument("--use-feature", action="append", default=[], metavar="FEATURE", help=_ACCEPTED)
    group.add_argument("--use-deprecated", action="append", default=[], metavar="FEATURE", help=_ACCEPTED)
    group.add_argument(
        "--progress-bar", choices=("auto", "on", "off", "raw"), default="auto", help="progress"
    )
    group.add_argument("--root-user-action", choices=("warn", "ignore"), default="warn", help=_ACCEPTED)


def add_network(parser: ArgumentParser) -> None:
    """Pip's options on how indexes are reached."""
    group = parser.add_argument_group("network")
    group.add_argument("--offline", action="store_true", help="use what is kept, and never the network")
    group.add_argument("--timeout", "--default-timeout", metavar="SECONDS", help="seconds for each wait")
    group.add_argument("--retries", metavar="N", help="tries after a failure")
    group.add_argument("--resume-retries", metavar="N", help="tries to go on with a download that was cut")
    group.add_argument("--cert", metavar="FILE", help="trusted certificates")
    group.add_argument("--client-cert", metavar="FILE", help="a client certificate and its key")
    group.add_argument("--proxy", metavar="URL", help="a proxy")
    group.add_argument("--no-proxy-env", action="store_true", help="leave the proxy variables out")
    group.add_argument(
        "--trusted-host", action="append", default=[], metavar="HOST", help="trusted without TLS checks"
    )
    group.add_argument(
        "--keyring-provider",
        choices=("auto", "disabled", "import", "subprocess"),
        default="auto",
        help="how the keyring is asked for credentials",
    )
    group.add_argument("--cache-dir", metavar="DIR", help="keep the store below this folder")
    group.add_argument(
        "--no-cache-dir", action="store_true", help="use a store of this command's own, gone when it ends"
    )


def add_indexes(parser: ArgumentParser) -> None:
    """Pip's options on where projects come from."""
    group = parser.add_argument_group("where from")
    group.add_argument(
        "-i", "--index-url", "--pypi-url", metavar="URL", help="the index: the root of a Simple API"
    )
    group.add_argument(
        "--extra-index-url", action="append", default=[], metavar="URL", help="asked before the index"
    )
    group.add_argument(
        "--index-strategy",
        choices=("first-index", "unsafe-best-match"),
        default="first-index",
        help="the first index that knows a project has it alone, or the best of all (unsafe)",
    )
    group.add_argument(
        "--index-pin",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="this project comes from this index alone, which is asked for nothing else",
    )
    group.add_argument("--no-index", action="store_true", help="ask no index, only --find-links")
    group.add_argument(
        "-f",
        "--find-links",
        action="append",
        default=[],
        metavar="PATH",
        help="a folder, file or URL of files",
    )
    group.add_argument(
        "--refresh-package", action="append", default=[], metavar="NAME", help="ask anew; :all: for every one"
    )
    group.add_argument(
        "--uploaded-prior-to",
        metavar="WHEN",
        help="only files uploaded before: a date, a time, P7D, or 12h",
    )
    group.add_argument("--process-dependency-links", action="store_true", help=SUPPRESS)


def add_selection(parser: ArgumentParser) -> None:
    """Pip's options on which files and versions may be chosen."""
    group = parser.add_argument_group("which files")
    group.add_argument("--pre", action="store_true", help="take pre-releases too")
    for flag, words in (
        ("--all-releases", "take pre-releases of these projects (or :all:) too"),
        ("--only-final", "take no pre-releases of these projects (or :all:)"),
    ):
        group.add_argument(
            flag, action=FormatAction, dest="releases", default=[], metavar="NAMES", help=words
        )
    for flag, words in (
        ("--no-binary", "build these projects (or :all:) from source"),
        ("--only-binary", "take wheels alone of these projects (or :all:)"),
    ):
        group.add_argument(flag, action=FormatAction, dest="formats", default=[], metavar="NAMES", help=words)
    group.add_argument("--prefer-binary", action="store_true", help="an older wheel before a newer source")
    group.add_argument(
        "--ignore-requires-python", action="store_true", help="leave what says for which Pythons it is out"
    )
    group.add_argument("--require-hashes", action="store_true", help="every requirement must give a hash")
    group.add_argument(
        "--no-require-hashes", action="store_true", help="hashes in files demand none of others"
    )
    group.add_argument(
        "--override",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of requirements that stand in the place of all others on their projects",
    )
    group.add_argument(
        "--exclude-dependency",
        action="append",
        default=[],
        metavar="NAME",
        help="as if nothing required this project",
    )
    group.add_argument("--resolution", choices=("highest", "lowest", "lowest-direct"), default="highest")
    group.add_argument(
        "--no-server-resolve", action="store_true", help="resolve here, whatever the index offers"
    )


def add_building(parser: ArgumentParser) -> None:
    """Pip's options on how sources are built."""
    group = parser.add_argument_group("builds")
    group.add_argument(
        "--no-build-isolation",
        action="store_true",
        help="build with what is installed in the environment itself",
    )
    group.add_argument(
        "--check-build-dependencies",
        action="store_true",
        help="refuse where that has not what a build requires",
    )
    group.add_argument(
        "--build-constraint",
        action="append",
        default=[],
        metavar="FILE",
        help="a file that narrows build requirements",
    )
    group.add_argument(
        "-C",
        "--config-settings",
        "--config-setting",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting for the build backend",
    )
    group.add_argument("--use-pep517", action="store_true", help=f"{_ACCEPTED}: nothing else is done")
    group.add_argument("--no-clean", action="store_true", help=f"{_ACCEPTED}: the log of a build stays")
    group.add_argument(
        "--src",
        "--source",
        "--source-dir",
        "--source-directory",
        metavar="DIR",
        help="where editable checkouts go",
    )


def add_asked(parser: ArgumentParser, *, positional: str = "requirements") -> None:
    """What is asked for: words, files, scripts, groups."""
    parser.add_argument(
        positional, nargs="*", metavar="REQUIREMENT", help="such as requests, 'flask>=3', ./project or a URL"
    )
    group = parser.add_argument_group("what")
    group.add_argument(
        "-r", "--requirement", action="append", default=[], metavar="FILE", help="a requirements file"
    )
    group.add_argument(
        "-c",
        "--constraint",
        action="append",
        default=[],
        metavar="FILE",
        help="a file that narrows versions",
    )
    group.add_argument(
        "-e",
        "--editable",
        action="append",
        default=[],
        metavar="PATH",
        help="a project in place, or git+ URL",
    )
    group.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="[PATH:]GROUP",
        help="a dependency group of a pyproject.toml",
    )
    group.add_argument(
        "--requirements-from-script",
        action="append",
        default=[],
        metavar="FILE",
        help="what a script says it needs (PEP 723)",
    )
    group.add_argument(
        "--no-deps", "--no-dependencies", action="store_true", help="leave out what they require"
    )


def add_target(parser: ArgumentParser) -> None:
    """Pip's options on the Python and platform that files are chosen for."""
    group = parser.add_argument_group("for another Python or platform")
    group.add_argument(
        "--platform",
        action="append",
        default=[],
        help="a platform tag, or a machine as markers see it, such as windows-x86_64; repeatable",
    )
    group.add_argument("--python-version", metavar="VERSION", help="such as 3.12")
    group.add_argument("--implementation", help="such as cp, pp or py")
    group.add_argument("--abi", action="append", default=[], help="an ABI tag; repeatable")


def add_place(parser: ArgumentParser) -> None:
    """Pip's options on where files are put."""
    group = parser.add_argument_group("where to")
    group.add_argument("-t", "--target", metavar="DIR", help="into this folder alone")
    group.add_argument("--prefix", metavar="DIR", help="below another prefix")
    group.add_argument("--root", metavar="DIR", help="as if this folder were the root of the system")
    group.add_argument("--user", action="store_true", help="into the user's own folder")
    group.add_argument("--no-user", action="store_true", help=SUPPRESS)
    group.add_argument(
        "--break-system-packages", action="store_true", help="change what the system manages all the same"
    )
    group.add_argument("--no-warn-script-location", action="store_true", help=_ACCEPTED)
    group.add_argument("--no-warn-conflicts", action="store_true", help=_ACCEPTED)
