"""Runs the ``console`` blocks of a document as a reader would: one shell, top to bottom, in a fresh folder.

- ``$ `` begins a command; ``> `` or a backslash at the end continues it; other lines are its expected output.
- ``...`` in a line stands for any text, alone for any lines; where nothing is expected all is accepted.
- A command must succeed, unless the output that is shown has a line that begins with ``error``.
- A command that ends in ``&`` runs until the end; the next one waits for its expected output.
- Port 8417 stands for a free port. ``<!-- not run: why -->`` before a block leaves it out.
"""

import argparse
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server
from types import TracebackType
from typing import IO, Self

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: ?(.*?) ?-->\s*\Z")
IN_BACKGROUND = re.compile(r"(?<!&)&\s*(#.*)?$")
DEFAULT_PORT = "8417"
PATIENCE = 180.0
KEPT = ("PIP_", "SSL_", "UV_")
KEPT_NAMES = {
    "LANG",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
}


class BlockError(Exception):
    """A block that cannot be run, or that does not do what it shows."""


@dataclass(frozen=True)
class Step:
    """One command, the line it stands on, and what it should print."""

    line: int
    command: str
    expected: list[str] = field(default_factory=list)

    @property
    def is_background(self) -> bool:
        """Goes on while later steps run."""
        return IN_BACKGROUND.search(self.command) is not None

    @property
    def may_fail(self) -> bool:
        """The document shows an error, so there must be one."""
        return any(line.startswith("error") for line in self.expected)


def steps(text: str) -> Iterator[Step]:
    """The steps of all blocks that are to be run."""
    for block in FENCE.finditer(text):
        mark = NOT_RUN.search(text[: block.start()])
        first = text.count("\n", 0, block.start()) + 2
        if mark is None:
            yield from _steps_of(block[1], first)
        elif not mark[1]:
            raise BlockError(f"line {first - 2}: `not run` without a reason")


def matches(expected: list[str], output: str) -> bool:
    """Whether an output is what was expected."""
    pattern = "".join(map(_pattern, expected))
    return not expected or re.fullmatch(pattern, output.rstrip() + "\n") is not None


class Shell:
    """One bash in a folder of its own; what it started ends with it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._outputs = folder / "outputs"
        self._outputs.mkdir()
        work = folder / "work"
        work.mkdir()
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=work,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._signal(signal.SIGTERM)
        end = time.monotonic() + 15
        while self._is_alive() and time.monotonic() < end:
            self._process.poll()
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        self._process.communicate()

    def run(self, step: Step) -> None:
        """Do one step and compare; raises BlockError."""
        target = self._outputs / str(step.line)
        if step.is_background:
            self._send(f"{IN_BACKGROUND.sub('', step.command)} > {target} 2>&1 < /dev/null &\n")
            self._await(step, target)
            return
        code = self._send(f"{{\n{step.command}\n}} > {target} 2>&1 < /dev/null\n")
        output = target.read_text("utf-8", "replace")
        if (code != 0) != step.may_fail:
            raise BlockError(f"line {step.line}: `{step.command}` ended with {code}:\n{output}")
        if not matches(step.expected, output):
            shown = "\n".join(step.expected)
            raise BlockError(
                f"line {step.line}: `{step.command}` should print\n{shown}\nbut printed\n{output}"
            )

    def _send(self, text: str) -> int:
        into, out = _pipes(self._process)
        into.write(f"{text}printf '%s\\n' $?\n")
        into.flush()
        answer = _first_line(out)
        if answer is None:
            raise BlockError(f"no end after {PATIENCE:.0f} s, or the shell broke: {text}")
        return int(answer)

    def _await(self, step: Step, target: Path) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            output = target.read_text("utf-8", "replace") if target.exists() else ""
            if matches([*step.expected, "..."] if step.expected else [], output):
                return
            time.sleep(0.05)
        raise BlockError(f"line {step.line}: `{step.command}` is not ready; it printed\n{output}")

    def _is_alive(self) -> bool:
        return self._signal(0)

    def _signal(self, number: int) -> bool:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return False
        return True


def run_document(text: str, programs: Mapping[str, str]) -> int:
    """Run every step of a document with these programs on PATH; how many there were. Raises BlockError."""
    port = _free_port()
    found = list(steps(text.replace(DEFAULT_PORT, str(port))))
    with tempfile.TemporaryDirectory(prefix="bodega-console-") as name:
        folder = Path(name)
        with Shell(folder, _surroundings(folder, programs, port)) as shell:
            for step in found:
                shell.run(step)
    return len(found)


def main() -> int:
    """Run the documents named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", nargs="+", type=Path)
    for document in parser.parse_args().documents:
        try:
            print(f"{document}: {run_document(document.read_text('utf-8'), own_programs())} steps")
        except BlockError as error:
            sys.stderr.write(f"{document}: {error}\n")
            return 1
    return 0


def own_programs() -> dict[str, str]:
    """The programs that a reader is taken to have: bodega, Python, and the clients it is shown beside."""
    here = Path(sys.executable).parent
    found = {name: str(here / name) for name in ("bodega", "uv", "twine") if (here / name).exists()}
    return {"python3": os.path.realpath(sys.executable), **found}


def _surroundings(folder: Path, programs: Mapping[str, str], port: int) -> dict[str, str]:
    for name in ("bin", "home"):
        (folder / name).mkdir()
    for name, target in programs.items():
        (folder / "bin" / name).symlink_to(target)
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT) or name in KEPT_NAMES}
    return {
        **kept,
        # What is shown is shown with a store that keeps things, and on no day's newest pip.
        "PIP_NO_CACHE_DIR": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PATH": f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder / "home"),
        "BODEGA_PORT": str(port),
        "NO_COLOR": "1",
    }


def _steps_of(block: str, first: int) -> Iterator[Step]:
    step: Step | None = None
    for number, line in enumerate(block.splitlines(), first):
        if line.startswith("$ "):
            if step:
                yield step
            step = Step(number, line[2:])
        elif step is None:
            raise BlockError(f"line {number}: output before any command")
        elif not step.expected and (line.startswith("> ") or step.command.endswith("\\")):
            step = Step(step.line, f"{step.command}\n{line.removeprefix('> ')}")
        else:
            step.expected.append(line)
    if step is None:
        raise BlockError(f"line {first}: a console block without a command")
    yield step


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return ".*?".join(re.escape(part) for part in line.rstrip().split("...")) + "[ ]*\n"


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise BlockError("the shell has no pipes")
    return process.stdin, process.stdout


def _first_line(out: IO[str]) -> str | None:
    ready, _, _ = select.select([out], [], [], PATIENCE)
    return (out.readline() or None) if ready else None


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


if __name__ == "__main__":
    sys.exit(main())
