"""The management API described (OpenAPI 3.1), from the table of operations and the shapes of answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from bodega import __version__
from bodega.protocol.answers import ANSWERS
from bodega.protocol.fields import Field
from bodega.protocol.operation import ROOT, Operation
from bodega.protocol.operations import OPERATIONS

_PROBLEM = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_FAILURES = {
    "401": "No token, or not a valid one.",
    "403": "The token is not for this, or the act is refused.",
    "404": "There is nothing of that name.",
    "422": "Fields cannot be as they are; all faults are told.",
    "default": "Something else went wrong; the code says what.",
}
_BASIC_TYPES = {"text": "string", "number": "integer", "flag": "boolean"}


def openapi_document() -> dict[str, Any]:
    """The description of every operation."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"{ROOT}{operation.path}", {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "bodega management API",
            "version": __version__,
            "summary": "Projects, releases, tokens, indexes and the audit record of a bodega server.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: _object(fields) for name, fields in ANSWERS.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "a token of bodega"},
                "basic": {"type": "http", "scheme": "basic", "description": "__token__ and a token"},
            },
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [_tag(operation)],
        "security": [{"bearer": [operation.scope]}, {"basic": [operation.scope]}],
        "responses": {
            str(operation.status): {
                "description": "Done.",
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{operation.answer}"}}
                },
            },
            **{status: {"description": words, **_PROBLEM} for status, words in _FAILURES.items()},
        },
    }
    parameters = [*map(_in_path, operation.parameters), *map(_in_query, operation.query)]
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = {
            "required": any(not field.optional for field in operation.body),
            "content": {"application/json": {"schema": _object(operation.body, is_input=True)}},
        }
    return described


def _tag(operation: Operation) -> str:
    """What it is about: the narrowest thing in its path."""
    parts = operation.path.split("/")
    return next((word for word in ("policy", "releases", "projects") if word in parts), parts[1])


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "in": "query",
        "required": not field.optional,
        "description": field.words,
        "schema": _schema(field),
    }


def _object(fields: Sequence[Field], *, is_input: bool = False) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: {**_schema(field), "description": field.words} for field in fields},
    }
    required = [field.name for field in fields if not field.optional]
    if required:
        described["required"] = required
    if is_input:
        # Answers may grow fields; what is sent must be understood whole.
        described["additionalProperties"] = False
    return described


def _schema(field: Field) -> dict[str, Any]:
    schema = dict(_plain_schema(field))
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.nullable:
        schema["type"] = [schema["type"], "null"]
    return schema


def _plain_schema(field: Field) -> Mapping[str, Any]:
    if field.kind == "texts":
        return {"type": "array", "items": {"type": "string"}}
    if field.kind == "objects":
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{field.of}"}}
    if field.kind == "time":
        return {"type": "string", "format": "date-time"}
    if field.kind == "any":
        return {"type": "object"}
    if field.kind == "number":
        return {"type": "integer", "minimum": field.least}
    return {"type": _BASIC_TYPES[field.kind]}
