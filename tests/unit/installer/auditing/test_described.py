"""What components say of themselves."""

from bodega.installer.auditing.components import Component, ComponentFile
from bodega.installer.auditing.described import Shelf, describe
from bodega.installer.indexes.errors import OfflineError


class Reader:
    def __init__(self, kept=None, served=None):
        self.kept, self.served, self.asked = kept or {}, served or {}, []

    def cached_metadata(self, file):
        return self.kept.get(file.filename)

    def metadata(self, file):
        self.asked.append(file.filename)
        if file.filename not in self.served:
            raise OfflineError(file.filename)
        return self.served[file.filename]


def component(*filenames, url="https://f.example/x"):
    files = tuple(
        ComponentFile(filename=name, url=url, hashes={"sha256": name[0] * 64}) for name in filenames
    )
    return Component(name="a", version="1", files=files)


def look(one, reader, tree=lambda _: None, sdist=lambda _: b""):
    (found,) = describe([one], Shelf(reader=lambda: reader, tree=tree, sdist=sdist))
    return found


def test_what_is_kept_is_not_asked_for():
    reader = Reader(kept={"b.whl": b"Name: kept\n"}, served={"a.whl": b"Name: asked\n"})
    assert look(component("a.whl", "b.whl"), reader).metadata["name"] == "kept"
    assert reader.asked == []
    assert look(component("a.whl"), reader).metadata["name"] == "asked"


def test_the_store_goes_first_and_lends_its_folder(tmp_path):
    info = tmp_path / "a-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: stored\n")
    found = look(
        component("a.whl"), Reader(), tree=lambda sha256: str(tmp_path) if sha256 == "a" * 64 else None
    )
    assert found.metadata["name"] == "stored"
    assert found.info.path == str(info)


def test_sources_are_read_and_what_cannot_be_had_is_said():
    assert (
        look(component("a.tar.gz"), Reader(), sdist=lambda _: b"Name: source\n").metadata["name"] == "source"
    )
    failed = look(component("a.whl"), Reader())
    assert (failed.metadata, bool(failed.why)) == ({}, True)
    assert look(component(), Reader()).why == "the lock names no file of it"
