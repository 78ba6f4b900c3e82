from datetime import UTC, datetime

import pytest

from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.index.views.commands import CreateIndex, DeleteIndex
from bodega.index.views.errors import (
    IndexCircularError,
    IndexExistsError,
    IndexInUseError,
    IndexNotFoundError,
    InvalidIndexNameError,
    PrivateBaseError,
)
from bodega.index.views.handlers import create_index, delete_index
from bodega.index.views.model import IndexDefinition

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class House:
    def __init__(self):
        self.state = MemoryState()
        self.begin = BeginMemoryWork(self.state)

    def create(self, name, **fields):
        return create_index(CreateIndex(name=name, by="t", **fields), self.begin, lambda: NOW)

    def delete(self, name):
        delete_index(DeleteIndex(name=name, by="t"), self.begin, lambda: NOW)

    def events(self):
        return [kept.letter.type for kept in self.state.letters.values()]


@pytest.fixture
def house():
    return House()


def test_an_index_is_made_and_told_of(house):
    made = house.create("dev", bases=("main",), is_private=True)
    assert made == IndexDefinition(name="dev", bases=("main",), is_private=True)
    assert (house.state.indexes, house.events()) == ({"dev": made}, ["views.index-created.v1"])
    assert house.state.epoch == 1


@pytest.mark.parametrize("name", ["", "Dev", "a_b", "-a", "a-", "a/b", "a@1", "a" * 65, "é"])
def test_names_that_would_need_care_are_refused(house, name):
    with pytest.raises(InvalidIndexNameError):
        house.create(name)


def test_what_cannot_stand_is_refused_and_changes_nothing(house):
    house.create("dev")
    house.create("secret", is_private=True)
    epoch = house.state.epoch
    for error, name, bases in (
        (IndexExistsError, "dev", ()),
        (IndexExistsError, "main", ()),
        (IndexNotFoundError, "new", ("none",)),
        (IndexCircularError, "new", ("new",)),
        (PrivateBaseError, "new", ("secret",)),
    ):
        with pytest.raises(error):
            house.create(name, bases=bases)
    assert (sorted(house.state.indexes), house.state.epoch) == (["dev", "secret"], epoch)
    assert house.create("above", bases=("secret",), is_private=True).is_private


def test_an_index_that_nothing_needs_is_removed(house):
    house.create("dev")
    house.create("above", bases=("dev",))
    for error, name in (
        (IndexInUseError, "dev"),
        (IndexInUseError, "main"),
        (IndexNotFoundError, "none"),
    ):
        with pytest.raises(error):
            house.delete(name)
    house.delete("above")
    house.delete("dev")
    assert house.state.indexes == {}
    assert house.events()[-1] == "views.index-deleted.v1"
