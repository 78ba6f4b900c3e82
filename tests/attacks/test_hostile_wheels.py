"""Wheels made to do harm: refused before anything is written, environment and store as they were."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bodega.content.wheel_archive import WheelError
from bodega.formats.errors import BodegaError
from bodega.installer.environments.apply import apply
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import plan
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add, install, leftovers, new_environment, snapshot, uninstall
from support.hostile_wheels import NAME, Case, refused, taken, wheel
from support.raw_zip import member

SITE = "{site}"


@dataclass
class Place:
    """An environment with one distribution in it, its store, and a folder outside that must stay empty."""

    store: Store
    interpreter: Interpreter
    folder: Path

    @property
    def site(self) -> Path:
        return Path(self.interpreter.scheme.purelib)

    def state(self) -> tuple[object, ...]:
        trees = sorted(os.listdir(self.store.layout.trees))
        projects = snapshot(self.store.layout.projects)
        return snapshot(self.interpreter.prefix), trees, projects, leftovers(self.store)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("hostile")
    with Store(str(folder / "store")) as store:
        interpreter = new_environment(folder / "environment", store)
        innocent = write_wheel(
            folder, "innocent", files={"innocent/__init__.py": b"", "shared.py": b"mine\n"}
        )
        install(interpreter, store, innocent)
        yield Place(store, interpreter, folder)


def installing(number: int, what: str, expected: str, *values: object) -> object:
    mark = pytest.mark.hostile(case=number, surface="install", what=what, expected=expected)
    return pytest.param(*values, id=what, marks=mark)


@pytest.mark.parametrize("case", [installing(case.number, case.name, case.code, case) for case in refused()])
def test_a_hostile_wheel_changes_nothing(place: Place, case: Case) -> None:
    place.store.close()
    before = place.state()
    path = place.folder / "download.whl"
    path.write_bytes(case.content)
    with pytest.raises(WheelError) as caught:
        add(place.store, path, case.filename)
    place.store.close()
    assert caught.value.code == case.code
    assert place.state() == before


@pytest.mark.parametrize("case", taken(), ids=lambda case: case.name)
def test_an_odd_wheel_is_installed_and_leaves_no_trace(place: Place, case: Case) -> None:
    before = snapshot(place.interpreter.prefix)
    path = place.folder / case.filename
    path.write_bytes(case.content)
    install(place.interpreter, place.store, path)
    evil = scan(place.interpreter)
    assert evil[next(name for name in evil if name == "evil")].installer == "bodega"
    for found in place.site.rglob("*"):
        assert found.stat().st_mode & 0o7000 == 0
    uninstall(place.interpreter, place.store, "evil")
    assert snapshot(place.interpreter.prefix) == before


def test_a_script_never_has_special_bits(place: Place) -> None:
    path = place.folder / NAME
    path.write_bytes(wheel(member("evil-1.0.data/scripts/run", b"#!python\nprint(1)\n", mode=0o106755)))
    install(place.interpreter, place.store, path)
    assert (Path(place.interpreter.scheme.scripts) / "run").stat().st_mode & 0o7777 == 0o755
    uninstall(place.interpreter, place.store, "evil")


TAKES_OVER = {
    "a module of another": member("shared.py", b"evil\n"),
    "a module of another, by data": member("evil-1.0.data/purelib/shared.py", b"evil\n"),
    "a module of another, by prefix": member(f"evil-1.0.data/data/{SITE}/shared.py", b"evil\n"),
    "a file where a folder is": member("innocent", b"evil\n"),
    "metadata of another": member("innocent-1.0.dist-info/RECORD.txt", b"evil\n"),
    "the interpreter": member("evil-1.0.data/scripts/python", b"#!/bin/sh\n"),
    "the interpreter, by prefix": member("evil-1.0.data/data/bin/python3", b"#!/bin/sh\n"),
    "activation": member("evil-1.0.data/data/bin/activate", b"echo evil\n"),
    "the configuration": member("evil-1.0.data/data/pyvenv.cfg", b"home = /evil\n"),
    "bodega's own state": member("evil-1.0.data/data/.bodega/journal", b"{}"),
}


@pytest.mark.parametrize(
    "what",
    [installing(8, f"takes over {what}", "E-FILE-OWNED or E-WHEEL-DIST-INFO", what) for what in TAKES_OVER],
)
def test_a_wheel_takes_over_nothing_that_is_there(place: Place, what: str) -> None:
    before = snapshot(place.interpreter.prefix)
    inside = os.path.relpath(place.site, place.interpreter.prefix)
    extra = TAKES_OVER[what]
    extra = member(extra.name.decode().replace(SITE, inside), extra.content)
    path = place.folder / NAME
    path.write_bytes(wheel(extra))
    with pytest.raises(BodegaError) as caught:
        install(place.interpreter, place.store, path)
    assert caught.value.code in ("E-FILE-OWNED", "E-WHEEL-DIST-INFO")
    assert snapshot(place.interpreter.prefix) == before


@pytest.mark.hostile(case=22, surface="install", what="entry point named python", expected="E-FILE-OWNED")
def test_an_entry_point_named_python_is_refused(place: Place) -> None:
    before = snapshot(place.interpreter.prefix)
    path = place.folder / NAME
    path.write_bytes(
        wheel(member("evil-1.0.dist-info/entry_points.txt", b"[console_scripts]\npython = evil:x\n"))
    )
    with pytest.raises(BodegaError) as caught:
        install(place.interpreter, place.store, path)
    assert caught.value.code == "E-FILE-OWNED"
    assert snapshot(place.interpreter.prefix) == before


@pytest.mark.hostile(case=8, surface="install", what="two wheels claim one file", expected="E-FILE-OWNED")
def test_two_wheels_of_one_plan_may_not_claim_one_file(place: Place) -> None:
    before = snapshot(place.interpreter.prefix)
    one = write_wheel(place.folder, "one", files={"claimed.py": b"one\n"})
    two = write_wheel(place.folder, "two", files={"claimed.py": b"two\n"})
    with pytest.raises(BodegaError) as caught:
        install(place.interpreter, place.store, one, two)
    assert caught.value.code == "E-FILE-OWNED"
    assert "claimed.py" in caught.value.what
    assert snapshot(place.interpreter.prefix) == before


@pytest.mark.hostile(
    case=18, surface="install", what="served under another's name", expected="E-WHEEL-DIST-INFO"
)
def test_a_wheel_served_under_anothers_name_is_not_installed_for_it(place: Place) -> None:
    path = place.folder / NAME
    path.write_bytes(wheel())
    known = add(place.store, path)
    disguised = place.folder / "good-1.0-py3-none-any.whl"
    disguised.write_bytes(path.read_bytes())
    before = snapshot(place.interpreter.prefix)
    with pytest.raises(BodegaError) as caught:
        add(place.store, disguised)
    assert caught.value.code == "E-WHEEL-DIST-INFO"
    pretended = type(known)(
        name=disguised.name.partition("-")[0],  # type: ignore[arg-type]
        version="1.0",
        filename=disguised.name,
        url=disguised.as_uri(),
        hashes=known.hashes,
    )
    with pytest.raises(BodegaError):
        apply(place.interpreter, plan([pretended], scan(place.interpreter)), place.store, compile="never")
    assert snapshot(place.interpreter.prefix) == before


@pytest.mark.hostile(case=14, surface="uninstall", what="RECORD of others' files", expected="nothing removed")
def test_a_hostile_record_removes_nothing_of_others(place: Place) -> None:
    outside = place.folder / "outside.txt"
    outside.write_text("keep me\n")
    info = place.site / "hostile-1.0.dist-info"
    before = snapshot(place.interpreter.prefix)
    info.mkdir()
    (place.site / "hostile.py").write_text("")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1.0\n")
    rows = [
        "hostile.py",
        "hostile-1.0.dist-info/METADATA",
        "hostile-1.0.dist-info/RECORD",
        "shared.py",
        "innocent/__init__.py",
        "../../../bin/activate",
        "../../../bin/python",
        "../../../pyvenv.cfg",
        "../../../.bodega/lock",
        "../../../../outside.txt",
        str(outside),
        "/etc/hostname",
        "../../..",
        "..",
        "",
    ]
    (info / "RECORD").write_text("".join(f"{row},,\n" for row in rows))
    uninstall(place.interpreter, place.store, "hostile")
    assert snapshot(place.interpreter.prefix) == before
    assert outside.read_text() == "keep me\n"
