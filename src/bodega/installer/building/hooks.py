"""Call the hooks of a project's build backend, each in a process of its own (PEP 517, 660)."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bodega.installer.building.build_system import BuildSystem
from bodega.installer.building.errors import (
    BuildFailedError,
    BuildNetworkError,
    BuildSystemError,
    EditableMissingError,
    WrongResultError,
)
from bodega.installer.building.running import Running, Started, tail
from bodega.installer.building.sandbox import Room, Sandbox

if TYPE_CHECKING:
    from pyproject_hooks import BuildBackendHookCaller

#: What programs say that look for a network and find none.
_NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Could not resolve host",
    "Couldn't resolve host",
    "Could not resolve hostname",
    "failed to resolve",
    "NameResolutionError",
    "getaddrinfo",
    "dns error",
    "unable to resolve host",
)
_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One build: names for messages, folders, and who builds.

    ``source`` is the folder of the project, ``whole`` that or one above it which belongs to it,
    ``bench`` the build's own folder with ``tmp``, ``home``, ``log``; ``python`` the interpreter of the
    environment ``prefix`` in which the backend is, ``base`` the folder of the Python behind it.
    """

    what: str
    source: str
    whole: str
    bench: str
    system: BuildSystem
    python: str
    prefix: str
    base: str

    @property
    def log(self) -> str:
        """The file that gets all that the hooks say."""
        return f"{self.bench}/log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How hooks are run: by whom, shut in or not (``None``), with which variables."""

    running: Running
    sandbox: Sandbox | None
    environ: Mapping[str, str]
    keep_log: Callable[[Place], str | None]


class Hooks:
    """The hooks of one build; all raise BuildFailedError, BuildSystemError, BuildStoppedError."""

    def __init__(self, place: Place, means: Means, settings: Mapping[str, Any]) -> None:
        self._place = place
        self._means = means
        self._settings = dict(settings) or None

    def requires(self, kind: str) -> tuple[str, ...]:
        """What building a ``wheel``, ``editable`` or ``sdist`` needs besides what is written."""
        found = self._call(f"get_requires_for_build_{kind}", config_settings=self._settings)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise WrongResultError(self._place.what, "its backend requires something that is no text")
        return tuple(found)

    def metadata(self, kind: str, folder: str) -> str:
        """Prepare metadata in a folder; returns the path of the METADATA file."""
        name = self._call(
            f"prepare_metadata_for_build_{kind}", metadata_directory=folder, config_settings=self._settings
        )
        return self._result(folder, name, "METADATA")

    def wheel(self, kind: str, folder: str, prepared: str | None) -> str:
        """Build a ``wheel`` or an ``editable`` one in a folder; returns the path."""
        name = self._call(
            f"build_{kind}",
            wheel_directory=folder,
            config_settings=self._settings,
            metadata_directory=prepared,
        )
        return self._result(folder, name)

    def sdist(self, folder: str) -> str:
        """Build a source distribution in a folder; returns the path."""
        name = self._call("build_sdist", sdist_directory=folder, config_settings=self._settings)
        return self._result(folder, name)

    def _result(self, folder: str, name: object, *inner: str) -> str:
        """The path that a hook's answer names: a plain file directly in the folder."""
        if not isinstance(name, str) or os.path.basename(name) != name or name in ("", ".", ".."):
            raise WrongResultError(
                self._place.what, f"its backend answered {str(name)[:200]!r}, which is no name"
            )
        path = os.path.join(folder, name, *inner)
        if os.path.realpath(path) != os.path.join(os.path.realpath(folder), name, *inner):
            raise WrongResultError(self._place.what, f"{name[:200]} leads elsewhere")
        if not os.path.isfile(path):
            raise WrongResultError(
                self._place.what, f"its backend says that it made {name[:200]}, and it is not there"
            )
        return path

    def _call(self, hook: str, **given: object) -> Any:
        import warnings  # noqa: PLC0415

        from pyproject_hooks import (  # noqa: PLC0415 - only where something is built
            BackendUnavailable,
            BuildBackendWarning,
            HookMissing,
            UnsupportedOperation,
        )

        # What a backend warns of is for its author; it is repeated at every hook.
        warnings.simplefilter("ignore", BuildBackendWarning)
        step = hook.replace("_", " ")
        try:
            return getattr(self._caller(step), hook)(**given)
        except HookMissing as error:
            if "editable" in hook:
                raise EditableMissingError(self._place.what, self._place.system.backend) from None
            raise BuildSystemError(self._place.what, f"its backend has no {error.hook_name}") from None
        except BackendUnavailable as error:
            raise self._unavailable(error) from None
        except UnsupportedOperation as error:
            raise self._failed(step, error.traceback) from None
        except (FileNotFoundError, ValueError, KeyError) as error:
            # It ended well and left no answer, or one that is none.
            raise WrongResultError(
                self._place.what, f"its backend gave no answer to {hook}: {error}"
            ) from None

    def _unavailable(self, error: Any) -> Exception:
        backend, path = self._place.system.backend, self._place.system.backend_path
        where = f"the project's own {', '.join(path)}" if path else "what [build-system] requires"
        lines = str(error.traceback or error).strip().splitlines()
        reason = lines[-1] if lines else "no reason given"
        why = f"the backend {backend} cannot be imported from {where}: {reason}"
        return BuildSystemError(self._place.what, why)

    def _caller(self, step: str) -> "BuildBackendHookCaller":
        from pyproject_hooks import BuildBackendHookCaller  # noqa: PLC0415 - only where something is built

        system = self._place.system

        def run(
            cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
        ) -> None:
            self._run(step, cmd, cwd or self._place.source, extra_environ or {})

        return BuildBackendHookCaller(
            self._place.source,
            system.backend,
            backend_path=list(system.backend_path) or None,
            runner=run,
            python_executable=self._place.python,
        )

    def _run(self, step: str, command: Sequence[str], folder: str, extra: Mapping[str, str]) -> None:
        means, place = self._means, self._place
        environ = {**means.environ, **extra, **self._variables()}
        if means.sandbox is not None:
            _, script, _, control = command
            room = Room(
                folder=folder,
                readable=(place.prefix, place.base, os.path.dirname(script)),
                writable=(place.whole, place.bench, control),
            )
            command = means.sandbox.command(command, room)
            environ["HOME"] = f"{place.bench}/home"
        code = means.running.run(Started(command=command, folder=folder, environ=environ, log=place.log))
        if code:
            raise self._failed(step, tail(place.log))

    def _variables(self) -> dict[str, str]:
        place = self._place
        return {
            "PATH": f"{place.prefix}/{_SCRIPTS}{os.pathsep}{self._means.environ.get('PATH', os.defpath)}",
            "VIRTUAL_ENV": place.prefix,
            "TMPDIR": f"{place.bench}/tmp",  # noqa: S108 - its own
            "PYTHONNOUSERSITE": "1",
            "PYTHONUTF8": "1",
        }

    def _failed(self, step: str, said: str) -> BuildFailedError:
        log = self._means.keep_log(self._place)
        shut = self._means.sandbox is not None and not self._means.sandbox.network
        kind = BuildNetworkError if shut and any(words in said for words in _NO_NETWORK) else BuildFailedError
        return kind(self._place.what, step, said, log=log)
