"""A change of a project, killed at each step: every file is whole, the old one or the new one."""

import os
import signal
import sys

import pytest

from support.killing import CHANGES
from support.projects import Project, offer
from support.upstream import Upstream

TEXT = """\
[project]
name = "demo"
version = "1"
dependencies = ["beta"]
"""


@pytest.fixture
def project(tmp_path):
    with Upstream() as index:
        offer(index, {"beta": {"1.0": []}, "gamma": {"0.4.2": []}})
        yield Project(tmp_path, index.root, TEXT)


def test_a_kill_leaves_each_file_whole(project):
    project.run("lock", "--no-default-groups")
    whole = {project.file: {project.text}, project.lock: {project.lock.read_text()}}
    before = {path: next(iter(texts)) for path, texts in whole.items()}
    project.run("add", "--no-sync", "gamma")
    for path, texts in whole.items():
        texts.add(path.read_text())
    seen = set()
    for at in range(1, 40):
        for path, text in before.items():
            path.write_text(text)
        child = os.fork()
        if child == 0:
            _add_until_killed(project, at, CHANGES)
        _, status = os.waitpid(child, 0)
        for path, texts in whole.items():
            assert path.read_text() in texts
        seen.add(tuple(path.read_text() == before[path] for path in whole))
        if os.WIFEXITED(status):
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    assert seen == {(True, True), (False, True), (False, False)}
    # What was meant stands in the file; the lock is brought after it.
    assert "gamma" in project.text


def _add_until_killed(project, at, changes):
    left = at

    def count(event, _details):
        nonlocal left
        if event in changes:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        sys.addaudithook(count)
        project.run("add", "--no-sync", "--offline", "gamma")
    finally:
        os._exit(0)
