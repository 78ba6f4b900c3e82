"""Sources are built, once, checked, and nothing is left behind."""

import json
import os
import threading
from pathlib import Path

import pytest

from bodega.content.wheel_archive import read_metadata
from bodega.formats.names import NormalizedName
from bodega.installer.building.errors import (
    BuildCycleError,
    BuildFailedError,
    BuildNetworkError,
    BuildRequirementsError,
    EditableMissingError,
    WrongResultError,
)
from support.sources import Workbench, project, sdist

STATIC = "Metadata-Version: 2.2\nName: made\nVersion: 1.0\nRequires-Dist: leaf\n"


@pytest.fixture
def bench(tmp_path):
    bench = Workbench(tmp_path)
    yield bench
    bench.store.close()


def test_an_archive_becomes_a_wheel_of_the_store(bench):
    built = bench.builder().wheel(bench.archive(sdist(project())))
    assert built.filename == "made-1.0-py3-none-any.whl"
    assert built.path == bench.store.wheel(built.sha256)
    assert bench.store.tree(built.sha256).manifest.name == "made"
    assert b"Name: made" in read_metadata(built.path, built.filename)


def test_the_same_archive_is_built_once_and_found_by_the_next_command(bench):
    source = bench.archive(sdist(project()))
    builder = bench.builder(access="all")
    first = builder.wheel(source)
    assert builder.wheel(source) == first
    assert bench.builder(access="all").wheel(source) == first
    assert bench.called() == ["build_wheel"]


def test_other_settings_variables_or_bytes_are_built_anew(bench):
    builder = bench.builder(access="all")
    builder.wheel(bench.archive(sdist(project())))
    builder.wheel(bench.archive(sdist(project()), config_settings=(("a", "b"),)))
    environ = {**os.environ, "CALLS": str(bench.calls), "CFLAGS": "-O0"}
    bench.builder(access="all", environ=environ).wheel(bench.archive(sdist(project())))
    builder.wheel(bench.archive(sdist({**project(), "more.txt": b""})))
    assert len(bench.called()) == 4


