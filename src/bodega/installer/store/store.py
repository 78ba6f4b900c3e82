"""The store: wheels in, verified read-only trees out, shared by all environments of a user."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Self

from bodega.installer.store.errors import StoreFullError, StoreUnwritableError
from bodega.installer.store.layout import FOLDER_MODE, Layout
from bodega.installer.store.leases import Lease
from bodega.installer.store.spreading import spread
from bodega.installer.store.staging_area import StagingArea, clear_left_over, remove_tree

# Each is imported by the method that needs it: much is done with a store that holds all already.
if TYPE_CHECKING:
    from bodega.installer.store.bytecode import Bytecode, CompileRequest
    from bodega.installer.store.census import Census
    from bodega.installer.store.collecting import Cleared, Limits, Needs
    from bodega.installer.store.runnable import Runnable
    from bodega.installer.store.tree import Tree
    from bodega.installer.store.verifying import Checked

#: How many other trees of a project are looked into for equal contents.
_RELATIVES = 3
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Store:
    """A store at a folder, made when needed. Threads and processes may use it at once.

    ``close`` (or leaving it as a context) removes what this process left unfinished.
    """

    def __init__(self, root: str) -> None:
        self.layout = Layout(os.path.abspath(root))
        self._area: StagingArea | None = None
        self._lock = Lock()
        self._made = False
        self._closing: list[Callable[[], None]] = []
        self._lease = Lease(self.layout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def at_close(self, call: Callable[[], None]) -> None:
        """Have something called before this process's staging folder goes: who works there lets go of it."""
        self._closing.append(call)

    def workplace(self) -> str:
        """A new empty folder for work on the way to a wheel; raises StoreUnwritableError, StoreFullError.

        ``close`` removes it, or after a kill the next process.
        """
        with self._writing():
            return self._staging().folder()

    def close(self) -> None:
        """Remove this process's staging folder."""
        while self._closing:
            self._closing.pop()()
        with self._lock:
            if self._area is not None:
                self._area.close()
                self._area = None
        self._lease.close()

    def incoming(self) -> str:
        """The folder for downloads on their way; raises StoreUnwritableError."""
        self._make()
        return self.layout.incoming

    def scratch(self) -> str:
        """A new empty folder for work of this process, gone when the store is closed or the process dies."""
        with self._writing():
            return self._staging().folder()

    def tree(self, sha256: str) -> "Tree | None":
        """The tree of the wheel with that sha256 (hexadecimal), if it is there; it stays until ``close``."""
        if not _SHA256.fullmatch(sha256) or not self._lease.use(self.layout.tree(sha256)):
            return None
        return self.look(sha256)

    def bytecode(self, sha256: str, tag: str) -> "Bytecode | None":
        """The .pyc of a tree for an interpreter (cache tag and magic number), if they are there."""
        from bodega.installer.store.bytecode import load_bytecode  # noqa: PLC0415

        return load_bytecode(self.layout, sha256, tag)

    def runnable(self, tree: "Tree", tag: str) -> "Runnable":
        """The tree with its bytecode for an interpreter, to be linked to; made where it is not there.

        Raises StoreFullError, StoreUnwritableError.
        """
        from bodega.installer.store.runnable import Workplace, runnable  # noqa: PLC0415

        with self._writing():
            at = Workplace(self.layout, self._staging().folder)
            return runnable(at, tree, self.bytecode(tree.sha256, tag), tag)

    def compile(self, request: "CompileRequest", *, behind: bool) -> None:
        """Compile trees: now, or behind in a process that outlives this one; raises StoreUnwritableError."""
        from bodega.installer.store.bytecode import compile_behind, compile_now  # noqa: PLC0415

        with self._writing():
            (compile_behind if behind else compile_now)(self.layout, request)

    def wait_for_bytecode(self, timeout: float) -> bool:
        """Wait until nothing is left to compile; ``False`` when it takes more than ``timeout`` seconds."""
        from bodega.installer.store.bytecode import wait_for_bytecode  # noqa: PLC0415

        return wait_for_bytecode(self.layout, timeout)

    def wheel(self, sha256: str) -> str | None:
        """The path of a kept wheel, if it is there; it stays until ``close``."""
        path = self.layout.wheel(sha256)
        return path if self._lease.use(path) and os.path.exists(path) else None

    def older_wheel(self, filename: str) -> str | None:
        """The path of a kept wheel of another version, the nearest to the named one, if there is any."""
        from bodega.installer.store.kept_wheels import nearest_wheel  # noqa: PLC0415

        path = nearest_wheel(self.layout, filename)
        return path if path and self._lease.use(path) else None

    def add_wheel(self, path: str, sha256: str, filename: str) -> "Tree":
        """Unpack a wheel whose sha256 the caller has checked.

        A wheel below ``incoming`` is moved in and kept, or goes after a failure; any other file is left as
        it is.

        A tree that is there already is given back as it is. Raises WheelError when the wheel is refused,
        StoreFullError, StoreUnwritableError; then the store is as before.
        """
        # A new tree is as old as the folder that it was made in: the lease must be older than that.
        self._lease.hold()
        try:
            return self._taken(path, sha256, filename)
        except BaseException:
            if path.startswith(self.layout.incoming + "/"):
                with suppress(OSError):
                    os.unlink(path)
            raise

    def _taken(self, path: str, sha256: str, filename: str) -> "Tree":
        tree = self.tree(sha256)
        if tree is None:
            with self._writing():
                self._add(path, sha256, filename)
            tree = self.tree(sha256)
            if tree is None:  # another bodega with another format took the place
                raise StoreUnwritableError(self.layout.root, f"the tree {sha256} is of another format")
        else:
            # The same bytes under the name of another release are refused as they would be if they were new.
            from bodega.content.wheel_archive import open_wheel  # noqa: PLC0415

            open_wheel(path, filename).close()
        if path.startswith(self.layout.incoming + "/"):
            with self._writing():
                os.utime(path)
                os.replace(path, self.layout.wheel(sha256))
        return tree

    def verify(self) -> "Checked":
        """Hash everything and say what is not as it was put there."""
        from bodega.installer.store.verifying import check_store  # noqa: PLC0415

        return check_store(self.layout)

    def remove(self, sha256: str) -> None:
        """Take a tree, its bytecode and its wheel away."""
        tree = self.look(sha256)
        if tree is not None:
            remove_tree(f"{self.layout.projects}/{tree.manifest.name}/{sha256}")
        tags = os.listdir(self.layout.runnable) if os.path.isdir(self.layout.runnable) else ()
        for path in (
            *(f"{self.layout.runnable}/{tag}/{sha256}" for tag in tags),
            self.layout.tree(sha256),
            f"{self.layout.bytecode}/{sha256}",
            self.layout.wheel(sha256),
        ):
            remove_tree(path)

    def remake(self, path: str, sha256: str, filename: str) -> None:
        """Unpack a wheel anew in the place of a damaged tree; nothing of what is there is used again.

        Raises as ``add_wheel``; then what was there is there again. Its bytecode goes with it.
        """
        with self._writing():
            aside = self._staging().folder()
            away = [self.layout.tree(sha256), f"{self.layout.bytecode}/{sha256}"]
            away = [place for place in away if os.path.lexists(place)]
            for number, place in enumerate(away):
                os.chmod(place, 0o700)  # a folder that moves is written
                os.rename(place, f"{aside}/{number}")
            try:
                self._add(path, sha256, filename, is_alone=True)
            except BaseException:
                for number, place in enumerate(away):
                    os.rename(f"{aside}/{number}", place)
                raise
            finally:
                remove_tree(aside)
            if path.startswith(self.layout.incoming + "/"):
                os.replace(path, self.layout.wheel(sha256))

    def look(self, sha256: str) -> "Tree | None":
        """The tree, without a word that it is used: it may go at any moment."""
        from bodega.installer.store.tree import load_tree  # noqa: PLC0415

        return load_tree(sha256, self.layout.tree(sha256))

    def register(self, root: str, state: str) -> None:
        """Note that an environment is made from this store, so that ``gc`` knows what it uses.

        ``root`` is its folder, ``state`` where bodega keeps its state of it. A store that cannot be written
        notes nothing, and does not fail.
        """
        from bodega.installer.store.known_environments import note_environment  # noqa: PLC0415

        note_environment(self.layout, root, state)

    def keep_below(self, size: int) -> None:
        """Have the store brought below a size, in bytes, by a process behind this one; cheap to ask for."""
        from bodega.installer.store.behind import clear_behind  # noqa: PLC0415

        clear_behind(self.layout, size)

    def census(self) -> "Census":
        """Everything in it, and what it takes up."""
        from bodega.installer.store.census import take_census  # noqa: PLC0415

        return take_census(self.layout)

    def clear(self, limits: "Limits", needs: "Needs", *, dry_run: bool = False) -> "Cleared":
        """Take away what nothing uses, within limits; raises StoreUnwritableError, StoreFullError."""
        from bodega.installer.store.collecting import clear_store  # noqa: PLC0415

        with self._writing():
            return clear_store(self.layout, limits, needs, None if dry_run else self.scratch)

    def _add(self, path: str, sha256: str, filename: str, *, is_alone: bool = False) -> None:
        from bodega.installer.store.making import make_tree  # noqa: PLC0415

        folder = self._staging().folder()
        try:
            name = make_tree(path, filename, folder, _nobody if is_alone else self._relatives)
            self._publish(folder, sha256)
            self._note_project(name, sha256)
        finally:
            remove_tree(folder)

    def _publish(self, folder: str, sha256: str) -> None:
        """One rename makes the tree appear; the first of two writers wins, and both are right."""
        target = self.layout.tree(sha256)
        for _ in range(2):
            try:
                os.rename(folder, target)
            except OSError as error:
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                    raise
                if self.tree(sha256) is not None:
                    return
                remove_tree(target)  # of another format, or damaged
            else:
                os.chmod(target, FOLDER_MODE)
                return

    def _note_project(self, name: str, sha256: str) -> None:
        os.makedirs(f"{self.layout.projects}/{name}", exist_ok=True)
        _write(f"{self.layout.projects}/{name}/{sha256}", b"")

    def _relatives(self, name: str) -> "Iterator[Tree]":
        """The newest trees of a project."""
        try:
            entries = sorted(
                os.scandir(f"{self.layout.projects}/{name}"), key=lambda entry: entry.stat().st_mtime
            )
        except OSError:
            return
        for entry in entries[-_RELATIVES:]:
            tree = self.look(entry.name)
            if tree is not None:
                yield tree

    def _staging(self) -> StagingArea:
        with self._lock:
            if self._area is None:
                clear_left_over(self.layout.staging, self.layout.incoming)
                self._area = StagingArea(self.layout.staging)
            return self._area

    def _make(self) -> None:
        if self._made:
            return
        try:
            for folder in self.layout.folders():
                os.makedirs(folder, exist_ok=True)
            spread(self.layout.staging)
        except OSError as error:
            raise StoreUnwritableError(self.layout.root, error.strerror or str(error)) from error
        self._made = True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._make()
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise StoreFullError(self.layout.root) from error
            raise StoreUnwritableError(self.layout.root, error.strerror or str(error)) from error


def _nobody(_name: str) -> "Iterator[Tree]":
    """No other trees, whose contents might be linked."""
    return iter(())


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
