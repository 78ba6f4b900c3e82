"""Completion in real shells: what TAB offers."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bodega.cli.shells.described import commands
from bodega.cli.table import COMMANDS

PROGRAMS = os.path.dirname(sys.executable)

#: The words typed so far, the last of them to be completed, and some of what must be offered.
TYPED = [
    (["unin"], {"uninstall"}),
    ([""], set(COMMANDS)),
    (["install", "--upgrade-s"], {"--upgrade-strategy"}),
    (["install", "--link-mode", "h"], {"hardlink"}),
    (["token", ""], {"create", "list", "revoke"}),
    (["token", "create", "--sco"], {"--scope"}),
    (["explain", "E-HASH-MIS"], {"E-HASH-MISMATCH", "E-HASH-MISSING"}),
]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shells")
    for shell in ("bash", "zsh", "fish", "powershell"):
        done = subprocess.run(
            [sys.executable, "-m", "bodega", "completion", shell], check=True, capture_output=True
        )
        (folder / shell).write_bytes(done.stdout)
    return folder


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "requirements.txt").touch()
    return {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "dumb"}


def completed_by_bash(script: Path, words: list[str], environment: dict[str, str]) -> set[str]:
    typed = ["bodega", *words]
    code = (
        f'source {script}; COMP_WORDS=("$@"); COMP_CWORD={len(typed) - 1}; '
        f'_bodega_complete bodega "{typed[-1]}" "{typed[-2]}"; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", code, "bash", *typed],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        cwd=environment["HOME"],
        timeout=60,
    )
    return set(done.stdout.split())


@pytest.mark.peers
@pytest.mark.parametrize(("words", "offered"), [*TYPED, (["install", "-r", "requ"], {"requirements.txt"})])
def test_bash_offers_what_can_stand_there(scripts, environment, words, offered):
    found = completed_by_bash(scripts / "bash", words, environment)
    assert offered <= found
    assert {word for word in found if not word.startswith(words[-1])} == set()


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(("words", "offered"), TYPED)
def test_fish_offers_what_can_stand_there(scripts, environment, words, offered):
    line = " ".join(["bodega", *words])
    code = f"source {scripts / 'fish'}; complete -C {line!r}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    assert offered <= {row.split("\t")[0] for row in done.stdout.splitlines()}


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes_what_is_typed(scripts, environment):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(environment, PS1="> ")
        os.execvp("zsh", ["zsh", "-f"])  # noqa: S606
    try:
        talk(
            terminal, f"autoload -U compinit; compinit -u; source {scripts / 'zsh'}; echo re''ady\n", "ready"
        )
        talk(terminal, "bodega unin\t", "bodega uninstall")
        talk(terminal, "\x15bodega token create --sco\t", "--scope")
        talk(terminal, "\x15bodega install --link-mode h\t", "hardlink")
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


def talk(terminal: int, typed: str, expected: str) -> None:
    """Type, and wait until the terminal shows what is expected."""
    os.write(terminal, typed.encode())
    seen, until = "", time.monotonic() + 20
    while expected not in seen:
        assert time.monotonic() < until, seen
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536).decode(errors="replace")


def test_every_script_knows_every_option(scripts):
    for one in (act for command in commands() for act in command.all()):
        for flag in (flag for option in one.options for flag in option.flags):
            for shell in ("bash", "zsh", "powershell"):
                assert flag in (scripts / shell).read_text()
            bare = f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
            assert bare in (scripts / "fish").read_text()
