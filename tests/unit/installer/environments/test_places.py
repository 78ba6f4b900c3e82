"""Paths that belong to the environment itself, in environments and in bare interpreters."""

from dataclasses import replace

import pytest

from bodega.installer.environments.interpreter import Scheme
from bodega.installer.environments.places import places


@pytest.mark.parametrize(
    "path",
    [
        "pyvenv.cfg",
        "bin/python",
        "bin/python3.12",
        "bin/activate.fish",
        "bin/Activate.ps1",
        ".bodega/journal",
    ],
)
def test_what_is_the_environments_own(environment, path: str) -> None:
    where = places(environment)
    assert where.is_own(path)
    assert where.within(environment.scheme.purelib, f"../../../{path}") is None


@pytest.mark.parametrize("path", ["bin/python-config-x", "bin/activate-this", "bin/pip", "share/pyvenv.cfg"])
def test_what_is_not(environment, path: str) -> None:
    assert not places(environment).is_own(path)


def test_paths_outside_are_nobodys(environment) -> None:
    where, site = places(environment), environment.scheme.purelib
    for path in ("../../../../x", "/etc/passwd", f"{environment.prefix}-2/x", "../../.."):
        assert where.within(site, path) is None
    assert where.within(site, "a/../b.py") == f"{where.purelib}/b.py"
    assert where.within(site, f"{site}/c.py") == f"{where.purelib}/c.py"


def test_the_state_of_a_bare_interpreter_is_in_its_site_packages(environment) -> None:
    where = places(replace(environment, is_venv=False))
    assert where.is_own(f"{where.purelib}/.bodega/journal")
    assert where.is_own(f"{where.purelib}/.bodega")
    assert not where.is_own(f"{where.purelib}/.bodega-notes")


def test_headers_that_have_nothing_in_common_with_the_rest_go_below_its_root(environment) -> None:
    scheme = replace(environment.scheme, headers="/elsewhere/include/python3.11")
    assert places(replace(environment, scheme=scheme)).headers == "include/python3.11"


def test_headers_beside_the_rest_widen_the_root(environment) -> None:
    local = Scheme(
        purelib="/usr/local/lib/python3.11/dist-packages",
        platlib="/usr/local/lib/python3.11/dist-packages",
        scripts="/usr/local/bin",
        data="/usr/local",
        headers="/usr/include/python3.11",
    )
    where = places(replace(environment, scheme=local, is_venv=False, prefix="/usr"))
    assert (where.root, where.headers, where.scripts) == ("/usr", "include/python3.11", "local/bin")
    assert where.is_own("local/bin/python3")
    assert where.is_own("bin/python3")
