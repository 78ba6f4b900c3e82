"""Requests made from an operation."""

from bodega.protocol.operations import BY_NAME


def test_values_go_where_the_operation_says() -> None:
    values = {"index": "main", "project": "a b", "version": "1.0+x/y", "reason": "so & so", "file": "f"}
    yank = BY_NAME["yank_release"]
    assert yank.target(values) == "/api/v1/indexes/main/projects/a%20b/releases/1.0%2Bx%2Fy/yank"
    assert yank.content(values) == {"reason": "so & so", "file": "f"}
    delete = BY_NAME["delete_release"]
    assert delete.target(values) == (
        "/api/v1/indexes/main/projects/a%20b/releases/1.0%2Bx%2Fy?reason=so+%26+so&file=f"
    )
    assert delete.content(values) is None
    assert BY_NAME["unyank_release"].content({}) == {}
    assert BY_NAME["list_audit"].target({"limit": 3}) == "/api/v1/audit?limit=3"
