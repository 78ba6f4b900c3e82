"""What counts as installed: the place's own, and what shows through from outside, which is never touched."""

from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.creation import Form, create
from bodega.installer.environments.installed import scan
from bodega.installer.environments.placing import Place, placed
from bodega.installer.environments.plan import plan
from bodega.installer.environments.seen import seen_by, within_reach


@pytest.fixture
def inner(base, store, tmp_path: Path):
    """An environment that sees what is outside of it: a folder that a .pth names stands for the system's."""
    made = create(str(tmp_path / "inner"), base, store, form=Form(system_site_packages=True))
    outside = tmp_path / "outside"
    outside.mkdir()
    Path(made.scheme.purelib, "outside.pth").write_text(f"{outside}\n")
    return made, placed(made, Place(target=str(outside)), {})


def test_what_is_outside_counts_and_stays(inner, store, put) -> None:
    made, outside = inner
    apply(outside, plan([put("sample", "1.0")], {}), store, compile="never")
    assert scan(made) == {}
    assert seen_by(made)["sample"].version == "1.0"
    wanted = within_reach(plan([put("sample", "2.0")], seen_by(made)), made)
    assert wanted.remove == ()
    apply(made, wanted, store, compile="never")
    assert seen_by(made)["sample"].version == "2.0"
    assert scan(outside)["sample"].version == "1.0"


def test_a_named_folder_and_a_closed_environment_see_only_themselves(inner, environment, store, put) -> None:
    made, outside = inner
    apply(outside, plan([put("sample", "1.0")], {}), store, compile="never")
    assert "sample" not in seen_by(environment)
    assert "sample" not in seen_by(placed(made, Place(prefix=f"{made.prefix}-2"), {}))
    assert "sample" in seen_by(outside)


def test_what_is_ones_own_is_removed(environment, store, put) -> None:
    apply(environment, plan([put("sample", "1.0")], {}), store, compile="never")
    wanted = plan([put("sample", "2.0")], seen_by(environment))
    assert within_reach(wanted, environment) == wanted
    assert [one.version for one in wanted.remove] == ["1.0"]
