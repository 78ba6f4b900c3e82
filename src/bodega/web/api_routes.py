"""The management API: ``/api/v1/...`` by the table of operations, and ``/api/openapi.json``."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qsl

from bodega.bootstrap.management import Management
from bodega.formats.names import InvalidProjectNameError, project_name
from bodega.index.accounts.model import Token
from bodega.index.accounts.views import require_all
from bodega.protocol.fields import InputFault, InvalidInputError, checked, from_query
from bodega.protocol.operation import ROOT, Operation
from bodega.protocol.operations import OPERATIONS
from bodega.web.admission import Authenticate
from bodega.web.api_body import read_body
from bodega.web.credentials import token_text
from bodega.web.openapi import openapi_document
from bodega.web.problems import MethodNotAllowedError, PathNotFoundError
from bodega.web.request import Headers, Reply, Request

API = "/api/"
_DESCRIPTION = f"{API}openapi.json"
_MOST_QUERY = 20
_TEMPLATES = tuple((operation, operation.path.split("/")) for operation in OPERATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDesk:
    """What the API needs: who a token is, management in somebody's name, and threads for what waits."""

    authenticate: Authenticate
    manage: Callable[[str], Management]
    threads: Executor


class ApiRoutes:
    """Answers everything below ``/api/``."""

    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    async def answer(self, request: Request, reply: Reply) -> None:
        """Answer one request."""
        request.route = "api"
        if request.path == _DESCRIPTION:
            await _describe(request, reply)
            return
        operation, values = _found(request)
        token = await self._in_thread(self._desk.authenticate, token_text(request.scope["headers"]))
        _authorize(token, operation, values)
        values |= _queried(operation, request)
        if operation.method in ("POST", "PUT"):
            values |= checked(operation.body, await read_body(request))
        if operation.also:
            _authorize(token, operation, {**values, "index": values[operation.also]})
        management = self._desk.manage(token.name)
        try:
            document = await self._in_thread(partial(management.run, operation.name, values))
        except InvalidProjectNameError as error:
            if "project" in operation.parameters:
                raise
            raise InvalidInputError([InputFault("project", error.what)]) from None
        await _send(reply, operation.status, document)

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._desk.threads, function, *arguments)


def _found(request: Request) -> tuple[Operation, dict[str, Any]]:
    """The operation, and the values in the path; raises PathNotFoundError, MethodNotAllowedError."""
    path = request.path.removeprefix(ROOT) if request.path.startswith(f"{ROOT}/") else ""
    matching = {operation.method: (operation, values) for operation, values in _matching(path.split("/"))}
    if not matching:
        raise PathNotFoundError(request.path)
    found = matching.get("GET" if request.method == "HEAD" else request.method)
    if found is None:
        allowed = [*matching, *(["HEAD"] if "GET" in matching else [])]
        raise MethodNotAllowedError(request.method, ", ".join(allowed))
    return found


def _matching(parts: list[str]) -> Iterator[tuple[Operation, dict[str, Any]]]:
    for operation, template in _TEMPLATES:
        if len(template) != len(parts):
            continue
        pairs = list(zip(template, parts, strict=True))
        if all((part and wanted.startswith("{")) or wanted == part for wanted, part in pairs):
            yield operation, {wanted[1:-1]: part for wanted, part in pairs if wanted.startswith("{")}


def _authorize(token: Token, operation: Operation, values: Mapping[str, Any]) -> None:
    """Raise PermissionDeniedError unless the token has the scope for all that the operation is about."""
    project = values.get("project") if "project" in operation.parameters else None
    require_all(
        token,
        operation.scope,
        index=values.get("index") if "index" in operation.parameters else None,
        project=project_name(project).normalized if project is not None else None,
    )


def _queried(operation: Operation, request: Request) -> dict[str, Any]:
    raw: bytes = request.scope.get("query_string", b"")
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_QUERY, errors="strict")
    except ValueError:
        raise InvalidInputError([InputFault("query", "it cannot be read")]) from None
    return from_query(operation.query, pairs)


async def _describe(request: Request, reply: Reply) -> None:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowedError(request.method, "GET, HEAD")
    headers: Headers = [(b"content-type", b"application/json"), (b"cache-control", b"max-age=300")]
    await reply.whole(200, headers, _description())


@cache
def _description() -> bytes:
    return json.dumps(openapi_document(), indent=1).encode()


async def _send(reply: Reply, status: int, document: Mapping[str, Any]) -> None:
    headers: Headers = [
        (b"content-type", b"application/json"),
        # Tokens and who did what are for nobody's cache.
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await reply.whole(status, headers, json.dumps(document).encode())
