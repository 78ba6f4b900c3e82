"""``bodega explain CODE``: what an error's code means, and what to do; without any network."""

import os
import sys
from argparse import Namespace

from bodega.cli.arguments import Parser, UsageError, add_json

#: What the exit codes of the contract say.
_EXITS = {
    1: "failed",
    2: "wrong usage",
    3: "no solution",
    4: "refused for safety or by policy",
    5: "network or index unavailable",
}
Codes = dict[str, tuple[str, str]]


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    codes = _codes()
    if options.code is None:
        _print_all(codes, options)
        return 0
    code = _known(options.code, codes)
    if options.json:
        _print_json({"version": 1, **_document(code, codes)})
    else:
        sys.stdout.write(_words(code, codes))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("explain", "Say what an error's code means, what causes it, and what to do.")
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="such as E-HASH-MISMATCH; none lists them all"
    )
    add_json(parser)
    return parser


def _codes() -> Codes:
    import json

    with open(f"{os.path.dirname(__file__)}/codes.json", encoding="utf-8") as file:
        return {code: (what, more) for code, (what, more) in json.load(file).items()}


def _known(asked: str, codes: Codes) -> str:
    code = asked.strip().upper().strip("[]:")
    code = code if code.startswith("E-") else f"E-{code}"
    if code in codes:
        return code
    from difflib import get_close_matches

    near = get_close_matches(code, codes, n=1, cutoff=0.5)
    raise UsageError(
        f"there is no error code {asked[:60]!r}",
        why=f"the nearest is {near[0]}" if near else "`bodega explain` lists all codes",
    )


def _document(code: str, codes: Codes) -> dict[str, object]:
    from bodega.cli.failures import exit_code, hint_for

    what, more = codes[code]
    return {"code": code, "exit": exit_code(code), "what": what, "more": more, "try": hint_for(code)}


def _words(code: str, codes: Codes) -> str:
    found = _document(code, codes)
    exits = found["exit"]
    lines = [f"{code}: {found['what']}"]
    if found["more"]:
        lines += ["", str(found["more"])]
    lines += ["", f"exit code: {exits} ({_EXITS.get(int(str(exits)), 'failed')})", f"try: {found['try']}", ""]
    return "\n".join(lines)


def _print_all(codes: Codes, options: Namespace) -> None:
    if options.json:
        _print_json({"version": 1, "codes": [_document(code, codes) for code in codes]})
        return
    width = max(map(len, codes))
    sys.stdout.writelines(f"{code:<{width}}  {what}\n" for code, (what, _) in codes.items())


def _print_json(document: dict[str, object]) -> None:
    import json

    sys.stdout.write(json.dumps(document, indent=2) + "\n")
