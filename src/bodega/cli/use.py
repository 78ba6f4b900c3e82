"""``bodega use --print CLIENT``: what a client's configuration is to say, for an index."""

import os
import sys

from bodega.cli.arguments import Parser, UsageError, add_json

#: What each client reads; ``{index}`` ends in ``/simple/``, ``{upload}`` takes files.
_UV = """\
# pyproject.toml; in uv.toml without `tool.uv.`
[[tool.uv.index]]
name = "bodega"
url = "{index}"
publish-url = "{upload}"
default = true
"""
_POETRY = """\
# pyproject.toml
[[tool.poetry.source]]
name = "bodega"
url = "{index}"
priority = "primary"
"""
_PDM = """\
# pyproject.toml
[[tool.pdm.source]]
name = "pypi"
url = "{index}"
verify_ssl = true
"""
_PIPENV = """\
# Pipfile
[[source]]
name = "bodega"
url = "{index}"
verify_ssl = true
"""
_PYPIRC = """\
# ~/.pypirc
[distutils]
index-servers = bodega

[bodega]
repository = {upload}
username = __token__
"""
_TEXTS = {
    "pip": "# pip.conf: `pip config debug` shows where\n[global]\nindex-url = {index}\n",
    "uv": _UV,
    "poetry": _POETRY,
    "pdm": _PDM,
    "pipenv": _PIPENV,
    "hatch": '# `hatch config find` shows where\n[publish.index.repos.bodega]\nurl = "{upload}"\n',
    "twine": _PYPIRC,
    "flit": _PYPIRC,
    "bodega": "# the environment\nexport BODEGA_INDEX_URL={index}\n",
    "docker": "# in a Dockerfile\nENV PIP_INDEX_URL={index}\n",
}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    index = _index(options.index_url)
    upload = f"{index.removesuffix('/').removesuffix('/simple')}/legacy/"
    text = _TEXTS[options.client].format(index=index, upload=upload)
    if options.json:
        import json

        document = {"version": 1, "client": options.client, "index": index, "upload": upload, "text": text}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stdout.write(text)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("use", "Print what a client's configuration is to say, so that it uses an index.")
    parser.add_argument(
        "--print", dest="client", choices=tuple(_TEXTS), required=True, help="the client whose form it has"
    )
    parser.add_argument(
        "-i", "--index-url", metavar="URL", help="the index (default: BODEGA_INDEX_URL or pip's)"
    )
    add_json(parser)
    return parser


def _index(given: str | None) -> str:
    from bodega.bootstrap.pip_configuration import read_pip_configuration
    from bodega.bootstrap.settings import Given, read_settings

    settings = read_settings(os.environ, Given({"index_url": given}))
    found = settings.text("index_url") or read_pip_configuration(os.environ).index_url
    if found is None:
        raise UsageError("bodega use: which index?", why="none is set; name it with --index-url")
    return found if found.endswith("/") else f"{found}/"
