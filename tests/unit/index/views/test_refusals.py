from datetime import timedelta

from bodega.formats.names import NormalizedName
from bodega.index.views.policy_commands import NoteRefusal
from bodega.index.views.refusals import MOST_A_MINUTE, SAME, Refusals
from support.policies import NOW


def refusal(number):
    return NoteRefusal(
        index="main", project=NormalizedName("a"), filename=f"a-{number}.tar.gz", code="E-X", rule="deny a"
    )


class Told:
    def __init__(self):
        self.now = NOW
        self.told = []
        self.refusals = Refusals(self.told.append, lambda: self.now)


def test_the_same_refusal_is_told_once_in_a_while():
    one = Told()
    for _ in range(3):
        one.refusals(refusal(1))
    one.refusals(refusal(2))
    assert one.told == [refusal(1), refusal(2)]
    one.now += SAME
    one.refusals(refusal(1))
    assert one.told == [refusal(1), refusal(2), refusal(1)]


def test_not_more_than_so_many_are_told_in_a_minute():
    one = Told()
    for number in range(MOST_A_MINUTE + 20):
        one.refusals(refusal(number))
    assert len(one.told) == MOST_A_MINUTE
    one.now += timedelta(minutes=1)
    one.refusals(refusal(MOST_A_MINUTE + 1))
    assert one.told[-1] == refusal(MOST_A_MINUTE + 1)
