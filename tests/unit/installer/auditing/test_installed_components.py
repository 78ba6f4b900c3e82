"""The components of an environment."""

from pathlib import Path

from bodega.formats.markers import Markers
from bodega.installer.auditing.installed_components import installed_components
from bodega.installer.environments.inventory import inventory_of
from support.memory_index import TARGET


def put(site: Path, name: str, *needs: str, requested: bool = False, origin: str = "") -> None:
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    needed = "".join(f"Requires-Dist: {need}\n" for need in needs)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n{needed}")
    if requested:
        (info / "REQUESTED").touch()
    if origin:
        (info / "direct_url.json").write_text(f'{{"url": "{origin}", "dir_info": {{}}}}')


def test_who_requires_whom_with_the_extras_that_are_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "app", "lib[fast,more]", 'never; sys_platform == "none"', "((", requested=True)
    put(tmp_path, "lib", 'speed; extra == "fast"', 'slow; extra == "slow"', 'gone; extra == "more"')
    put(tmp_path, "speed")
    put(tmp_path, "slow")
    found = installed_components(inventory_of([str(tmp_path)]), Markers(TARGET.markers), "here")
    assert {one.name: one.needs for one in found.components} == {
        "app": ("lib",),
        "lib": ("speed",),
        "slow": (),
        "speed": (),
    }
    assert found.path_to("speed") == ("app", "lib", "speed")
    assert found.asked == ("app",)


def test_what_came_from_elsewhere_cannot_be_asked_for_by_name(tmp_path: Path) -> None:
    put(tmp_path, "app", requested=True, origin="https://user:secret@git.example/app")
    found = installed_components(inventory_of([str(tmp_path)]), Markers(TARGET.markers), "here")
    assert found.components[0].origin == "https://git.example/app"
    assert found.asked is None


def test_the_pip_that_is_bodega_is_no_component(tmp_path: Path) -> None:
    (tmp_path / "pip-26.3+bodega.1.dist-info").mkdir()
    put(tmp_path, "app")
    found = installed_components(inventory_of([str(tmp_path)]), Markers(TARGET.markers), "here")
    assert [one.name for one in found.components] == ["app"]
