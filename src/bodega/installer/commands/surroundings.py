"""What is around a request that failed: the other interpreters of this machine."""

import os
import shutil
from collections.abc import Mapping

from bodega.formats.errors import BodegaError
from bodega.formats.targets import Target
from bodega.installer.environments.interpreter import describe
from bodega.installer.store.store import Store

_OLDEST, _NEWEST = 8, 19
#: So many interpreters are looked at, those next to the one in use first.
_MOST = 4


def other_pythons(here: Target, store: Store) -> Mapping[str, Target]:
    """Interpreters on the PATH by minor version, and what they are: not the one in use."""
    own = int(here.python.split(".")[1])
    found: dict[str, Target] = {}
    for minor in sorted(range(_OLDEST, _NEWEST + 1), key=lambda one: (abs(one - own), -one)):
        program = shutil.which(f"python3.{minor}", path=os.environ.get("PATH"))
        if program is None or minor == own or len(found) == _MOST:
            continue
        try:
            found[f"3.{minor}"] = describe(program, store).target
        except BodegaError:
            continue
    return found
