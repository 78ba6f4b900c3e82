"""Members and links of a source distribution."""

import tarfile

import pytest

from bodega.content.sdist_members import global_fault, link_faults, member_fault, path_of


def member(name: str = "a-1/x.py", **changes: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in changes.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    "good",
    [
        member(),
        member(size=9, mode=0o755),
        member("./a-1/x.py"),
        member("a-1/", type=tarfile.DIRTYPE, mode=0o2755),
        member(type=tarfile.SYMTYPE, linkname="y"),
        member(size=9 << 30, pax_headers={"size": str(9 << 30)}),
        member(pax_headers={"mtime": "1.5", "path": "a-1/x.py"}),
    ],
)
def test_good_members(good: tarfile.TarInfo) -> None:
    assert member_fault(good) is None


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (member("../x"), "'..'"),
        (member("/x"), "absolute"),
        (member("a-1/a\nb"), "control"),
        (member("a-1/a\u202eb"), "direction"),
        (member("a-1/" + "d/" * 100), "nested"),
        (member("a-1/" + "x" * 300), "longer"),
        (member(type=tarfile.FIFOTYPE), "neither"),
        (member(type=tarfile.BLKTYPE), "neither"),
        (member(type=b"Z"), "neither"),
        (member(type=tarfile.GNUTYPE_SPARSE), "sparse"),
        (member(sparse=[(0, 1)]), "sparse"),
        (member(size=4, pax_headers={"size": "4"}), "two sizes"),
        (member(type=tarfile.DIRTYPE, size=512), "content"),
        (member(mode=0o4755), "rights"),
        (member(mode=0o2644), "rights"),
    ],
)
def test_bad_members(bad: tarfile.TarInfo, word: str) -> None:
    assert word in (member_fault(bad) or "")


def test_paths_are_as_readers_take_them() -> None:
    assert path_of(member("./a-1/x/")) == "a-1/x"


def test_what_may_hold_for_the_whole_archive() -> None:
    assert global_fault({"comment": "a commit"}) is None
    for key in ("size", "path", "linkpath", "GNU.sparse.major"):
        assert key in (global_fault({key: "1"}) or "")


FOLDERS = {"a-1", "a-1/docs", "a-1/docs/deep"}


@pytest.mark.parametrize(
    "target", ["../PKG-INFO", "other", "./deep/../other", "../docs/deep", "nowhere-yet", "deep/./x"]
)
def test_symbolic_links_inside(target: str) -> None:
    assert list(link_faults({"a-1/docs/link": (target, True)}, {"a-1/PKG-INFO"}, FOLDERS)) == []


@pytest.mark.parametrize("target", ["/etc/passwd", "../..", "../../x", "..\\..\\x", "C:x", "deep/../../../x"])
def test_symbolic_links_out(target: str) -> None:
    (fault,) = link_faults({"a-1/docs/link": (target, True)}, set(), FOLDERS)
    assert "out of the archive" in fault


def test_a_link_through_a_link_and_a_file_below_one() -> None:
    links = {"a-1/here": (".", True), "a-1/out": ("here/../..", True)}
    assert any("through another link" in fault for fault in link_faults(links, set(), {"a-1"}))
    below = link_faults({"a-1/docs": ("x", True)}, {"a-1/docs/x"}, FOLDERS)
    assert any("lie below" in fault for fault in below)


def test_hard_links_are_of_files_in_the_archive() -> None:
    assert list(link_faults({"a-1/y": ("a-1/x", False)}, {"a-1/x"}, {"a-1"})) == []
    for target in ("../../etc/passwd", "a-1/nothing", "/etc/passwd", "a-1"):
        assert list(link_faults({"a-1/y": (target, False)}, {"a-1/x"}, {"a-1"}))
