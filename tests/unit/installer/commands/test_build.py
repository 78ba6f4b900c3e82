"""A project becomes a source distribution and a wheel, as ``python -m build`` does it."""

import hashlib
import os
import tarfile
from dataclasses import dataclass

import pytest

from bodega.installer.building.errors import BuildFailedError, NoProjectError
from bodega.installer.building.ports import ProjectBuilder
from bodega.installer.commands.build import build
from support.sources import Workbench, project


@dataclass
class Shop:
    """As much of a workshop as building looks at."""

    builder: ProjectBuilder


@pytest.fixture
def bench(tmp_path):
    bench = Workbench(tmp_path)
    yield bench
    bench.store.close()


def test_the_wheel_is_built_from_the_source_distribution(bench, tmp_path):
    source = bench.tree(project())
    made = build(source.path, str(tmp_path / "out"), (), Shop(bench.builder(access="all")))
    assert [one.kind for one in made] == ["sdist", "wheel"]
    assert sorted(os.listdir(tmp_path / "out")) == ["made-1.0-py3-none-any.whl", "made-1.0.tar.gz"]
    assert bench.called() == ["build_sdist", "build_wheel"]
    for one in made:
        content = (tmp_path / "out" / os.path.basename(one.path)).read_bytes()
        assert (one.size, one.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    with tarfile.open(made[0].path) as archive:
        assert "made-1.0/own.py" in archive.getnames()


@pytest.mark.parametrize(("kinds", "called"), [(("sdist",), ["build_sdist"]), (("wheel",), ["build_wheel"])])
def test_one_kind_alone(bench, tmp_path, kinds, called):
    source = bench.tree(project())
    made = build(source.path, str(tmp_path / "out"), kinds, Shop(bench.builder(access="all")))
    assert (tuple(one.kind for one in made), bench.called()) == (kinds, called)


def test_of_an_archive_a_wheel(bench, tmp_path):
    shop = Shop(bench.builder())
    archive = build(bench.tree(project()).path, str(tmp_path / "out"), ("sdist",), shop)[0].path
    assert [one.kind for one in build(archive, str(tmp_path / "other"), (), shop)] == ["wheel"]
    with pytest.raises(NoProjectError):
        build(archive, str(tmp_path / "other"), ("sdist",), shop)


def test_nothing_to_build(bench, tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(NoProjectError):
            build(str(path), str(tmp_path / "out"), (), Shop(bench.builder()))


def test_a_failure_leaves_nothing(bench, tmp_path):
    source = bench.tree(project(code="if name == 'build_wheel': raise ValueError(1)"))
    with pytest.raises(BuildFailedError):
        build(source.path, str(tmp_path / "out"), ("wheel",), Shop(bench.builder()))
    assert os.listdir(tmp_path / "out") == []
