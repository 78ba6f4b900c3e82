"""Advisories from folders, archives and files, kept in a form that loads fast."""

import io
import json
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bodega.installer.auditing.errors import AdvisoriesUnreadableError, NoAdvisoriesError
from bodega.installer.auditing.osv_database import OsvDatabase, open_osv
from bodega.installer.auditing.osv_files import MOST_BYTES_EACH, advisory_files
from support.memory_index import MemoryCache


def advisory(name: str, project: str = "some", **changes: Any) -> dict[str, Any]:
    affected = [{"package": {"ecosystem": "PyPI", "name": project}, "versions": ["1.0"]}]
    return {"id": name, "affected": affected, **changes}


def text(*args: Any, **changes: Any) -> str:
    return json.dumps(advisory(*args, **changes))


def ids(database: OsvDatabase, project: str = "some") -> list[str]:
    return sorted(one.id for one in database.about(project))


def test_a_folder_with_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "a.json").write_text(text("A-1"))
    (tmp_path / "b.json").write_text(text("B-1", "other"))
    (tmp_path / "README.md").write_text("no advisory")
    database = open_osv(str(tmp_path), MemoryCache())
    assert (ids(database), ids(database, "other"), ids(database, "third")) == (["A-1"], ["B-1"], [])
    assert (database.count, database.remarks) == (2, ())


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "tar.xz"])
def test_archives(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"all.{form}"
    # Names inside lead nowhere, as nothing is unpacked.
    members = {"A-1.json": text("A-1"), "../../outside.json": text("B-1"), "x.yaml": "id: x"}
    if form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(path, f"w:{form[4:]}") as tar:
            for name, content in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content.encode()))
            link = tarfile.TarInfo("link.json")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
    database = open_osv(str(path), MemoryCache())
    assert ids(database) == ["A-1", "B-1"]
    assert database.remarks == ("'x.yaml' was passed over: OSV is read as JSON, and it is YAML",)
    assert os.listdir(tmp_path) == [path.name]


def test_one_file_of_one_or_many(tmp_path: Path) -> None:
    for number, content in enumerate(
        (advisory("A-1"), [advisory("A-1")], {"vulns": [advisory("A-1"), {"id": 7}]})
    ):
        path = tmp_path / f"{number}"
        path.write_text(json.dumps(content))
        assert ids(open_osv(str(path), MemoryCache())) == ["A-1"]


def test_what_is_kept_is_used_until_something_changes(tmp_path: Path) -> None:
    cache = MemoryCache()
    path = tmp_path / "a.json"
    path.write_text(text("A-1"))
    open_osv(str(tmp_path), cache)
    (key,) = cache.kept
    kept = cache.kept[key]
    assert ids(open_osv(str(tmp_path), cache)) == ["A-1"]
    assert cache.kept[key] is kept, "nothing was read again"
    path.write_text(text("A-2 is longer".replace(" ", "-")))
    assert ids(open_osv(str(tmp_path), cache)) == ["A-2-is-longer"]
    for rubbish in (b"", b"\xff" * 40, kept[:-20], kept[:12]):
        cache.kept[key] = rubbish
        assert ids(open_osv(str(tmp_path), cache)) == ["A-2-is-longer"]


def test_hostile_files_are_passed_over_with_a_remark(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(text("A-1"))
    (tmp_path / "huge.json").touch()
    os.truncate(tmp_path / "huge.json", MOST_BYTES_EACH + 1)
    (tmp_path / "nested.json").write_text("[" * 100_000)
    (tmp_path / "wrong.json").write_text(text("W-1", affected={"a": 1}))
    (tmp_path / "no\njson.json").write_bytes(b"\xff\xfe")
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.json")
    database = open_osv(str(tmp_path), MemoryCache())
    assert ids(database) == ["A-1"]
    assert database.passed_over == 4
    assert [remark.partition(" was")[0] for remark in database.remarks] == [
        "'huge.json'",
        "'nested.json'",
        "'no\\njson.json'",
        "'wrong.json'",
    ]


def test_remarks_are_few(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(text("A-1"))
    for number in range(30):
        (tmp_path / f"{number}.json").write_text("{}")
    database = open_osv(str(tmp_path), MemoryCache())
    assert len(database.remarks) == 11
    assert database.remarks[-1] == "20 more were passed over"


def test_a_bomb_in_an_archive_is_passed_over(tmp_path: Path) -> None:
    size = MOST_BYTES_EACH + 1
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", b" " * size)
        archive.writestr("good.json", text("A-1"))
    content = path.read_bytes()
    database = open_osv(str(path), MemoryCache())
    assert (ids(database), database.passed_over) == (["A-1"], 1)
    # One that lies about its size is read no further than the bound, too.
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (5_000).to_bytes(4, "little")))
    assert ids(open_osv(str(path), MemoryCache())) == ["A-1"]


@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"PK\x03\x04 broken", b"\x1f\x8b broken", b"\xfd7zXZ\x00 broken"]
)
def test_what_is_no_database_is_a_failure_and_never_clean(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all"
    path.write_bytes(content)
    with pytest.raises((AdvisoriesUnreadableError, NoAdvisoriesError)):
        open_osv(str(path), MemoryCache())


@pytest.mark.parametrize("form", ["", "gz", "xz", "bz2"])
def test_an_archive_that_breaks_off_is_no_answer(tmp_path: Path, form: str) -> None:
    path = tmp_path / "all"
    with tarfile.open(path, f"w:{form}") as tar:
        for number in range(50):
            content = text(f"A-{os.urandom(200).hex()[:100]}-{number}").encode()
            info = tarfile.TarInfo(f"{number}.json")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    whole = path.read_bytes()
    assert open_osv(str(path), MemoryCache()).count == 50
    # Between two members, too, where nothing of the archive's own form is missing but its end.
    cuts = (30, 1000, len(whole) // 2) if form else (len(whole) - 1024 * 20, len(whole) // 2)
    for cut in cuts:
        path.write_bytes(whole[:-cut])
        with pytest.raises((AdvisoriesUnreadableError, NoAdvisoriesError)):
            open_osv(str(path), MemoryCache())


def test_nothing_there_and_nothing_of_python(tmp_path: Path) -> None:
    with pytest.raises(AdvisoriesUnreadableError):
        open_osv(str(tmp_path / "gone"), MemoryCache())
    with pytest.raises(NoAdvisoriesError):
        open_osv(str(tmp_path), MemoryCache())
    (tmp_path / "npm.json").write_text(
        text("N-1", affected=[{"package": {"ecosystem": "npm", "name": "left-pad"}}])
    )
    with pytest.raises(NoAdvisoriesError) as caught:
        open_osv(str(tmp_path), MemoryCache())
    assert caught.value.why == "it has 1 advisories on others"


def test_there_is_a_bound_on_all_of_it(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.json").write_text(text(f"A-{number}"))
    assert len(list(advisory_files(str(tmp_path), most=6).documents())) == 6
    with pytest.raises(AdvisoriesUnreadableError):
        advisory_files(str(tmp_path), most=5)
