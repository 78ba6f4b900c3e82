"""The description of the management API is a sound document, and true to the table."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bodega.protocol.operation import ROOT
from bodega.protocol.operations import OPERATIONS
from bodega.web.openapi import openapi_document


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_operation_stands_in_it_with_its_security() -> None:
    document = openapi_document()
    assert document["openapi"] == "3.1.0"
    described = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(described) == {(one.method, ROOT + one.path) for one in OPERATIONS}
    for one in OPERATIONS:
        operation = described[one.method, ROOT + one.path]
        assert operation["operationId"] == one.name
        assert operation["security"] == [{"bearer": [one.scope]}, {"basic": [one.scope]}]
        assert str(one.status) in operation["responses"]
        in_path = {entry["name"] for entry in operation.get("parameters", ()) if entry["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", one.path))
        assert ("requestBody" in operation) == bool(one.body)
        assert operation["tags"][0] in ("projects", "releases", "indexes", "tokens", "policy", "audit")


def test_everything_referred_to_is_there() -> None:
    document = openapi_document()
    schemas = document["components"]["schemas"]
    assert {f"#/components/schemas/{name}" for name in schemas} >= set(references(document))
    assert set(document["components"]["securitySchemes"]) == {"bearer", "basic"}
    assert json.loads(json.dumps(document)) == document


def test_fields_are_described_as_they_are_checked() -> None:
    document = openapi_document()
    create = document["paths"]["/api/v1/indexes"]["post"]["requestBody"]
    schema = create["content"]["application/json"]["schema"]
    assert create["required"]
    assert (schema["required"], schema["additionalProperties"]) == (["name"], False)
    assert schema["properties"]["closed_after_days"]["type"] == ["integer", "null"]
    assert schema["properties"]["bases"]["items"] == {"type": "string"}
    status = document["paths"]["/api/v1/indexes/{index}/projects/{project}/status"]["put"]
    body = status["requestBody"]["content"]["application/json"]["schema"]
    assert "quarantined" in body["properties"]["status"]["enum"]
