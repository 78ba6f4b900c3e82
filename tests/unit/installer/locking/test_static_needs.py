from bodega.formats.names import NormalizedName
from bodega.formats.version_order import version_key
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.inputs.project_settings import StaticMetadata
from bodega.installer.locking.static_needs import StaticNeeds
from support.memory_index import page, wheel

LIB = NormalizedName("lib")
PAGE = IndexPage(page("lib", wheel("lib", "1.0"), wheel("lib", "2.0", requires_python="<3")), "i", "f")


def requires(needs: StaticNeeds, version: str) -> tuple[str, ...] | None:
    key = version_key(version)
    assert key is not None
    found = needs.of("lib", key)
    return found.requires_dist if found else None


def test_what_is_said_of_one_version_goes_before_what_is_said_of_all():
    needs = StaticNeeds(
        [
            StaticMetadata(name=LIB, requires_dist=("a",)),
            StaticMetadata(name=LIB, version="1.0", requires_dist=("b",)),
        ]
    )
    assert (requires(needs, "1"), requires(needs, "2")) == (("b",), ("a",))


def test_of_another_version_or_project_nothing_is_said():
    needs = StaticNeeds([StaticMetadata(name=LIB, version="1.0")])
    assert (requires(needs, "1.0.0"), requires(needs, "1.1")) == ((), None)
    assert StaticNeeds([]).of("lib", version_key("1") or ()) is None


def test_the_page_changes_only_where_pythons_are_said():
    assert StaticNeeds([StaticMetadata(name=LIB)]).page(LIB, PAGE) is PAGE
    needs = StaticNeeds([StaticMetadata(name=LIB, version="2", requires_python=">=3.8")])
    changed = needs.page(LIB, PAGE)
    assert [file.requires_python for file in changed.page.files] == [None, ">=3.8"]
    assert changed.fingerprint != PAGE.fingerprint
    assert needs.page(NormalizedName("other"), PAGE) is PAGE
