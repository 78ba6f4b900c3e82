"""What comes, goes and stays."""

from bodega.formats.names import NormalizedName
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.plan import plan, removal
from bodega.installer.locking.selection import Selected


def selected(name: str, version: str, **facts: object) -> Selected:
    filename = f"{name}-{version}-py3-none-any.whl"
    url = f"https://example.org/{filename}"
    return Selected(
        name=NormalizedName(name),
        version=version,
        filename=filename,
        url=url,
        hashes={"sha256": "0" * 64},
        **facts,  # type: ignore[arg-type]
    )


def installed(*pairs: tuple[str, str]) -> dict[NormalizedName, Installed]:
    return {
        NormalizedName(name): Installed(
            NormalizedName(name), version, f"/nowhere/{name}.dist-info", "/nowhere"
        )
        for name, version in pairs
    }


def test_what_is_there_already_stays() -> None:
    made = plan([selected("a", "1.0")], installed(("a", "1.0"), ("b", "2")))
    assert not made.changes
    assert [one.name for one in made.keep] == ["a"]


def test_versions_are_compared_as_versions() -> None:
    assert not plan([selected("a", "1.0")], installed(("a", "1"))).changes
    assert plan([selected("a", "1.0")], installed(("a", "not a version"))).changes


def test_another_version_replaces() -> None:
    made = plan([selected("a", "2.0")], installed(("a", "1.0")))
    assert [one.version for one in made.install] == ["2.0"]
    assert [one.version for one in made.remove] == ["1.0"]


def test_reinstall_says_which() -> None:
    here = installed(("a", "1"), ("b", "1"))
    both = [selected("a", "1"), selected("b", "1")]
    assert [one.name for one in plan(both, here, reinstall={NormalizedName("b")}).install] == ["b"]
    assert [one.name for one in plan(both, here, reinstall=True).install] == ["a", "b"]
    assert not plan(both, here, reinstall=False).changes


def test_exact_removes_the_rest_but_not_the_shim() -> None:
    here = installed(("a", "1"), ("b", "1"), ("bodega-pip", "0.1"))
    assert [one.name for one in plan([selected("a", "1")], here, exact=True).remove] == ["b"]
    assert plan([selected("a", "1")], here).remove == ()


def test_the_real_pip_takes_the_place_of_the_shim() -> None:
    made = plan([selected("pip", "26.0")], installed(("bodega-pip", "0.1")))
    assert [one.name for one in made.install] == ["pip"]
    assert [one.name for one in made.remove] == ["bodega-pip"]


def test_a_direct_reference_replaces_what_came_from_elsewhere() -> None:
    url = {"url": "https://example.org/a.whl", "archive_info": {}}
    assert plan([selected("a", "1", direct_url=url)], installed(("a", "1"))).changes


def test_a_removal_installs_nothing() -> None:
    made = removal(installed(("a", "1")).values())
    assert (made.install, [one.name for one in made.remove]) == ((), ["a"])
