"""Which link mode ``auto`` comes to: by devices, owners, and who builds an image."""

import os
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.link_choice import Machine, chosen_link_mode, container_build
from bodega.installer.environments.placing import Place, placed
from bodega.installer.environments.plan import plan
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add, new_environment
from support.small_disk import small_disk


def machine(root: Path, name: str = "laptop", user: int = 1000) -> Machine:
    return Machine(str(root), lambda: name, lambda: user)


def written(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_one_device_is_for_hardlinks_even_before_anything_is_there(tmp_path: Path) -> None:
    here = machine(tmp_path, user=os.geteuid())
    choice = chosen_link_mode(str(tmp_path / "store" / "trees"), str(tmp_path / "new" / "env"), here)
    assert choice.mode == "hardlink"
    assert "one device" in choice.why


def test_a_container_that_runs_is_no_build(tmp_path: Path) -> None:
    written(tmp_path, ".dockerenv", "")
    written(tmp_path, "run/.containerenv", 'engine="podman-4.3.1"\nname="shell"\n')
    assert container_build(machine(tmp_path)) is None


@pytest.mark.parametrize(
    ("builder", "name", "path", "text"),
    [
        ("BuildKit", "buildkitsandbox", "etc/hostname", "x"),
        ("buildah", "f3a9", "run/.containerenv", '\nengine="buildah-1.33.7"\nname="build"\n'),
        ("kaniko", "f3a9", "kaniko/executor", ""),
    ],
)
def test_the_build_of_an_image_copies(tmp_path: Path, builder: str, name: str, path: str, text: str) -> None:
    written(tmp_path, path, text)
    choice = chosen_link_mode(str(tmp_path), str(tmp_path), machine(tmp_path, name))
    assert choice.mode == "copy"
    assert choice.why.startswith(builder)


def test_the_store_of_another_user_is_copied_from_where_links_to_it_are_forbidden(tmp_path: Path) -> None:
    stranger = machine(tmp_path, user=os.geteuid() + 1000)
    assert chosen_link_mode(str(tmp_path), str(tmp_path), stranger).mode == "hardlink"
    written(tmp_path, "proc/sys/fs/protected_hardlinks", "1\n")
    choice = chosen_link_mode(str(tmp_path), str(tmp_path), stranger)
    assert choice.mode == "copy"
    assert "another user" in choice.why
    assert chosen_link_mode(str(tmp_path), str(tmp_path), machine(tmp_path, user=0)).mode == "hardlink"


def test_an_environment_on_another_device_gets_copies(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32) as disk:
        if disk is None:
            pytest.skip("no disk can be mounted here")
        store = Store(str(tmp_path / "disk" / "store"))
        environment = new_environment(tmp_path / "environment", store)
        choice = chosen_link_mode(store.layout.trees, environment.prefix)
        assert (choice.mode, "different devices" in choice.why) == ("copy", True)
        selected = add(store, write_wheel(tmp_path, "sample", files={"sample.py": b"X = 1\n"}))
        applied = apply(environment, plan([selected], {}), store, compile="never")
        assert (applied.linked, applied.copied > 0) == (0, True)
        tree = store.look(selected.hashes["sha256"])
        assert tree is not None
        there, here = os.stat(f"{tree.files}/sample.py"), os.stat(f"{environment.scheme.purelib}/sample.py")
        assert there.st_mtime == here.st_mtime
        assert here.st_nlink == 1


def test_what_is_packed_up_is_copied_so_that_no_edit_of_it_reaches_the_store(tmp_path: Path) -> None:
    with Store(str(tmp_path / "store")) as store:
        selected = add(store, write_wheel(tmp_path, files={"sample.py": b"A = 1\n"}))
        made = new_environment(tmp_path / "environment", store)
        for option in ("target", "prefix", "root"):
            folder = tmp_path / option
            elsewhere = placed(made, Place(**{option: str(folder)}), {})
            apply(elsewhere, plan([selected], {}), store, compile="never")
            (file,) = folder.rglob("sample.py")
            assert file.stat().st_nlink == 1
            assert file.stat().st_mode & 0o777 == 0o644
            file.write_text("B = 2\n")
        assert store.verify().damage == ()
