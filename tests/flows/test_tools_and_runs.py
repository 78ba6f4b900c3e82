"""``bodega run`` and ``bodega tool``: programs with what they need, as a new user would run them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.server import environment

MAIN = b"import sys, helper\ndef main():\n    print(helper.__name__, VERSION, *sys.argv[1:])\n    return 3\n"


@pytest.fixture(scope="module")
def links(tmp_path_factory):
    folder = tmp_path_factory.mktemp("links")
    for version in ("1.0", "2.0"):
        write_wheel(
            folder,
            "speaker",
            version,
            files={"speaker.py": MAIN.replace(b"VERSION", repr(version).encode())},
            metadata="Requires-Dist: helper\n",
            extra_info={"entry_points.txt": b"[console_scripts]\nspeak = speaker:main\n"},
        )
    write_wheel(folder, "helper", "1.0", files={"helper.py": b"x = 1\n"})
    return folder


class Place:
    """A home of its own, and the links as the only source."""

    def __init__(self, home: Path, links: Path) -> None:
        self.home = home
        self.links = links

    def __call__(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bodega", *words],
            env=environment(
                self.home, **{"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.links), **variables}
            ),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def bodega(tmp_path, links):
    return Place(tmp_path, links)


def test_a_tool_runs_without_being_installed_and_its_exit_code_is_passed_on(bodega):
    done = bodega("tool", "run", "--from", "speaker", "speak", "a", "--b")
    assert (done.returncode, done.stdout) == (3, "helper 2.0 a --b\n"), done.stderr
    older = bodega("tool", "run", "--from", "speaker==1.0", "speak")
    assert older.stdout == "helper 1.0\n"
    # The second time nothing is asked: what led there is known.
    again = bodega("tool", "run", "--from", "speaker", "speak", PIP_FIND_LINKS="/nowhere")
    assert again.stdout == "helper 2.0\n"


def test_a_program_that_is_not_there_names_those_that_are(bodega):
    done = bodega("tool", "run", "speaker")
    assert done.returncode == 1
    assert "E-RUN-NO-PROGRAM" in done.stderr
    assert "speak" in done.stderr


def test_a_script_gets_what_its_head_asks_for(bodega):
    script = bodega.home / "script.py"
    script.write_text('# /// script\n# dependencies = ["helper"]\n# ///\nimport helper\nprint(helper.x)\n')
    done = bodega("run", "script.py")
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


def test_a_command_sees_the_environment_in_use_and_what_is_asked_for_besides(bodega):
    assert bodega("venv").returncode == 0
    assert bodega("install", "helper").returncode == 0
    plain = bodega("run", "python", "-c", "import helper, sys; print(sys.prefix)")
    assert plain.stdout.strip() == str(bodega.home / ".venv"), plain.stderr
    both = bodega(
        "run", "--with", "speaker==1.0", "python", "-c", "import helper, speaker; print(helper.__file__)"
    )
    assert both.returncode == 0, both.stderr
    listed = json.loads(bodega("list", "--format", "json").stdout)
    assert "speaker" not in {one["name"] for one in listed}
    assert bodega("run", "--with", "speaker", "speak", "x").stdout == "helper 2.0 x\n"


def test_a_signal_reaches_the_program(bodega):
    assert bodega("venv").returncode == 0
    code = "import signal,sys,time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(42)); print('up', flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-m", "bodega", "run", "python", "-c", code],
        env=environment(bodega.home),
        cwd=bodega.home,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 42


def test_a_tool_is_installed_listed_upgraded_and_removed(bodega):
    done = bodega("tool", "install", "speaker<2")
    assert done.returncode == 0, done.stderr
    assert "not on the PATH" in done.stderr
    program = bodega.home / ".local/bin/speak"
    assert (
        subprocess.run([program, "x"], check=False, capture_output=True, text=True).stdout == "helper 1.0 x\n"
    )
    assert bodega("tool", "list").stdout == "speaker 1.0: speak\n"
    assert bodega("tool", "upgrade").stdout == ""
    assert bodega("tool", "install", "speaker").returncode == 0
    assert json.loads(bodega("tool", "list", "--json").stdout)["tools"][0]["version"] == "2.0"
    assert bodega("tool", "uninstall", "speaker").returncode == 0
    assert not os.path.lexists(program)
    assert bodega("tool", "list").stdout == ""
    assert "E-TOOL-UNKNOWN" in bodega("tool", "uninstall", "speaker").stderr


def test_a_program_of_somebody_else_is_left_alone(bodega):
    program = bodega.home / ".local/bin/speak"
    program.parent.mkdir(parents=True)
    program.write_text("mine")
    done = bodega("tool", "install", "speaker")
    assert (done.returncode, "E-TOOL-PROGRAM-TAKEN" in done.stderr) == (1, True)
    assert program.read_text() == "mine"
    assert bodega("tool", "list").stdout == ""
    assert bodega("tool", "install", "speaker", "--force").returncode == 0
    assert program.is_symlink()


def test_a_library_is_no_tool_and_a_failed_install_leaves_the_earlier_one(bodega):
    assert "E-TOOL-NO-PROGRAMS" in bodega("tool", "install", "helper").stderr
    assert bodega("tool", "install", "speaker==1.0").returncode == 0
    started = time.monotonic()
    assert bodega("tool", "install", "speaker==9.0").returncode == 3
    assert time.monotonic() - started < 60
    assert bodega("tool", "list").stdout == "speaker 1.0: speak\n"
    program = bodega.home / ".local/bin/speak"
    assert subprocess.run([program], check=False, capture_output=True, text=True).stdout == "helper 1.0\n"
