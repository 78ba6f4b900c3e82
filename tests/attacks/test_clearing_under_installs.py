"""Clearing the store beside installs, by real processes: no install fails, no environment loses a file."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bodega.formats.names import normalize
from bodega.installer.commands.cleared import clear
from bodega.installer.environments.apply import apply
from bodega.installer.environments.installed import scan
from bodega.installer.environments.linked import LINKS
from bodega.installer.environments.plan import plan, removal
from bodega.installer.locking.selection import Selected
from bodega.installer.store.collecting import Limits
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import new_environment

PROJECTS, ROUNDS = 6, 12

# Installs all projects again and again into a new environment, by one link mode, and looks at each file.
INSTALLER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/.."]
from test_clearing_under_installs import install_rounds
install_rounds(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
"""


def fetched(wheel: Path, store: Store, number: str) -> Selected:
    """As an install does: what the store has not is fetched."""
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if store.tree(sha256) is None:
        incoming = f"{store.incoming()}/{number}-{wheel.name}"
        shutil.copyfile(wheel, incoming)
        store.add_wheel(incoming, sha256, wheel.name)
    return Selected(
        name=normalize(wheel.name.partition("-")[0]),
        version="1.0",
        filename=wheel.name,
        url=wheel.as_uri(),
        hashes={"sha256": sha256},
        requested=True,
    )


def install_rounds(place: Path, number: str, mode: str) -> None:
    """What each process does."""
    wheels = sorted((place / "wheels").iterdir())[int(number) :: 2]
    with Store(str(place / "store")) as store:
        environment = new_environment(place / f"environment{number}", store)
    for _ in range(ROUNDS):
        with Store(str(place / "store")) as store:
            selected = [fetched(wheel, store, number) for wheel in wheels]
            apply(environment, plan(selected, {}), store, link_mode=mode, compile="never")  # type: ignore[arg-type]
            site = f"{environment.prefix}/{LINKS}" if mode == "linked" else environment.scheme.purelib
        time.sleep(0.005)
        for wheel in wheels:
            name = wheel.name.partition("-")[0]
            assert Path(site, f"{name}.py").read_text() == name, (site, name)
        with Store(str(place / "store")) as store:
            apply(environment, removal(scan(environment).values()), store, compile="never")
        shutil.rmtree(f"{environment.state}/history")
        time.sleep(0.005)


def test_nothing_is_lost_where_installs_and_clearing_race(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    for at in range(PROJECTS):
        write_wheel(tmp_path / "wheels", f"project{at}", files={f"project{at}.py": f"project{at}".encode()})
    argv = [sys.executable, "-c", INSTALLER, str(Path(__file__).parent), str(tmp_path)]
    running = [
        subprocess.Popen([*argv, str(number), mode], stderr=subprocess.PIPE, text=True)
        for number, mode in enumerate(("auto", "linked", "copy"))
    ]
    went = 0
    while any(one.poll() is None for one in running):
        with Store(str(tmp_path / "store")) as store:
            went += clear(store, Limits(size=0)).counts.get("tree", 0)
        time.sleep(0.005)
    said = [one.communicate()[1] for one in running]
    assert [one.returncode for one in running] == [0, 0, 0], "\n".join(said)
    assert went > PROJECTS
    assert os.listdir(tmp_path / "store" / "staging") == []
