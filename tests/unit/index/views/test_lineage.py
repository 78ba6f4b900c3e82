import pytest

from bodega.index.views.lineage import Lineage, lineage
from bodega.index.views.model import IndexDefinition

MAIN = IndexDefinition(name="main", upstreams=("M",))


def of(name, *definitions):
    return lineage(name, {one.name: one for one in (MAIN, *definitions)})


def index(name, *bases, upstreams=None):
    return IndexDefinition(name=name, bases=bases, upstreams=upstreams)


def test_main_is_itself():
    assert of("main") == Lineage(("main",), ("M",))
    assert lineage("main", {"main": IndexDefinition(name="main", upstreams=())}) == Lineage(("main",), ())


@pytest.mark.parametrize(
    ("upstreams", "read_through"), [(None, ("M",)), ((), ()), (("A", "B"), ("A", "B")), (("M",), ("M",))]
)
def test_without_bases_the_upstream_of_main_is_read_unless_it_is_said_otherwise(upstreams, read_through):
    assert of("dev", index("dev", upstreams=upstreams)) == Lineage(("dev",), read_through)


@pytest.mark.parametrize(
    ("upstreams", "read_through"), [(None, ("M",)), ((), ()), (("A",), ("A", "M")), (("M", "A"), ("M", "A"))]
)
def test_with_bases_their_upstreams_come_after(upstreams, read_through):
    assert of("dev", index("dev", "main", upstreams=upstreams)) == Lineage(("dev", "main"), read_through)


def test_bases_are_read_in_order_each_once():
    stack = (index("a", upstreams=("A",)), index("b", "a", upstreams=()), index("dev", "b", "a", "main"))
    assert of("dev", *stack) == Lineage(("dev", "b", "a", "main"), ("A", "M"))


def test_a_base_that_is_gone_is_passed_over():
    assert of("dev", index("dev", "gone", "main")) == Lineage(("dev", "main"), ("M",))
