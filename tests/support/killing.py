"""A process that changes an environment and is killed at its N-th change of the file system."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable

from bodega.bootstrap.installer import Wishes, open_workshop
from bodega.cli.progress import Progress
from bodega.formats.names import normalize
from bodega.installer.commands.past import Back
from bodega.installer.commands.past import rollback as back_to
from bodega.installer.environments.apply import apply
from bodega.installer.environments.commit import recover
from bodega.installer.environments.discovery import find
from bodega.installer.environments.installed import scan
from bodega.installer.environments.plan import plan, removal
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store

CHANGES = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "os.chmod", "os.utime"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
KILLED = -signal.SIGKILL


class Killer:
    """Forks a process for each action, out of one that has all modules and no threads."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "support.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )

    def run(self, action: Callable[..., None], *arguments: object, at: int = sys.maxsize) -> int:
        """Run an action, killed before its change number ``at``; the exit code."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        pickle.dump((action.__name__, arguments, at), self._server.stdin)
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def close(self) -> None:
        self._server.communicate()


def install(prefix: str, root: str, selected: list[Selected]) -> None:
    store = Store(root)
    interpreter = find(prefix, {}, store)
    apply(interpreter, plan(selected, scan(interpreter)), store, compile="never")


def uninstall(prefix: str, root: str, names: list[str]) -> None:
    store = Store(root)
    interpreter = find(prefix, {}, store)
    here = scan(interpreter)
    apply(interpreter, removal(here[normalize(name)] for name in names), store, compile="never")


def rollback(prefix: str, root: str) -> None:
    os.environ.update(BODEGA_STORE=root, PIP_CONFIG_FILE=os.devnull)
    wishes = Wishes(python=prefix, compile="never", offline=True, asked=("rollback",))
    back_to(Back(offline=True), open_workshop(wishes, Progress(quiet=True)), lambda _text: None)


def finish(prefix: str, root: str) -> None:
    recover(find(prefix, {}, Store(root)))


def _doomed(action: Callable[..., None], arguments: tuple[object, ...], at: int) -> None:
    left = at

    def count(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        if event in CHANGES or (event == "open" and isinstance(details[2], int) and details[2] & _WRITES):
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    action(*arguments)


def _serve() -> None:
    while True:
        try:
            name, arguments, at = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the test that started this
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)
            _doomed(globals()[name], arguments, at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve()
