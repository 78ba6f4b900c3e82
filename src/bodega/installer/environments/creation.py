"""Make an environment (PEP 405), as ``python -m venv --without-pip`` does, with a pip that is bodega."""

import os
import sys
from dataclasses import dataclass

from bodega.installer.environments.errors import CreationError
from bodega.installer.environments.interpreter import Interpreter, describe
from bodega.installer.environments.pip_shim import Shim, write_shim
from bodega.installer.store.staging_area import remove_tree
from bodega.installer.store.store import Store

_PROGRAM = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the environment is to be like, by the options of ``python -m venv``.

    ``clear``: one that is there already is made anew.
    """

    system_site_packages: bool = False
    copies: bool = False
    prompt: str | None = None
    clear: bool = False

    @property
    def words(self) -> list[str]:
        """The options."""
        chosen = {"--system-site-packages": self.system_site_packages, "--copies": self.copies}
        words = [word for word, is_chosen in chosen.items() if is_chosen]
        return [*words, "--prompt", self.prompt] if self.prompt is not None else words


_USUAL = Form()


def create(
    path: str, base: Interpreter, store: Store, *, shim: Shim | None = None, form: Form = _USUAL
) -> Interpreter:
    """Make an environment of the interpreter's; ``shim`` says what its ``pip`` starts, where it has one.

    Raises CreationError; then nothing is left of what was made.
    """
    path = os.path.abspath(path)
    _check_place(path, clear=form.clear)
    if form.clear:
        remove_tree(path)
    existed = os.path.isdir(path)
    try:
        _make(path, base, form)
        interpreter = describe(f"{path}/{_PROGRAM}", store)
        if shim is not None:
            write_shim(interpreter, shim)
    except BaseException as error:
        remove_tree(path)
        if existed:
            os.mkdir(path)
        if isinstance(error, OSError):
            raise CreationError(path, error.strerror or str(error)) from error
        raise
    return interpreter


def _check_place(path: str, *, clear: bool) -> None:
    try:
        inside = os.listdir(path)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise CreationError(path, "there is a file of that name") from None
    except OSError as error:
        raise CreationError(path, error.strerror or str(error)) from error
    if not inside:
        return
    if "pyvenv.cfg" not in inside:
        raise CreationError(path, "there is something else already")
    if not clear:
        raise CreationError(path, "there is an environment already")


def _make(path: str, base: Interpreter, form: Form) -> None:
    import subprocess  # noqa: PLC0415 - only to make environments

    program = base.base if os.path.exists(base.base) else base.executable
    # -S: venv needs nothing that is installed, and without a look at that it starts in half the time.
    command = [program, "-I", "-S", "-m", "venv", "--without-pip", *form.words, path]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise CreationError(path, str(error)) from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise CreationError(path, lines[-1] if lines else f"{program} -m venv failed and said nothing")
