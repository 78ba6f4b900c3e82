"""The store: trees that are whole, verified, read-only, shared and never half there."""

import hashlib
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bodega.content.wheel_archive import WheelError
from bodega.installer.store.errors import StoreFullError, StoreUnwritableError
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree
from bodega.installer.store.unpacking import content_mtime
from support.distributions import write_wheel
from support.environments import leftovers
from support.hostile_wheels import INFO, NAME, wheel
from support.raw_zip import DEFLATED, member

BIG = bytes(range(256)) * 8192


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def add(store: Store, path: Path) -> Tree:
    return store.add_wheel(str(path), sha256(path), path.name)


def test_a_wheel_becomes_a_tree_with_its_content(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, files={"pkg/__init__.py": b"", "pkg/data.bin": BIG})
    with Store(str(tmp_path / "store")) as store:
        assert store.tree(sha256(path)) is None
        tree = add(store, path)
        assert store.tree(sha256(path)) == tree
    assert (Path(tree.files) / "pkg/data.bin").read_bytes() == BIG
    assert {file.path: file.size for file in tree.digests()}["pkg/data.bin"] == len(BIG)
    assert tree.manifest.name == "sample"
    assert path.exists()
    assert leftovers(store) == []


def test_nothing_in_a_tree_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(
        wheel(member("pkg/sub/a.py", b""), member("evil-1.0.data/scripts/run", b"#!", mode=0o100777))
    )
    with Store(str(tmp_path / "store")) as store:
        tree = add(store, path)
    modes = {
        os.path.relpath(os.path.join(folder, name), tree.path): stat.S_IMODE(
            os.lstat(f"{folder}/{name}").st_mode
        )
        for folder, folders, names in os.walk(tree.path)
        for name in (*folders, *names)
    }
    assert modes["files/pkg/sub"] == modes["files/evil-1.0.data/scripts/run"] == 0o555
    assert modes["files/pkg/sub/a.py"] == modes[f"files/{INFO}/RECORD"] == 0o444
    assert stat.S_IMODE(os.stat(tree.path).st_mode) == 0o555
    assert all(mode & 0o222 == 0 for name, mode in modes.items() if name.startswith("files"))


def test_the_mtime_follows_from_the_content(tmp_path: Path) -> None:
    one = write_wheel(tmp_path, "one", files={"same.py": b"same\n", "other.py": b"one!\n"})
    two = write_wheel(tmp_path, "two", files={"same.py": b"same\n", "other.py": b"two!\n"})
    with Store(str(tmp_path / "store")) as store:
        trees = [add(store, path) for path in (one, two)]
    same = {os.stat(f"{tree.files}/same.py").st_mtime for tree in trees}
    other = {os.stat(f"{tree.files}/other.py").st_mtime for tree in trees}
    assert same == {content_mtime(hashlib.sha256(b"same\n").digest())}
    assert len(other) == 2


