"""Bytecode: compiled once per tree and interpreter, valid, shared, and never in the way."""

import importlib.util
import marshal
import os
import subprocess
import sys
from pathlib import Path

from bodega.installer.environments.apply import apply
from bodega.installer.environments.commit import lock_path
from bodega.installer.environments.discovery import find
from bodega.installer.environments.installed import scan
from bodega.installer.environments.plan import plan
from bodega.installer.store.bytecode import CompileRequest, wait_for_bytecode
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add, new_environment

FILES = {
    "pkg/__init__.py": b"from pkg.sub import answer\n",
    "pkg/sub/__init__.py": b"def answer():\n    return 42\n",
    "pkg/broken.py": b"print 'of another age'\n",
    "pkg/data.txt": b"",
    "single.py": b"import pkg\nprint(pkg.answer(), __file__)\n",
}


def caches(site: str) -> set[str]:
    found = (path for path in Path(site).rglob("*.pyc"))
    return {os.path.relpath(path, site).replace(f".{sys.implementation.cache_tag}", "") for path in found}


EXPECTED = {"pkg/__pycache__/__init__.pyc", "pkg/sub/__pycache__/__init__.pyc", "__pycache__/single.pyc"}


def test_it_is_made_behind_the_install_and_linked_everywhere(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        first = new_environment(tmp_path / "first", store)
        selected = add(store, write_wheel(tmp_path, files=FILES))
        apply(first, plan([selected], scan(first)), store)
        assert wait_for_bytecode(store.layout, 30)
        assert caches(first.scheme.purelib) == EXPECTED
        second = new_environment(tmp_path / "second", store)
        apply(second, plan([selected], scan(second)), store)
        assert caches(second.scheme.purelib) == EXPECTED
        tag = f"{sys.implementation.cache_tag}.pyc"
        inodes = {os.stat(f"{one.scheme.purelib}/__pycache__/single.{tag}").st_ino for one in (first, second)}
        assert len(inodes) == 1
        done = subprocess.run(
            [second.executable, "-v", "-m", "single"],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        assert done.stdout == f"42 {second.scheme.purelib}/single.py\n"
        assert f"matches {second.scheme.purelib}/pkg/sub/__init__.py" in done.stderr
        assert store.verify().damage == ()


def test_it_is_made_at_once_when_asked(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        interpreter = new_environment(tmp_path / "environment", store)
        selected = add(store, write_wheel(tmp_path, files=FILES))
        apply(interpreter, plan([selected], scan(interpreter)), store, compile="now")
        assert caches(interpreter.scheme.purelib) == EXPECTED


def test_never_means_never(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        interpreter = new_environment(tmp_path / "environment", store)
        selected = add(store, write_wheel(tmp_path, files=FILES))
        apply(interpreter, plan([selected], scan(interpreter)), store, compile="never")
        assert wait_for_bytecode(store.layout, 0)
        assert caches(interpreter.scheme.purelib) == set()
        assert os.listdir(f"{store.layout.bytecode}/requests") == []


def test_copies_get_bytecode_that_is_valid_too(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        interpreter = new_environment(tmp_path / "environment", store)
        selected = add(store, write_wheel(tmp_path, files=FILES))
        apply(interpreter, plan([selected], scan(interpreter)), store, link_mode="copy")
        assert wait_for_bytecode(store.layout, 30)
    site = interpreter.scheme.purelib
    assert caches(site) == EXPECTED
    status = os.stat(f"{site}/single.py")
    assert status.st_nlink == 1
    head = Path(importlib.util.cache_from_source(f"{site}/single.py")).read_bytes()[:16]
    assert head[8:12] == int(status.st_mtime).to_bytes(4, "little")
    assert head[12:16] == status.st_size.to_bytes(4, "little")


def test_sources_that_were_replaced_meanwhile_get_none(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        interpreter = new_environment(tmp_path / "environment", store)
        selected = add(store, write_wheel(tmp_path, files=FILES))
        apply(interpreter, plan([selected], scan(interpreter)), store, compile="never")
        mine = Path(interpreter.scheme.purelib) / "single.py"
        mine.unlink()
        mine.write_text("print('mine')\n")
        request = CompileRequest(
            python=interpreter.base,
            tag=interpreter.bytecode,
            sites={selected.hashes["sha256"]: interpreter.scheme.purelib},
            lock=lock_path(interpreter),
        )
        store.compile(request, behind=True)
        assert wait_for_bytecode(store.layout, 30)
    assert caches(interpreter.scheme.purelib) == EXPECTED - {"__pycache__/single.pyc"}


def test_other_interpreters_share_one_tree(tmp_path: Path) -> None:
    others = [path for path in ("/usr/bin/python3",) if os.path.exists(path)]
    with Store(str(tmp_path / "store")) as store:
        selected = add(store, write_wheel(tmp_path, files=FILES))
        tags = set()
        for number, python in enumerate([sys.executable, *others]):
            interpreter = new_environment(tmp_path / str(number), store, python)
            apply(interpreter, plan([selected], scan(interpreter)), store, compile="now")
            tags.add(find(python, {}, store).bytecode)
        assert set(os.listdir(f"{store.layout.bytecode}/{selected.hashes['sha256']}")) == tags
        for tag in tags:
            compiled = store.bytecode(selected.hashes["sha256"], tag)
            assert compiled is not None
            assert [folder for folder, _ in compiled.folders] == ["", "pkg/", "pkg/sub/"]
            assert marshal.dumps(dict(compiled.digests))
