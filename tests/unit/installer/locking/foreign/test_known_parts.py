import tomllib

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.locking.errors import LockPartError
from bodega.installer.locking.foreign.known_parts import check_parts
from bodega.installer.locking.foreign.values import ForeignLock, LockChoice
from support.memory_index import TARGET

UV = """version = 1
[[package]]
name = "mine"
source = { editable = "." }
[package.optional-dependencies]
web = [{ name = "site" }]
[package.metadata]
provides-extras = ["empty", "web"]
[package.metadata.requires-dev]
docs = []
[package.dev-dependencies]
dev = [{ name = "check" }]
[[package]]
name = "app"
source = { registry = "https://index.example.org/simple" }
[package.optional-dependencies]
fast = [{ name = "speed" }]
"""
POETRY = """[[package]]
name = "check"
groups = ["main", "tests"]
[package.extras]
fast = ["speed"]
[extras]
web = ["site"]
[metadata]
lock-version = "2.1"
"""
PDM = '[metadata]\ngroups = ["default", "dev", "web"]\n'
PROJECT = """[project.optional-dependencies]
Late_One = []
[dependency-groups]
lint = []
[tool.poetry.group.old.dependencies]
[tool.pdm.dev-dependencies]
older = []
"""


def check(text, extras=(), groups=None, project=""):
    names = None if groups is None else frozenset(map(NormalizedName, groups))
    choice = LockChoice(extras=frozenset(map(NormalizedName, extras)), groups=names)
    documents = {"document": tomllib.loads(text), "project": tomllib.loads(project)}
    check_parts(ForeignLock(path="a.lock", target=TARGET, choice=choice, **documents))


@pytest.mark.parametrize(
    ("text", "extras", "groups"),
    [
        (UV, ("web", "empty", "late-one"), ("dev", "docs", "lint")),
        (POETRY, ("web", "late-one"), ("main", "tests", "old")),
        (PDM, ("web",), ("default", "dev", "older")),
        (UV, (), ()),
    ],
)
def test_what_the_lock_or_its_project_has_may_be_asked_for(text, extras, groups):
    check(text, extras, groups, PROJECT)


@pytest.mark.parametrize("text", [UV, POETRY])
@pytest.mark.parametrize("name", ["webb", "fast"])
def test_an_extra_that_is_not_the_projects_is_refused(text, name):
    with pytest.raises(LockPartError) as caught:
        check(text, (name,))
    assert caught.value.what == f"the lock has no extra {name!r}"
    assert "web" in caught.value.why


@pytest.mark.parametrize("text", [UV, POETRY, PDM])
def test_a_group_that_nothing_knows_is_refused(text):
    with pytest.raises(LockPartError, match="dependency group"):
        check(text, (), ("tset",))
