"""One store, and environments made as ``python -m venv --without-pip`` makes them."""

import hashlib
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bodega.formats.names import normalize
from bodega.installer.environments.creation import create
from bodega.installer.environments.interpreter import Interpreter, describe
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store
from support.distributions import wheel_filename, write_wheel

Put = Callable[..., Selected]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(str(tmp_path / "store")) as store:
        yield store


@pytest.fixture
def base(store: Store) -> Interpreter:
    return describe(sys.executable, store) if sys.prefix == sys.base_prefix else _base(store)


def _base(store: Store) -> Interpreter:
    return describe(os.path.realpath(sys.executable), store)


@pytest.fixture
def environment(tmp_path: Path, base: Interpreter, store: Store) -> Interpreter:
    return create(str(tmp_path / "environment"), base, store)


@pytest.fixture
def put(tmp_path: Path, store: Store) -> Put:
    """Make a wheel and put it into the store."""
    numbers = itertools.count()

    def put(name: str = "sample", version: str = "1.0", **changes: object) -> Selected:
        folder = tmp_path / "wheels" / str(next(numbers))
        folder.mkdir(parents=True)
        path = write_wheel(folder, name, version, **changes)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        store.add_wheel(str(path), digest, path.name)
        return Selected(
            name=normalize(name),
            version=version,
            filename=wheel_filename(name, version),
            url=path.as_uri(),
            hashes={"sha256": digest},
        )

    return put
