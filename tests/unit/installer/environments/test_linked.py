"""Linked environments: whole packages are links into the store."""

import os
import subprocess
from pathlib import Path

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.environments.apply import apply
from bodega.installer.environments.errors import FileOwnedError, TreeMissingError
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linked import read_linked, seal
from bodega.installer.environments.plan import plan, removal
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.elf_files import elf
from support.environments import add, contents, new_environment, snapshot

LINKS = "lib/bodega/links"


@pytest.fixture
def store(tmp_path):
    with Store(str(tmp_path / "store")) as made:
        yield made


@pytest.fixture
def sealed(tmp_path, store):
    made = new_environment(tmp_path / "environment", store)
    seal(made.prefix)
    return made


def install(environment: Interpreter, store: Store, *wheels: Path, mode: str = "auto") -> None:
    selected = [add(store, wheel) for wheel in wheels]
    apply(environment, plan(selected, scan(environment)), store, link_mode=mode)  # type: ignore[arg-type]


def says(environment: Interpreter, code: str) -> str:
    done = subprocess.run(
        [environment.executable, "-B", "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def made_wheel(folder: Path, name: str, version: str = "1.0", **changes: object) -> Path:
    files = {f"{name}/__init__.py": f"V = {version!r}\n".encode(), f"{name}/deep/x.txt": b"x"}
    return write_wheel(folder, name, version, **{"files": files, **changes})


def test_a_package_is_one_link_and_its_facts_lie_in_the_environment(tmp_path, store, sealed):
    info = {"entry_points.txt": b"[console_scripts]\nhello = lib:V.lower\n", "licenses/A": b"A"}
    install(sealed, store, made_wheel(tmp_path, "lib", extra_info=info))
    assert os.path.islink(f"{sealed.prefix}/{LINKS}/lib")
    dist_info = Path(sealed.scheme.purelib) / "lib-1.0.dist-info"
    assert not (dist_info / "RECORD").exists()
    assert (dist_info / "licenses/A").read_bytes() == b"A"
    assert (dist_info / "INSTALLER").read_text() == "bodega\n"
    code = "import importlib.metadata as m; fs = m.files('lib'); print(len(fs), all(f.locate().exists() for f in fs))"
    assert says(sealed, code).split() == [str(len(set(read_sources(dist_info)))), "True"]
    assert says(sealed, "import lib; print(lib.V, lib.__cached__ is not None)") == "1.0 True"
    assert subprocess.run([f"{sealed.scheme.scripts}/hello"], check=False).returncode == 1


def read_sources(dist_info: Path) -> list[str]:
    return (dist_info / "SOURCES.txt").read_text().splitlines()


def test_bytecode_is_there_at_the_first_run_and_nothing_is_written_to_the_store(tmp_path, store, sealed):
    install(sealed, store, made_wheel(tmp_path, "lib"))
    before = snapshot(store.layout.root)
    code = "import lib, os; print(os.path.exists(lib.__cached__))"
    done = subprocess.run([sealed.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "True\n"
    assert snapshot(store.layout.root) == before


def test_upgrade_and_uninstall_leave_what_they_should(tmp_path, store, sealed):
    empty = contents(sealed.prefix)
    install(sealed, store, made_wheel(tmp_path, "lib"), made_wheel(tmp_path, "other"))
    install(sealed, store, made_wheel(tmp_path, "lib", "2.0"))
    assert says(sealed, "import lib, other; print(lib.V, other.V)") == "2.0 1.0"
    assert set(read_linked(sealed.prefix).trees) == {"lib", "other"}
    installed = scan(sealed)
    apply(sealed, removal([installed[NormalizedName("lib")]]), store)
    assert says(sealed, "import other; print(other.V)") == "1.0"
    assert not os.path.lexists(f"{sealed.prefix}/{LINKS}/lib")
    apply(sealed, removal(scan(sealed).values()), store)
    assert contents(sealed.prefix) == empty


def test_a_namespace_of_several_is_a_folder_of_links(tmp_path, store, sealed):
    one = write_wheel(tmp_path, "ns-one", files={"ns/one.py": b"X = 1\n"})
    two = write_wheel(tmp_path, "ns-two", files={"ns/two/__init__.py": b"X = 2\n"})
    install(sealed, store, one, two)
    assert not os.path.islink(f"{sealed.prefix}/{LINKS}/ns")
    assert says(sealed, "import ns.one, ns.two; print(ns.one.X, ns.two.X)") == "1 2"


def test_data_and_pth_files_are_in_the_environment_itself(tmp_path, store, sealed):
    files = {"lib.py": b"", "hook.pth": b"import sys; sys.hooked = True\n", "lib-1.0.data/data/share/x": b"x"}
    install(sealed, store, write_wheel(tmp_path, "lib", files=files))
    assert says(sealed, "import sys, lib; print(sys.hooked)") == "True"
    assert Path(f"{sealed.prefix}/share/x").read_bytes() == b"x"
    apply(sealed, removal(scan(sealed).values()), store)
    assert not os.path.exists(f"{sealed.prefix}/share")


def test_the_same_file_of_two_projects_is_refused_before_anything_changes(tmp_path, store, sealed):
    install(sealed, store, made_wheel(tmp_path, "lib"))
    before = snapshot(sealed.prefix)
    thief = write_wheel(tmp_path, "thief", files={"lib/__init__.py": b"stolen = 1\n"})
    with pytest.raises(FileOwnedError) as failure:
        install(sealed, store, thief)
    assert failure.value.owner == "lib"
    assert snapshot(sealed.prefix) == before


def test_libraries_that_look_for_anothers_are_not_linked_nor_those_that_they_look_into(
    tmp_path, store, sealed
):
    own = write_wheel(
        tmp_path, "own", files={"own/x.so": elf("$ORIGIN/../own.libs"), "own.libs/y.so": elf("$ORIGIN")}
    )
    nvidia = write_wheel(tmp_path, "nvidia-cublas", files={"nvidia/cublas/lib/a.so": elf("$ORIGIN")})
    install(sealed, store, own, nvidia)
    assert set(read_linked(sealed.prefix).trees) == {"own", "nvidia-cublas"}
    torch = write_wheel(
        tmp_path, "torch", files={"torch/lib/t.so.1": elf("$ORIGIN/../../nvidia/cublas/lib:$ORIGIN")}
    )
    install(sealed, store, torch)
    assert set(read_linked(sealed.prefix).trees) == {"own"}
    site = Path(sealed.scheme.purelib)
    assert not (site / "torch").is_symlink()
    assert (site / "torch/lib/../../nvidia/cublas/lib/a.so").exists()
    assert (site / "nvidia_cublas-1.0.dist-info/RECORD").exists()


def test_link_mode_linked_makes_a_usual_environment_a_mixed_one(tmp_path, store):
    made = new_environment(tmp_path / "environment", store)
    install(made, store, made_wheel(tmp_path, "usual"))
    install(made, store, made_wheel(tmp_path, "linked"), mode="linked")
    assert says(made, "import usual, linked; print(usual.V, linked.V)") == "1.0 1.0"
    install(made, store, made_wheel(tmp_path, "linked", "2.0"))
    assert says(made, "import linked; print(linked.V)") == "2.0"
    assert read_linked(made.prefix).trees == {}
    assert not os.path.lexists(f"{made.prefix}/{LINKS}")


def test_a_tree_that_the_store_lost_is_said_before_anything_changes(tmp_path, store, sealed):
    selected = add(store, made_wheel(tmp_path, "lib"))
    apply(sealed, plan([selected], {}), store)
    store.remove(selected.hashes["sha256"])
    before = snapshot(sealed.prefix)
    with pytest.raises(TreeMissingError):
        install(sealed, store, made_wheel(tmp_path, "other"))
    assert snapshot(sealed.prefix) == before
