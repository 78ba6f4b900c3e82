"""The table of operations, and requests made from it."""

from bodega.bootstrap.management import RUNS
from bodega.protocol.answers import ANSWERS
from bodega.protocol.operations import BY_NAME, OPERATIONS


def test_every_operation_is_known_everywhere() -> None:
    assert set(BY_NAME) == set(RUNS)
    assert len(BY_NAME) == len(OPERATIONS)
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    assert {one.answer for one in OPERATIONS} <= set(ANSWERS)
    shapes = {field.of for fields in ANSWERS.values() for field in fields if field.of}
    assert shapes <= set(ANSWERS)


def test_acts_on_projects_need_manage_and_the_rest_admin() -> None:
    for operation in OPERATIONS:
        assert operation.scope == ("manage" if "/projects/" in operation.path else "admin")


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
