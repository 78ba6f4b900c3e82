import subprocess

import pytest

# In two pieces, so that this file does not hold what is looked for.
HOST = "pypi" + chr(46) + "org"


@pytest.mark.parametrize(
    "text",
    [
        "pkg = 1\n",
        "def read_pkg(): ...\n",
        "class PkgReader: ...\n",
        "def f(dist_obj): ...\n",
        "class BuildArtifact: ...\n",
        "def package(): ...\n",
    ],
)
def test_words_that_are_not_ours(small, tool, text):
    (small / "src/bodega/named.py").write_text(text)
    done = tool("words", small)
    assert done.returncode == 1
    assert "src/bodega/named.py:1: " in done.stderr


def test_words_that_are_ours(small, tool):
    (small / "src/bodega/named.py").write_text(
        "import_package = 1\nMAX_PKG_INFO = 2\nfrom x import pkg\npkg.run()\n"
    )
    assert tool("words", small).stderr == ""


@pytest.mark.parametrize(
    ("path", "text", "offence"),
    [
        ("docs/guide.md", f"see https://{HOST}/simple/\n", "an index host"),
        ("src/bodega/upstream.py", f"URL = 'https://files.{'python'}hosted.org'\n", "an index host"),
        ("docs/guide.md", "run\n/ro" + "ot/.venv/bin/bodega\n", "a path of one machine"),
        ("docs/guide.md", "cd /ho" + "me/ada/bodega\n", "a path of one machine"),
    ],
)
def test_hosts_and_paths_of_one_machine(small, tool, path, text, offence):
    (small / path).write_text(text)
    done = tool("words", small)
    assert done.returncode == 1
    assert f"{path}:{text.count(chr(10))}: {offence}" in done.stderr


def test_what_git_ignores_is_not_ours(small, tool):
    subprocess.run(["git", "init", "-q", str(small)], check=True)
    (small / ".gitignore").write_text("local.toml\n")
    (small / "local.toml").write_text(f'upstream = "https://{HOST}/simple/"\n')
    assert tool("words", small).returncode == 0