def test_equal_contents_of_a_project_are_kept_once(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        trees = [
            add(
                store,
                write_wheel(tmp_path, version=version, files={"a.bin": BIG, "b.bin": BIG, "tiny": b"x"}),
            )
            for version in ("1.0", "1.1")
        ]
        other = add(store, write_wheel(tmp_path, "other", files={"a.bin": BIG}))
    inodes = {os.stat(f"{tree.files}/{name}").st_ino for tree in trees for name in ("a.bin", "b.bin")}
    assert len(inodes) == 1
    assert os.stat(f"{other.files}/a.bin").st_ino not in inodes
    assert os.stat(f"{trees[0].files}/tiny").st_nlink == 1


def test_a_content_that_was_changed_is_not_shared_on(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        first = Path(add(store, write_wheel(tmp_path, version="1.0", files={"a.bin": BIG})).files) / "a.bin"
        first.chmod(0o644)
        first.write_bytes(BIG[:-1] + b"!")
        second = add(store, write_wheel(tmp_path, version="1.1", files={"a.bin": BIG}))
    assert (Path(second.files) / "a.bin").read_bytes() == BIG


def test_downloads_are_moved_in_and_kept(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        path = write_wheel(tmp_path)
        digest = sha256(path)
        incoming = Path(store.incoming()) / "part"
        path.rename(incoming)
        store.add_wheel(str(incoming), digest, path.name)
        kept = store.wheel(digest)
        assert kept is not None
        assert sha256(Path(kept)) == digest
        assert not incoming.exists()
        store.remove(digest)
        assert store.tree(digest) is None
        assert store.wheel(digest) is None
        assert os.listdir(f"{store.layout.projects}/sample") == []


def test_a_refused_wheel_leaves_nothing(tmp_path: Path) -> None:
    late = member("z.bin", BIG, method=DEFLATED, crc=1)
    path = tmp_path / NAME
    path.write_bytes(wheel(member("first.py", b"written before the fault is found"), late))
    with Store(str(tmp_path / "store")) as store:
        with pytest.raises(WheelError):
            add(store, path)
        assert os.listdir(store.layout.trees) == os.listdir(store.layout.projects) == []
        assert [os.listdir(folder) for folder in leftovers(store)] == [["lock"]]
    assert leftovers(store) == []


def test_the_same_bytes_are_no_other_project(tmp_path: Path) -> None:
    path = write_wheel(tmp_path)
    with Store(str(tmp_path / "store")) as store:
        add(store, path)
        for filename in ("other-1.0-py3-none-any.whl", "sample-2.0-py3-none-any.whl", "sample.whl"):
            with pytest.raises(WheelError):
                store.add_wheel(str(path), sha256(path), filename)
        assert (
            store.add_wheel(str(path), sha256(path), "Sample-1.0.0-py3-none-any.whl").manifest.name
            == "sample"
        )


def test_many_writers_of_one_wheel_are_all_right(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, files={f"pkg/m{number}.py": b"x" * number for number in range(200)})
    code = (
        "import sys; from bodega.installer.store.store import Store\n"
        "with Store(sys.argv[1]) as store: print(store.add_wheel(*sys.argv[2:]).manifest.count)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "store"), str(path), sha256(path), path.name]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    trees: list[Tree] = []
    with Store(str(tmp_path / "store")) as store:
        threads = [threading.Thread(target=lambda: trees.append(add(store, path))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {process.communicate()[0] for process in processes} == {"202\n"}
    assert len(trees) == 4
    assert len(set(map(str, trees))) == 1
    assert leftovers(store) == []
    assert store.verify().damage == ()


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    root = tmp_path / "store"
    code = (
        "import os, sys; from bodega.installer.store.store import Store\n"
        "store = Store(sys.argv[1]); store.incoming(); folder = store._staging().folder()\n"
        "os.mkdir(folder + '/deep', 0o555); print('ready', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    path = write_wheel(tmp_path)
    for entry in (root / "staging").iterdir():
        os.utime(entry, (0, 0))
    with Store(str(root)) as store:
        add(store, path)
        assert len(os.listdir(root / "staging")) == 2, "what a living process holds is left alone"
    process.kill()
    process.communicate()
    with Store(str(root)) as store:
        add(store, write_wheel(tmp_path, version="2.0"))
    assert leftovers(store) == []


def test_old_downloads_are_cleared_and_young_ones_kept(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        for name, age in (("old.part", 2 * 86_400), ("young.part", 60)):
            part = Path(store.incoming()) / name
            part.write_bytes(b"half")
            os.utime(part, (time.time() - age,) * 2)
        add(store, write_wheel(tmp_path))
        assert os.listdir(store.incoming()) == ["young.part"]


def test_a_tree_of_another_format_is_made_again(tmp_path: Path) -> None:
    path = write_wheel(tmp_path)
    with Store(str(tmp_path / "store")) as store:
        tree = add(store, path)
        (Path(tree.path) / "manifest").write_bytes(b"of tomorrow")
        assert store.tree(sha256(path)) is None
        assert add(store, path).manifest == tree.manifest


def test_every_change_of_a_tree_is_found(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, files={"a.py": b"one\n", "b.py": b"two\n", "pkg/c.py": b"three\n"})
    with Store(str(tmp_path / "store")) as store:
        files = Path(add(store, path).files)
        assert store.verify().damage == ()
        for folder in (files, files / "pkg"):
            folder.chmod(0o755)
        (files / "a.py").chmod(0o644)
        (files / "a.py").write_bytes(b"One\n")
        (files / "b.py").unlink()
        (files / "pkg/d.py").write_bytes(b"")
        found = {os.path.relpath(one.path, files): one.why for one in store.verify().damage}
    assert found.keys() == {"a.py", "b.py", "pkg/d.py"}


def test_a_store_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnwritableError) as caught:
        Store(str(tmp_path / "file/store")).incoming()
    assert caught.value.why == "Not a directory"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, files={"first.py": b"", "big.bin": os.urandom(4 << 20)})
    code = (
        "import resource, signal, sys; from bodega.installer.store.store import Store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "try:\n    Store(sys.argv[1]).add_wheel(*sys.argv[2:])\n"
        "except Exception as error: print(error.code)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "store"), str(path), sha256(path), path.name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [StoreFullError.code]
    assert os.listdir(tmp_path / "store/trees") == []
