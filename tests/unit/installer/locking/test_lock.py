import tomllib

from packaging.pylock import Pylock

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.installer.locking.lock import lock_document, lock_text
from support.memory_index import TARGET, file, metadata, page, resolve, wheel


def test_a_lock_lists_every_file_of_the_chosen_versions_and_is_valid():
    files = [
        wheel("lib", "1.0", "cp312-cp312-win32"),
        wheel("lib", "1.0", requires_python=">=3.9"),
        file("lib-1.0.tar.gz"),
        wheel("lib", "0.9"),
        wheel("lib", "1.0", "py2-none-any", hashes={"md5": "0" * 32}),
    ]
    documents = {one.filename: metadata("lib", "1.0", ["other[x]>=1"]) for one in files}
    other = wheel("other", "1")
    reader = MemoryIndexReader(
        {"lib": page("lib", *files), "other": page("other", other)},
        {**documents, other.filename: metadata("other", "1")},
    )
    resolution = resolve(reader, "lib")
    text = lock_text(lock_document(resolution, ["lib"], target=TARGET, reader=reader))
    again = lock_text(lock_document(resolve(reader, "lib"), ["lib"], target=TARGET, reader=reader))
    assert text == again
    document = tomllib.loads(text)
    Pylock.from_dict(document).validate()
    lib, _ = document["packages"]
    assert [one["name"] for one in lib["wheels"]] == [
        "lib-1.0-cp312-cp312-win32.whl",
        "lib-1.0-py3-none-any.whl",
    ]
    assert lib["sdist"]["name"] == "lib-1.0.tar.gz"
    assert (lib["requires-python"], lib["dependencies"]) == (">=3.9", [{"name": "other"}])
    assert document["tool"]["bodega"]["requirements"] == ["lib"]
    chosen = [wheel.filename for _, wheel in Pylock.from_dict(document).select(environment=TARGET.markers)]
    assert chosen == ["lib-1.0-py3-none-any.whl", "other-1-py3-none-any.whl"]
