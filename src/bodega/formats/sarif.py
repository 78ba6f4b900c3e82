"""Results of an analysis as SARIF 2.1.0 (OASIS), as code hosts take them in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One fault: its rule (``id``), a sentence on this place, and what is known of the rule.

    ``level`` is ``error``, ``warning`` or ``note``; ``score`` that of CVSS. ``suppressed`` is why it does not
    count, ``None`` where it does. ``key`` tells it from others of its rule, run for run.
    """

    id: str
    message: str
    title: str
    level: str
    key: str
    score: float | None = None
    url: str = ""
    suppressed: str | None = None


def sarif(results: Sequence[Result], *, place: str, tool: str, version: str) -> dict[str, Any]:
    """The log of one run; ``place`` is the path of the file that the results are about."""
    rules = {one.id: _rule(one) for one in results}
    at = {name: number for number, name in enumerate(rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": tool, "version": version, "rules": list(rules.values())}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, at[one.id], place) for one in results],
            }
        ],
    }


def _rule(one: Result) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": one.id,
        "shortDescription": {"text": one.title or one.id},
        "defaultConfiguration": {"level": one.level},
        "properties": {"tags": ["security"]},
    }
    if one.url:
        rule["helpUri"] = one.url
    if one.score is not None:
        rule["properties"]["security-severity"] = f"{one.score:.1f}"
    return rule


def _result(one: Result, rule: int, place: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.id,
        "ruleIndex": rule,
        "level": one.level,
        "message": {"text": one.message},
        "locations": _locations(place),
        "partialFingerprints": {"release/v1": one.key},
    }
    if one.suppressed is not None:
        result["suppressions"] = [{"kind": "external", "justification": one.suppressed}]
    return result


def _locations(place: str) -> Iterable[dict[str, Any]]:
    from urllib.parse import quote  # noqa: PLC0415

    file = {"uri": quote(place.replace("\\", "/"))}
    return [{"physicalLocation": {"artifactLocation": file, "region": {"startLine": 1}}}]
