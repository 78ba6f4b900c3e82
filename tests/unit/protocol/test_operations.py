"""The table of operations, and requests made from it."""

from bodega.bootstrap.management import REFRESH, RUNS, RUNS_AT_DESK
from bodega.protocol.answers import ANSWERS
from bodega.protocol.operations import BY_NAME, OPERATIONS


def test_every_operation_is_known_everywhere() -> None:
    assert sorted(BY_NAME) == sorted([*RUNS, *RUNS_AT_DESK, REFRESH])
    assert len(BY_NAME) == len(OPERATIONS)
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    assert {one.answer for one in OPERATIONS} <= set(ANSWERS)
    shapes = {field.of for fields in ANSWERS.values() for field in fields if field.of}
    assert shapes <= set(ANSWERS)


def test_acts_on_projects_need_manage_and_the_rest_admin() -> None:
    for operation in OPERATIONS:
        assert operation.scope == (
            "manage" if operation.path.startswith("/indexes/{index}/projects/") else "admin"
        )
