"""The Simple API: project pages and the project list, from kept bytes (PEP 503, 691)."""

import re

from bodega.bootstrap.served_index import ServedIndex
from bodega.formats.names import InvalidProjectNameError, NormalizedName, project_name
from bodega.index.upstream.errors import UpstreamLoopError
from bodega.index.upstream.source import VIA
from bodega.index.views.errors import ProjectNotFoundError
from bodega.index.views.index_view import PageTag
from bodega.index.views.page_store import PageBytes, Variant
from bodega.index.views.rendered_list import ListBytes
from bodega.simple_api.negotiate import (
    CONTENT_TYPES,
    PLAIN_HTML,
    Coding,
    Form,
    acceptable_coding,
    acceptable_form,
    content_type,
    form_named,
)
from bodega.web.admission import admit_to
from bodega.web.coalescing import Coalescing
from bodega.web.conditions import is_unmodified
from bodega.web.list_replies import send_list
from bodega.web.problems import NotAcceptableError
from bodega.web.request import Headers, Reply, Request

_NORMALIZED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VIA = VIA.lower()
_TYPES = {kind: kind.encode("ascii") for kind in CONTENT_TYPES.values()}
_TYPES[PLAIN_HTML] = b"text/html; charset=utf-8"
_MOST_AGE = 600


class PageRoutes:
    """Answers ``simple/`` and ``simple/PROJECT/`` of one index."""

    def __init__(self, instance: str, work: Coalescing) -> None:
        self._instance = instance
        self._work = work

    async def project(self, request: Request, reply: Reply, index: ServedIndex, name: str) -> None:
        """The page of a project."""
        request.route = "project"
        if not _NORMALIZED.fullmatch(name):
            await _redirect(reply, request, f"../{_normalized(name)}/")
            return
        admit_to(request, index, NormalizedName(name))
        form, coding = _form(request), acceptable_coding(request.headers.get("accept-encoding", ""))
        variant = Variant(index.name, NormalizedName(name), form or "html", coding)
        found = await self._found(request, index, variant)
        if form is None:
            raise _not_acceptable(request)
        tag, page = found
        age = min(int(tag.fresh_for), _MOST_AGE)
        kind = _type(request, form)
        headers = _headers(request, page, kind, coding, age=age)
        request.may_be_repeated(headers, page.body, seconds=tag.holds_for)
        await _send(request, reply, page, headers)

    async def slashless(self, request: Request, reply: Reply, name: str) -> None:
        """``simple/PROJECT`` without the slash: one hop to the page, whatever the name's form."""
        request.route = "project"
        await _redirect(reply, request, f"{_normalized(name)}/")

    async def projects(self, request: Request, reply: Reply, index: ServedIndex) -> None:
        """The list of projects."""
        request.route = "projects"
        admit_to(request, index, None)
        form, coding = _form(request), acceptable_coding(request.headers.get("accept-encoding", ""))
        if form is None:
            raise _not_acceptable(request)
        page = index.projects.at_once(form, coding)
        variant = Variant(index.name, NormalizedName(""), form, coding)
        if page is None:
            page = await self._work.run(variant, lambda: index.projects.get(form, coding))
        kind = _type(request, form)
        headers = _headers(request, page, kind, coding, age=0)
        await send_list(request, reply, page, headers)

    async def projects_slashless(self, request: Request, reply: Reply) -> None:
        """``simple`` without the slash."""
        request.route = "projects"
        await _redirect(reply, request, "simple/")

    async def _found(
        self, request: Request, index: ServedIndex, variant: Variant
    ) -> tuple[PageTag, PageBytes]:
        _, name, form, coding = variant
        found = index.pages.at_once(name, form, coding)
        if found is None:
            self._refuse_loop(request)
            found = await self._work.run(variant, lambda: index.pages.page(name, form, coding))
        if found is None:
            raise ProjectNotFoundError(name)
        return found

    def _refuse_loop(self, request: Request) -> None:
        if self._instance in request.headers.get(_VIA, ""):
            raise UpstreamLoopError


def _form(request: Request) -> Form | None:
    wanted = request.query("format")
    return form_named(wanted) if wanted is not None else acceptable_form(request.headers.get("accept", ""))


def _type(request: Request, form: Form) -> bytes:
    return _TYPES[content_type(form, request.query("format") or request.headers.get("accept", ""))]


def _not_acceptable(request: Request) -> NotAcceptableError:
    wanted = request.query("format") or request.headers.get("accept", "")
    return NotAcceptableError(wanted, ", ".join(CONTENT_TYPES.values()))


def _normalized(name: str) -> NormalizedName:
    try:
        return project_name(name).normalized
    except InvalidProjectNameError:
        raise ProjectNotFoundError(name[:200]) from None


def _headers(
    request: Request, page: PageBytes | ListBytes, kind: bytes, coding: Coding, *, age: int
) -> Headers:
    headers = [
        (b"content-type", kind),
        (b"etag", page.etag.encode("ascii")),
        (
            b"vary",
            b"Accept, Accept-Encoding, Authorization" if request.is_private else b"Accept, Accept-Encoding",
        ),
        (b"cache-control", b"private, max-age=0" if request.is_private else b"max-age=%d" % age),
        *request.shared,
    ]
    if coding != "identity":
        headers.append((b"content-encoding", coding.encode("ascii")))
    if page.serial is not None:
        headers.append((b"x-pypi-last-serial", b"%d" % page.serial))
    return headers


async def _send(request: Request, reply: Reply, page: PageBytes, headers: Headers) -> None:
    if is_unmodified(request.headers.get("if-none-match"), page.etag):
        await reply.empty(304, headers)
        return
    await reply.whole(200, headers, page.body)


async def _redirect(reply: Reply, request: Request, target: str) -> None:
    # Relative, so that it holds behind any proxy and under any prefix.
    query: bytes = request.scope.get("query_string", b"")
    location = target.encode("ascii") + (b"?" + query if query else b"")
    headers: Headers = [
        (b"location", location),
        (b"cache-control", b"max-age=3600"),
        (b"content-type", b"text/plain; charset=utf-8"),
        *request.shared,
    ]
    await reply.whole(301, headers, b"")
