from bodega.formats.names import NormalizedName
from bodega.index.upstream.gathered import Gathered

A, B = NormalizedName("a"), NormalizedName("b")


def test_what_is_learned_is_due_once_some_seconds_after_the_first():
    now = [100.0]
    gathered = Gathered(2.0, lambda: now[0])
    gathered.add(A)
    now[0] = 101.5
    gathered.add(A)
    assert (gathered.has(A), gathered.is_due(A), gathered.has(B), gathered.is_due(B)) == (
        True,
        False,
        False,
        False,
    )
    now[0] = 102.5
    assert [gathered.is_due(A), gathered.is_due(A)] == [True, False]
    assert gathered.has(A)
    gathered.settle(A)
    assert (gathered.has(A), gathered.is_due(A)) == (False, False)
    gathered.add(A)
    assert not gathered.is_due(A)
    now[0] = 110.0
    assert gathered.is_due(A)
