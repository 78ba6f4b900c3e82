import os
import time

import pytest

from console_blocks import BlockError, matches, run_document, steps

PROGRAMS: dict[str, str] = {}


def block(*lines, mark=""):
    return mark + "```console\n" + "".join(f"{line}\n" for line in lines) + "```\n"


def test_commands_share_one_shell_and_a_fresh_folder_and_home():
    text = block("$ pwd > here; cd /", "$ pwd", "/") + block("$ pwd", "/", "$ ls -A $HOME")
    assert run_document(text, PROGRAMS) == 4


def test_output_may_leave_parts_open():
    text = block("$ printf 'installed 5 in 0.3 s\\na\\nb\\ndone\\n'", "installed 5 in ... s", "...", "done")
    assert run_document(text, PROGRAMS) == 1


def test_commands_may_have_several_lines():
    text = block("$ cat <<END", "> one", "> END", "one", "$ echo a \\", "  b", "a b")
    assert run_document(text, PROGRAMS) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("$ echo two", "one"),
        ("$ echo one; echo two", "one"),
        ("$ false",),
        ("$ echo fine", "error[E-X]: not fine"),
        ("$ echo 'error[E-X]: but done'", "error[E-X]: but done"),
        ("no prompt",),
        ("$ exit 0",),
    ],
)
def test_a_block_that_lies_fails(lines):
    with pytest.raises(BlockError):
        run_document(block(*lines), PROGRAMS)


def test_an_error_that_is_shown_must_happen():
    text = block(
        "$ echo 'error[E-X]: so it is'; exit_code() { return 3; }; exit_code", "error[E-X]: so it is"
    )
    assert run_document(text, PROGRAMS) == 1


def test_what_runs_behind_is_awaited_and_ended(tmp_path):
    pid, begin = tmp_path / "pid", time.monotonic()
    text = block(
        f"$ sh -c 'echo $$ > {pid}; sleep 0.2; echo serving 8417; exec sleep 600' &",
        "serving 8417",
        f"$ kill -0 $(cat {pid})",
    ).replace("echo serving 8417", "echo serving $BODEGA_PORT")
    assert run_document(text, PROGRAMS) == 2
    assert 0.2 < time.monotonic() - begin < 30
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_block_may_be_left_out_with_a_reason():
    assert list(steps(block("$ false", mark="<!-- not run: needs root -->\n\n"))) == []
    with pytest.raises(BlockError):
        list(steps(block("$ false", mark="<!-- not run: -->\n")))


def test_text_around_the_open_parts_counts():
    assert matches(["a ... c"], "a b c\n")
    assert not matches(["a ... c"], "a b d\n")
    assert not matches(["a.c"], "abc\n")
