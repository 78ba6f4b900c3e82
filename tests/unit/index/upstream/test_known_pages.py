from bodega.adapters.memory.marks import MemoryMarks
from bodega.formats.names import NormalizedName
from bodega.index.upstream.known_pages import KnownPage, KnownPages

FLASK = NormalizedName("flask")


def test_absence_ends_by_itself_and_by_the_page():
    known = KnownPages(MemoryMarks())
    known.put_absent(FLASK, 10.0, 0)
    assert known.is_absent(FLASK, 9.9)
    assert not known.is_absent(FLASK, 10.1)
    known.put(FLASK, KnownPage("f", 1.0, 0))
    assert not known.is_absent(FLASK, 9.9)
    known.put_absent(FLASK, 10.0, 0)
    assert known.page(FLASK) is None


def test_both_are_bounded():
    known = KnownPages(MemoryMarks(), most_pages=3, most_absent=3)
    for number in range(5):
        known.put(NormalizedName(f"p{number}"), KnownPage("f", 1.0, 0))
        known.put_absent(NormalizedName(f"a{number}"), 10.0, 0)
    assert [known.page(NormalizedName(f"p{number}")) is not None for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert [known.is_absent(NormalizedName(f"a{number}"), 1.0) for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_what_another_process_changed_is_forgotten():
    marks = MemoryMarks()
    known = KnownPages(marks)
    known.put(FLASK, KnownPage("f", 1.0, marks.of(FLASK)))
    marks.move(FLASK)
    assert known.page(FLASK) is None
    known.put_absent(FLASK, 10.0, marks.of(FLASK))
    assert known.is_absent(FLASK, 1.0)
    marks.move(FLASK)
    assert not known.is_absent(FLASK, 1.0)
