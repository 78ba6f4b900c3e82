import json
import subprocess

import pytest

from support.in_process import quick_command

HASH = "0" * 64
HEAD = 'lock-version = "1.0"\ncreated-by = "someone"\n'


def lock(version="1", digest=HASH, marker="python_version > '3'", name="lib"):
    wheel = f'{{ name = "{name}-{version}-py3-none-any.whl", url = "https://u:pw@h/x.whl", hashes = {{ sha256 = "{digest}" }} }}'
    entry = f'[[packages]]\nname = "{name}"\nversion = "{version}"\nmarker = "{marker}"\n'
    return f"{HEAD}{entry}wheels = [{wheel}]\n"


@pytest.fixture
def diff(tmp_path):
    def run(*words, **locks):
        for name, text in locks.items():
            (tmp_path / f"{name}.toml").write_text(text)
        return quick_command(tmp_path, "lock", "diff", *words)

    return run


def test_two_files_are_compared(diff):
    done = diff("a.toml", "b.toml", "--exit-code", a=lock("1"), b=lock("2"))
    assert (done.returncode, done.stdout) == (1, "~ lib 1 -> 2\n")
    assert diff("a.toml", "b.toml").returncode == 0
    same = diff("a.toml", "a.toml", "--exit-code")
    assert (same.returncode, same.stdout, same.stderr) == (0, "", "nothing differs\n")


def test_other_bytes_are_loud_in_every_form(diff):
    locks = {"a": lock(), "b": lock(digest="1" * 64)}
    text = diff("a.toml", "b.toml", **locks).stdout
    assert text.startswith("! lib 1\n    other bytes under the name lib-1-py3-none-any.whl: sha256:000")
    assert "Do not merge" in diff("a.toml", "b.toml", "--format", "markdown").stdout
    document = json.loads(diff("a.toml", "b.toml", "--json").stdout)
    assert document["releases"][0]["other_bytes"] is True


def test_git_has_the_older_side(diff, tmp_path):
    refused = diff("pylock.toml", pylock=lock("1"))
    assert refused.returncode == 1
    assert "git's last commit" in refused.stderr
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "m"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    done = diff(pylock=lock("2"))
    assert done.stdout == "~ lib 1 -> 2\n"


def test_words_of_a_lock_move_no_cursor_and_make_no_markup(diff):
    locks = {"a": lock(), "b": lock(marker="'\\u001b[31m`|@you' in extras")}
    for words in ((), ("--format", "markdown")):
        out = diff("a.toml", "b.toml", *words, **locks).stdout
        assert "\x1b" not in out
    assert "'\\|@you" in out


def test_more_than_two_locks_are_refused(diff):
    assert diff("a", "b", "c").returncode == 2
