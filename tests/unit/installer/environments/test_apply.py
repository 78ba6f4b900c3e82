"""Plans carried out on real environments: what is there afterwards, and that failures change nothing."""

import base64
import csv
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.environments.apply import Applied, apply
from bodega.installer.environments.creation import create
from bodega.installer.environments.errors import (
    EnvironmentUnwritableError,
    FileOwnedError,
    NoRecordError,
    TreeMissingError,
)
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import plan, removal
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store
from support.environments import snapshot, unfinished

Put = Callable[..., Selected]

CONSOLE = {"entry_points.txt": b"[console_scripts]\nsample-run = sample:main\n"}
PROGRAM = {"sample.py": b"def main():\n    print('ran')\n    return 3\n"}


def install(environment: Interpreter, store: Store, *selected: Selected, **options: object) -> Applied:
    options.setdefault("compile", "never")
    return apply(environment, plan(selected, scan(environment)), store, **options)  # type: ignore[arg-type]


def uninstall(environment: Interpreter, store: Store, *names: str) -> Applied:
    installed = scan(environment)
    return apply(environment, removal(installed[NormalizedName(name)] for name in names), store)


def site(environment: Interpreter) -> Path:
    return Path(environment.scheme.purelib)


def run(environment: Interpreter, code: str) -> str:
    done = subprocess.run(
        [environment.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def assert_true_record(environment: Interpreter, name: str) -> None:
    """RECORD lists exactly the files, each with its hash and size."""
    distribution = scan(environment)[NormalizedName(name)]
    listed = set()
    for path, hashed, size in csv.reader((distribution.read("RECORD") or b"").decode().splitlines()):
        full = (site(environment) / path).resolve()
        assert full.is_file(), path
        listed.add(full)
        if hashed:
            content = full.read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (hashed, size) == (f"sha256={digest}", str(len(content))), path
    inside = {path.resolve() for path in Path(distribution.path).rglob("*") if path.is_file()}
    assert inside <= listed


def test_what_is_installed_can_be_imported_and_run(environment, store, put: Put) -> None:
    applied = install(environment, store, put(files=PROGRAM, extra_info=CONSOLE))
    assert (applied.installed, applied.removed, applied.copied) == (1, 0, 0)
    assert run(environment, "import sample; print(sample.main.__name__)") == "main"
    done = subprocess.run(
        [f"{environment.scheme.scripts}/sample-run"], capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (3, "ran\n")
    assert scan(environment)["sample"].installer == "bodega"
    assert_true_record(environment, "sample")


def test_files_are_the_stores_own_and_read_only(environment, store, put: Put) -> None:
    one = put()
    install(environment, store, one)
    installed = site(environment) / "sample.py"
    tree = store.tree(one.hashes["sha256"])
    assert tree is not None
    assert installed.samefile(f"{tree.files}/sample.py")
    assert installed.stat().st_mode & 0o222 == 0


def test_copies_are_writable_and_not_the_stores(environment, store, put: Put) -> None:
    one = put()
    applied = install(environment, store, one, link_mode="copy")
    installed = site(environment) / "sample.py"
    assert applied.linked == 0
    assert installed.stat().st_nlink == 1
    assert installed.stat().st_mode & 0o200
    installed.write_text("ANSWER = 43\n")
    assert store.verify().damage == ()


def test_an_uninstall_leaves_nothing(environment, store, put: Put) -> None:
    before = snapshot(environment.prefix)
    data = {"sample-1.0.data/data/share/sample/a.txt": b"x", "sample-1.0.data/headers/s.h": b"y"}
    install(environment, store, put(files={**PROGRAM, **data}, extra_info=CONSOLE), put("other"))
    run(environment, "import sample")
    assert "a.txt" in os.listdir(f"{environment.prefix}/share/sample")
    assert_true_record(environment, "sample")
    uninstall(environment, store, "sample", "other")
    assert snapshot(environment.prefix) == before


def test_an_uninstall_leaves_what_is_not_its_own(environment, store, put: Put) -> None:
    install(
        environment, store, put(files={"space/a.py": b"A = 1\n"}), put("other", files={"space/b.py": b""})
    )
    (site(environment) / "space" / "mine.txt").write_text("notes")
    uninstall(environment, store, "sample")
    assert sorted(os.listdir(site(environment) / "space")) == ["b.py", "mine.txt"]


def test_compiled_files_go_with_their_sources(environment, store, put: Put) -> None:
    install(
        environment, store, put(files={"space/a.py": b"A = 1\n"}), put("other", files={"space/b.py": b""})
    )
    cache = site(environment) / "space" / "__pycache__"
    cache.mkdir()
    for name in ("a.cpython-311.pyc", "b.cpython-311.pyc"):
        (cache / name).write_bytes(b"")
    uninstall(environment, store, "sample")
    assert os.listdir(cache) == ["b.cpython-311.pyc"]


def test_an_upgrade_replaces_and_removes(environment, store, put: Put) -> None:
    old = put(files={"sample/__init__.py": b"V = 1\n", "sample/gone.py": b""})
    install(environment, store, old)
    (site(environment) / "sample" / "kept.txt").write_text("mine")
    new = put(version="2.0", files={"sample/__init__.py": b"V = 2\n", "sample/new.py": b""})
    applied = install(environment, store, new)
    assert (applied.installed, applied.removed) == (1, 1)
    assert sorted(os.listdir(site(environment) / "sample")) == ["__init__.py", "kept.txt", "new.py"]
    assert [(one.name, one.version) for one in scan(environment).values()] == [("sample", "2.0")]
    assert run(environment, "import sample; print(sample.V)") == "2"


def test_a_folder_may_become_a_file_and_back(environment, store, put: Put) -> None:
    folder, file = put(files={"thing/__init__.py": b""}), put(version="2", files={"thing": b"x"})
    for one in (folder, file, folder):
        install(environment, store, one)
        assert (site(environment) / "thing").is_dir() == (one is folder)
        assert_true_record(environment, "sample")


def test_a_file_of_another_distribution_is_refused_and_nothing_changes(environment, store, put: Put) -> None:
    install(environment, store, put("first", files={"shared/mod.py": b"first\n"}))
    before = snapshot(environment.prefix)
    second = put("second", files={"own/a.py": b"", "shared/mod.py": b"second\n"})
    with pytest.raises(FileOwnedError) as refused:
        install(environment, store, second)
    assert (refused.value.wanted_by, refused.value.owner) == ("second", "first")
    assert refused.value.path.endswith("shared/mod.py")
    assert snapshot(environment.prefix) == before
    assert unfinished(environment.state) == []


def test_two_new_distributions_that_claim_one_path_are_refused(environment, store, put: Put) -> None:
    before = snapshot(environment.prefix)
    pair = put("first", files={"mod.py": b"first\n"}), put("second", files={"mod.py": b"second\n"})
    with pytest.raises(FileOwnedError) as refused:
        install(environment, store, *pair)
    assert {refused.value.wanted_by, refused.value.owner} == {"first", "second"}
    assert snapshot(environment.prefix) == before


def test_equal_content_may_be_shared_and_goes_with_its_last_owner(environment, store, put: Put) -> None:
    first, second = (put(name, files={"space/__init__.py": b"# both\n"}) for name in ("first", "second"))
    install(environment, store, first)
    install(environment, store, second)
    uninstall(environment, store, "first")
    assert (site(environment) / "space" / "__init__.py").exists()
    uninstall(environment, store, "second")
    assert not (site(environment) / "space").exists()


def test_a_file_of_nobody_is_not_overwritten(environment, store, put: Put) -> None:
    (site(environment) / "sample.py").write_text("precious")
    with pytest.raises(FileOwnedError) as refused:
        install(environment, store, put())
    assert refused.value.owner is None
    assert (site(environment) / "sample.py").read_text() == "precious"


@pytest.mark.parametrize("name", ["python", "python3", "activate", "python3.99"])
def test_the_environments_own_programs_are_never_replaced(environment, store, put: Put, name: str) -> None:
    before = snapshot(environment.prefix)
    scripts = {"entry_points.txt": f"[console_scripts]\n{name} = sample:main\n".encode()}
    with pytest.raises(FileOwnedError):
        install(environment, store, put(extra_info=scripts))
    data = {f"sample-2.0.data/data/bin/{name}": b"evil"}
    with pytest.raises(FileOwnedError):
        install(environment, store, put(version="2.0", files=data))
    assert snapshot(environment.prefix) == before


def test_a_hostile_record_takes_nothing_of_others(environment, store, put: Put, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    install(environment, store, put("good"), put())
    record = Path(scan(environment)["sample"].path) / "RECORD"
    rows = ("../../../bin/activate", "../../../bin/python", "../../../pyvenv.cfg", "good.py", str(outside))
    record.write_text(
        record.read_text() + "".join(f"{row},,\n" for row in (*rows, "../../../../outside.txt"))
    )
    uninstall(environment, store, "sample")
    assert outside.exists()
    assert run(environment, "import good; print(good.ANSWER)") == "42"
    assert os.path.exists(f"{environment.scheme.scripts}/activate")


def test_links_out_of_the_environment_are_not_followed(environment, store, put: Put, tmp_path: Path) -> None:
    install(environment, store, put(files={"space/a.py": b"A = 1\n"}))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.py").write_text("precious")
    space = site(environment) / "space"
    (space / "a.py").unlink()
    space.rmdir()
    space.symlink_to(tmp_path / "elsewhere")
    uninstall(environment, store, "sample")
    assert (tmp_path / "elsewhere" / "a.py").read_text() == "precious"


def test_without_a_record_nothing_is_removed(environment, store, put: Put) -> None:
    install(environment, store, put())
    (Path(scan(environment)["sample"].path) / "RECORD").unlink()
    before = snapshot(environment.prefix)
    with pytest.raises(NoRecordError):
        uninstall(environment, store, "sample")
    assert snapshot(environment.prefix) == before


def test_a_tree_that_is_not_there_is_said(environment, store, put: Put) -> None:
    absent = replace(put(), hashes={"sha256": "0" * 64})
    with pytest.raises(TreeMissingError):
        install(environment, store, absent)


def test_a_rename_that_fails_undoes_the_ones_before(environment, store, put: Put) -> None:
    install(environment, store, put("aaa"), put(files={"zzz/mod.py": b""}))
    before = snapshot(environment.prefix)
    with immovable(site(environment) / "zzz"):
        with pytest.raises(EnvironmentUnwritableError):
            uninstall(environment, store, "aaa", "sample")
        assert snapshot(environment.prefix).keys() == before.keys()
        assert unfinished(environment.state) == []
    uninstall(environment, store, "aaa", "sample")
    assert os.listdir(site(environment)) == []


@contextmanager
def immovable(folder: Path) -> Iterator[None]:
    """A folder that cannot be renamed, by whoever runs the tests."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
    elif subprocess.run(["chattr", "+i", str(folder)], check=False, capture_output=True).returncode:
        pytest.skip("root, and a file system without immutable folders")
    try:
        yield
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", str(folder)], check=True)
        else:
            folder.chmod(0o755)


def test_scripts_of_a_wheel_get_the_interpreter(environment, store, put: Put) -> None:
    files = {
        "sample-1.0.data/scripts/one": b"#!python\nprint('one')\n",
        "sample-1.0.data/scripts/two": b"#!/bin/sh\necho two\n",
    }
    install(environment, store, put(files=files))
    for name in ("one", "two"):
        done = subprocess.run(
            [f"{environment.scheme.scripts}/{name}"], capture_output=True, check=True, text=True
        )
        assert done.stdout == f"{name}\n"
    assert_true_record(environment, "sample")


def test_what_was_asked_for_is_noted(environment, store, put: Put) -> None:
    url = {"url": "https://user:secret@example.org/sample.whl", "archive_info": {}}
    install(environment, store, replace(put(), requested=True, direct_url=url), put("other"))
    installed = scan(environment)
    assert installed["sample"].requested
    assert not installed["other"].requested
    assert installed["sample"].direct_url == {"url": "https://example.org/sample.whl", "archive_info": {}}
    assert_true_record(environment, "sample")


def test_bytecode_is_compiled_once_and_linked_into_later_environments(
    environment, store, base, put: Put, tmp_path: Path
) -> None:
    one = put(files={"sample/__init__.py": b"A = 1\n", "sample/bad.py": b"print 'two'\n"})
    install(environment, store, one, compile="behind")
    assert store.wait_for_bytecode(30)
    compiled = f"__init__.{environment.cache_tag}.pyc"
    first = site(environment) / "sample" / "__pycache__"
    assert os.listdir(first) == [compiled]
    second = create(str(tmp_path / "second"), base, store)
    install(second, store, one, compile="behind")
    assert store.wait_for_bytecode(30)
    assert (site(second) / "sample" / "__pycache__" / compiled).samefile(first / compiled)
    # Python takes it as it is: a stale one would be written anew.
    assert run(second, "import sample; print(sample.A)") == "1"
    assert (site(second) / "sample" / "__pycache__" / compiled).samefile(first / compiled)
    assert_true_record(second, "sample")
    uninstall(second, store, "sample")
    assert os.listdir(site(second)) == []
    assert store.verify().damage == ()


def test_no_bytecode_comes_where_none_is_wanted(environment, store, base, put: Put, tmp_path: Path) -> None:
    one = put(files={"sample/__init__.py": b"A = 1\n"})
    install(environment, store, one, compile="now")
    second = create(str(tmp_path / "second"), base, store)
    install(second, store, one, compile="never")
    assert os.listdir(site(second) / "sample") == ["__init__.py"]


@pytest.mark.parametrize("link_mode", ["hardlink", "copy"])
def test_bytecode_compiled_at_once_is_there_and_valid(environment, store, put: Put, link_mode: str) -> None:
    one = put(files={"sample/__init__.py": b"A = 1\n"})
    install(environment, store, one, compile="now", link_mode=link_mode)
    pyc = site(environment) / "sample" / "__pycache__" / f"__init__.{environment.cache_tag}.pyc"
    before = pyc.stat().st_ino
    assert run(environment, "import sample; print(sample.__cached__)") == str(pyc)
    assert pyc.stat().st_ino == before


def all_files(folders: Iterable[str]) -> set[str]:
    return {
        os.path.join(path, name) for folder in folders for path, _, names in os.walk(folder) for name in names
    }


def test_the_store_stays_as_it_is(environment, store, put: Put) -> None:
    install(environment, store, put(files=PROGRAM, extra_info=CONSOLE), compile="now")
    before = all_files([store.layout.trees, store.layout.bytecode])
    uninstall(environment, store, "sample")
    assert all_files([store.layout.trees, store.layout.bytecode]) == before
    assert store.verify().damage == ()
