"""pip's general options, which every command of pip's takes, before its name or behind it."""

from bodega.cli.arguments import Parser

_ACCEPTED = "accepted for pip's sake"

#: General options with a value: where one stands before the command, the next word belongs to it.
_WITH_VALUE = frozenset(
    {
        "--cache-dir",
        "--cert",
        "--client-cert",
        "--default-timeout",
        "--exists-action",
        "--keyring-provider",
        "--local-log",
        "--log",
        "--log-file",
        "--proxy",
        "--python",
        "--resume-retries",
        "--retries",
        "--timeout",
        "--trusted-host",
        "--use-deprecated",
        "--use-feature",
    }
)


def add_general(parser: Parser) -> None:
    """Those of pip's general options that change nothing in what bodega does."""
    parser.add_argument(
        "--no-input", action="store_true", help="ask nothing, even where a terminal could answer"
    )
    parser.add_argument("--disable-pip-version-check", action="store_true", help=_ACCEPTED)
    parser.add_argument("--isolated", action="store_true", help="heed neither variables nor the user's files")
    parser.add_argument("--require-virtualenv", action="store_true", help="change environments only")
    parser.add_argument("--debug", action="store_true", help=_ACCEPTED)
    parser.add_argument("--no-color", action="store_true", help="no colours")
    parser.add_argument("--log", "--log-file", "--local-log", metavar="FILE", help=_ACCEPTED)
    parser.add_argument("--cache-dir", metavar="DIR", help=_ACCEPTED)
    parser.add_argument("--no-cache-dir", action="store_true", help=_ACCEPTED)
    parser.add_argument("--exists-action", metavar="ACTION", help=_ACCEPTED)
    parser.add_argument("--keyring-provider", metavar="PROVIDER", help=_ACCEPTED)
    parser.add_argument("--no-proxy-env", action="store_true", help=_ACCEPTED)
    for name in ("--use-feature", "--use-deprecated", "--resume-retries"):
        parser.add_argument(name, metavar="VALUE", action="append", help=_ACCEPTED)


def command_first(words: list[str]) -> list[str]:
    """``-q --log FILE install x`` as ``install -q --log FILE x``: the command before general options."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _WITH_VALUE else 1
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]
