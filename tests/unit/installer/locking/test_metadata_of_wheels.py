from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.formats.names import NormalizedName
from bodega.installer.locking.metadata_of_wheels import MetadataOfWheels
from bodega.installer.locking.ports import BuiltWheel, Source
from support.memory_index import file, metadata, page, wheel


class Building:
    """Implements ``Builder``: tells what it was asked for."""

    def metadata(self, source: Source) -> bytes:
        return f"built {source.filename}".encode()

    def wheel(self, source: Source) -> BuiltWheel:
        return BuiltWheel(source.filename, "lib-1-py3-none-any.whl", "0" * 64)


def asked(version: str, **fields: object) -> bytes:
    windows = wheel("lib", "1.0", "cp311-cp311-win_amd64")
    reader = MemoryIndexReader(
        {"lib": page("lib", windows, file("lib-1.0.tar.gz"), file("lib-2.0.tar.gz"))},
        {windows.filename: metadata("lib", "1.0", ["needed"])},
    )
    source = Source(
        url="https://files.example.org/lib.tar.gz",
        filename="lib.tar.gz",
        name=NormalizedName("lib"),
        version=version,
        **fields,  # type: ignore[arg-type]
    )
    builder = MetadataOfWheels(reader, Building())
    assert builder.wheel(source).path == "lib.tar.gz"
    return builder.metadata(source)


def test_a_wheel_of_another_platform_tells_what_a_source_requires():
    assert b"Requires-Dist: needed" in asked("1.0")
    assert b"Requires-Dist: needed" in asked("1")


def test_without_such_a_wheel_and_for_what_no_index_has_the_source_is_built():
    assert asked("2.0") == b"built lib.tar.gz"
    assert asked("1.0", path="/somewhere/lib.tar.gz") == b"built lib.tar.gz"