def test_many_threads_build_one_source_once(bench):
    source = bench.archive(sdist(project(code="import time; time.sleep(0.3)")))
    builder = bench.builder(access="all")
    found = []
    threads = [threading.Thread(target=lambda: found.append(builder.wheel(source).sha256)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert bench.called() == ["build_wheel"]


def test_a_folder_is_built_every_time(bench):
    source = bench.tree(project())
    builder = bench.builder(access="all")
    builder.wheel(source)
    builder.wheel(source)
    assert bench.called() == ["build_wheel", "build_wheel"]


def test_static_metadata_is_read_without_running_anything(bench):
    source = bench.archive(sdist(project(code="raise SystemExit(9)"), pkg_info=STATIC))
    assert b"Requires-Dist: leaf" in bench.builder().metadata(source)
    assert bench.told.said == []


@pytest.mark.parametrize("line", ["Dynamic: Requires-Dist\n", "dynamic: requires-dist\n"])
def test_metadata_that_may_change_is_asked_for(bench, line):
    source = bench.archive(sdist(project(), pkg_info=STATIC + line))
    assert b"Requires-Dist" not in bench.builder().metadata(source)


def test_preparing_metadata_builds_the_wheel_where_there_is_no_hook_for_it_and_only_once(bench):
    source = bench.archive(sdist(project()))
    builder = bench.builder(access="all")
    assert b"Name: made" in builder.metadata(source)
    builder.wheel(source)
    assert bench.called() == ["build_wheel"]


def test_config_settings_reach_the_backend_and_repeated_ones_are_a_list(bench):
    settings = (("one", "1"), ("many", ("a", "b")))
    bench.builder(access="all", config_settings=settings).wheel(bench.tree(project()))
    assert json.loads(bench.calls.read_text().partition(" ")[2]) == {"one": "1", "many": ["a", "b"]}


def test_a_failure_shows_the_last_words_and_keeps_the_rest(bench):
    code = "print('begin')\nfor n in range(40): print('line', n)\nraise ValueError('no good')"
    with pytest.raises(BuildFailedError) as caught:
        bench.builder().wheel(bench.archive(sdist(project(code=code))))
    assert "ValueError: no good" in caught.value.why
    assert "begin" not in caught.value.why
    with open(caught.value.log) as log:
        assert log.read().startswith("begin\nline 0\n")
    assert caught.value.log in caught.value.why
    bench.store.close()
    assert bench.leftovers() == []


def test_what_a_build_says_cannot_steer_the_terminal(bench):
    with pytest.raises(BuildFailedError) as caught:
        bench.builder().wheel(
            bench.archive(sdist(project(code="print('\\x1b]0;owned\\x07'); raise SystemExit(3)")))
        )
    assert "\x1b" not in caught.value.why
    assert "owned" in caught.value.why


@pytest.mark.parametrize(
    ("files", "fields", "words"),
    [
        (project(name="other"), {"name": NormalizedName("made")}, "calls itself 'other'"),
        (project(version="2.0"), {"version": "1.0"}, "version 2.0"),
        (project(tag="cp27-cp27m-win32"), {}, "another Python or platform"),
        (project(more="\nbuild_wheel = lambda *a, **k: 'missing.whl'\n"), {}, "is not there"),
        (project(more="\nbuild_wheel = lambda *a, **k: '../../x.whl'\n"), {}, "which is no name"),
        (project(more="\nbuild_wheel = lambda *a, **k: None\n"), {}, "which is no name"),
        (project(more="\nimport os\nbuild_wheel = lambda *a, **k: os._exit(0)\n"), {}, "gave no answer"),
    ],
)
def test_a_wrong_result_is_refused(bench, files, fields, words):
    with pytest.raises(WrongResultError) as caught:
        bench.builder().wheel(bench.archive(sdist(files), **fields))
    assert words in caught.value.why
    bench.store.close()
    assert bench.leftovers() == []
    assert os.listdir(bench.store.layout.trees) == []


def test_a_link_instead_of_a_wheel_is_refused(bench):
    more = "\ndef build_wheel(folder, *a, **k):\n    os.symlink('/etc/passwd', folder + '/made-1.0-py3-none-any.whl')\n"
    more += "    return 'made-1.0-py3-none-any.whl'\n"
    with pytest.raises(WrongResultError, match="refused"):
        bench.builder().wheel(bench.archive(sdist(project(more=more))))


def test_build_requirements_that_nobody_has_are_named(bench):
    with pytest.raises(BuildRequirementsError) as caught:
        bench.builder().wheel(bench.archive(sdist(project(requires='"nobody-has-this"'))))
    assert "nobody-has-this" in caught.value.why


def test_a_project_that_needs_itself_is_no_endless_work(bench):
    builder = bench.builder()
    source = bench.archive(sdist(project()), name=NormalizedName("made"), version="1.0")
    with pytest.raises(BuildCycleError) as caught:
        builder.wheel_below(source, ("made 1.0", "other 2.0"))
    assert caught.value.chain == ("made 1.0", "other 2.0", "made 1.0")


def test_without_isolation_the_environment_itself_is_used_and_checked(bench):
    source = bench.tree(project(requires='"nobody-has-this"'))
    assert bench.builder(isolated=False).wheel(source).filename == "made-1.0-py3-none-any.whl"
    with pytest.raises(BuildRequirementsError) as caught:
        bench.builder(isolated=False, check=True).wheel(source)
    assert "nobody-has-this is not installed" in caught.value.why


def test_editable_needs_a_backend_that_can(bench):
    with pytest.raises(EditableMissingError):
        bench.builder().wheel(bench.tree(project(), editable=True))
    more = "\ndef build_editable(folder, settings=None, metadata_directory=None):\n    return _wheel(folder, settings)\n"
    built = bench.builder().wheel(bench.tree(project(more=more), "second", editable=True))
    assert built.filename == "made-1.0-py3-none-any.whl"


def test_a_part_of_an_archive_is_built(bench):
    files = {f"inner/{path}": content for path, content in project().items()}
    source = bench.archive(sdist(files), subdirectory="inner")
    assert bench.builder().wheel(source).filename == "made-1.0-py3-none-any.whl"


def test_stopping_ends_a_build_at_once(bench):
    builder = bench.builder()
    source = bench.archive(sdist(project(code="import time; time.sleep(600)")))
    failures = []

    def build():
        try:
            builder.wheel(source)
        except Exception as error:  # noqa: BLE001
            failures.append(error.code)

    thread = threading.Thread(target=build)
    thread.start()
    while not bench.told.said:
        thread.join(0.05)
    thread.join(0.5)
    bench.store.close()
    thread.join(20)
    assert not thread.is_alive()
    assert failures == ["E-BUILD-STOPPED"]


def test_a_build_that_looks_for_the_network_is_told_apart(bench):
    code = "import socket; socket.create_connection(('index.example', 80))"
    builder = bench.builder()
    if builder._sandbox.why_not():
        pytest.skip("nothing can be shut in here")
    with pytest.raises(BuildNetworkError):
        builder.wheel(bench.archive(sdist(project(code=code))))


def test_an_sdist_of_a_folder(bench):
    made = Path(bench.builder().sdist(bench.tree(project()), str(bench.folder)))
    assert made.name == "made-1.0.tar.gz"
    assert bench.builder().wheel(bench.archive(made.read_bytes())).filename == "made-1.0-py3-none-any.whl"
