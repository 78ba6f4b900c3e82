from bodega.installer.locking.kept_needs import KeptNeeds
from bodega.installer.locking.offers import IMPOSSIBLE
from bodega.resolution.ports import Wanted
from support.memory_index import TARGET, MemoryCache, metadata, wheel

FILE = wheel("lib", "1")


def test_needs_by_extra_and_kept():
    cache = MemoryCache()
    document = metadata(
        "lib",
        "1",
        ["a[x, y]>=1", "b; extra == 'Fast_er'", "c; extra == 'undeclared'", "d; os_name == 'nt'"],
        "Provides-Extra: fast-er\nProvides-Extra: empty\n",
    )
    needs = KeptNeeds(TARGET, cache).read("lib", FILE, document)
    text = "a[x, y]>=1"
    assert needs == {
        "": (Wanted("a", ">=1", text), Wanted("a[x]", ">=1", text), Wanted("a[y]", ">=1", text)),
        "fast-er": (Wanted("b", "", "b; extra == 'Fast_er'"),),
        "undeclared": (Wanted("c", "", "c; extra == 'undeclared'"),),
        "empty": (),
    }
    assert KeptNeeds(TARGET, cache).get(FILE) == needs
    assert KeptNeeds(TARGET, cache).get(wheel("lib", "2")) is None
    cache.kept = dict.fromkeys(cache.kept, b"damaged")
    assert KeptNeeds(TARGET, cache).get(FILE) is None


def test_a_wheel_for_another_python_cannot_be():
    document = metadata("lib", "1", ["a"], "Requires-Python: >=3.12\n")
    assert KeptNeeds(TARGET, MemoryCache()).read("lib", FILE, document) == {
        "": (Wanted("lib", IMPOSSIBLE, "Python >=3.12"),)
    }
