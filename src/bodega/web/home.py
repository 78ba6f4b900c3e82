"""The page at ``/``: what this is, and how each client uses it. No script, nothing from elsewhere."""

import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from urllib.parse import urlsplit

from bodega.bootstrap.served_index import ServedIndex
from bodega.web.conditions import is_unmodified
from bodega.web.problems import PathNotFoundError
from bodega.web.reader_url import TrustedProxies, reader_url
from bodega.web.request import Headers, Reply, Request

_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'"
)
_KINDS = {"bodega.css": b"text/css; charset=utf-8", "bodega.svg": b"image/svg+xml"}


class HomeRoutes:
    """Answers ``/``, ``/favicon.ico`` and ``/static/...``."""

    def __init__(self, public_url: str | None, proxies: TrustedProxies) -> None:
        self._public_url = public_url
        self._proxies = proxies

    async def answer(self, request: Request, reply: Reply, index: ServedIndex, parts: list[str]) -> None:
        """Answer one of them."""
        if parts[0] == "static":
            await self._static(request, reply, parts[1])
        elif parts[0] == "favicon.ico":
            await self._static(request, reply, "bodega.svg")
        else:
            await self._home(request, reply, index)

    async def _home(self, request: Request, reply: Reply, index: ServedIndex) -> None:
        request.route = "home"
        root = f"{reader_url(request, self._public_url, self._proxies).rstrip('/')}{request.base}"
        depth = request.base.count("/") - 1
        body = home_page(root, index.upstreams, static="../" * depth + "static/").encode()
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"cache-control", b"no-cache"),
            # What the page says depends on how it was reached.
            (b"vary", b"Host"),
            *_guards(),
        ]
        await reply.whole(200, headers, body)

    async def _static(self, request: Request, reply: Reply, name: str) -> None:
        request.route = "static"
        kind = _KINDS.get(name)
        if kind is None:
            raise PathNotFoundError(request.path)
        body, etag = _static_file(name)
        headers: Headers = [
            (b"content-type", kind),
            (b"etag", etag.encode("ascii")),
            (b"cache-control", b"max-age=3600"),
            *_guards(),
        ]
        if is_unmodified(request.headers.get("if-none-match"), etag):
            await reply.empty(304, headers)
        else:
            await reply.whole(200, headers, body)


def home_page(root: str, upstreams: Sequence[str], *, static: str) -> str:
    """The page as HTML; ``root`` is the index's base URL ending in ``/``."""
    simple = f"{root}simple/"
    source = (
        f"Projects that are not private come from {_listed(upstreams)}, checked and kept."
        if upstreams
        else "It has no upstream: it serves what was published here."
    )
    sections = "".join(
        f'<section aria-labelledby="{name}"><h3 id="{name}">{name}</h3><p>{words}</p>'
        f'<pre tabindex="0" aria-labelledby="{name}"><code>{escape(text)}</code></pre></section>\n'
        for name, words, text in _snippets(root, simple)
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>bodega: a Python package index</title>
<link rel="icon" href="{static}bodega.svg" type="image/svg+xml">
<link rel="stylesheet" href="{static}bodega.css">
</head>
<body>
<main>
<h1>bodega</h1>
<p>This is a Python package index. {source}</p>
<p>The index URL:</p>
<pre tabindex="0" aria-label="index URL"><code>{escape(simple)}</code></pre>
<p><a href="simple/">See its projects</a></p>
<h2>Use it</h2>
{sections}</main>
</body>
</html>
"""


def _listed(upstreams: Sequence[str]) -> str:
    return ", then ".join(f"<code>{escape(url)}</code>" for url in upstreams)


def _snippets(root: str, simple: str) -> list[tuple[str, str, str]]:
    upload = f"{root}legacy/"
    host = urlsplit(simple).hostname or ""
    return [
        ("bodega", "Install into the environment at hand.", f"bodega install -i {simple} requests"),
        (
            "pip",
            "Once, or for every later call." + _trust_words(simple, host),
            f"pip install -i {simple} requests\npip config set global.index-url {simple}",
        ),
        (
            "uv",
            "In <code>pyproject.toml</code>; or set <code>UV_DEFAULT_INDEX</code>.",
            f'[[tool.uv.index]]\nname = "bodega"\nurl = "{simple}"\ndefault = true',
        ),
        ("poetry", "In the project's folder.", f"poetry source add --priority=primary bodega {simple}"),
        (
            "pdm",
            "In <code>pyproject.toml</code>.",
            f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{simple}"',
        ),
        (
            "twine",
            "Publish, with a token made by <code>bodega token create --scope upload</code>.",
            f"twine upload --repository-url {upload} -u __token__ -p TOKEN dist/*",
        ),
    ]


def _trust_words(simple: str, host: str) -> str:
    if simple.startswith("https:") or host in ("localhost", "127.0.0.1", "::1"):
        return ""
    return f" Without TLS, pip wants <code>--trusted-host {escape(host)}</code> too."


def _guards() -> Headers:
    return [
        (b"content-security-policy", _POLICY),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]


@cache
def _static_file(name: str) -> tuple[bytes, str]:
    body = files("bodega.web").joinpath("static", name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
