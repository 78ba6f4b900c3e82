"""What the tests with real clients share."""

import os
from collections.abc import Iterator

import pytest

from support.stand import Stand
from support.tools import Tools


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    """Clients from the configured registry, installed once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    return Tools((base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "tools")


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """An index with something of its own and something read through."""
    with Stand(tmp_path_factory.mktemp("stand")) as made:
        yield made
