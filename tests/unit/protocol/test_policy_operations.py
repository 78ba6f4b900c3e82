"""Policy can be ordered for every index and for one, in the same way."""

from dataclasses import replace

from bodega.protocol.policy_operations import POLICY


def test_each_order_is_there_for_every_index_and_for_one() -> None:
    everywhere = {one.path.removeprefix("/policy"): one for one in POLICY if one.path.startswith("/policy/")}
    of_index = {
        one.path.removeprefix("/indexes/{index}/policy"): one for one in POLICY if "{index}" in one.path
    }
    assert set(of_index) - set(everywhere) == {"", "/projects/{project}"}
    for one in POLICY:
        path = one.path.removeprefix("/policy")
        if one.path.startswith("/policy/"):
            twin = next(
                other
                for other in POLICY
                if (other.path, other.method) == (f"/indexes/{{index}}/policy{path}", one.method)
            )
            same = {"name": one.name, "path": one.path, "summary": one.summary}
            assert replace(twin, **same) == one
            assert twin.name.replace("_index", "") == one.name
    assert {one.scope for one in POLICY} == {"admin"}
