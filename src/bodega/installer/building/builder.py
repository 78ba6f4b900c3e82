"""Build sources: unpacked, in an environment of their own, shut in, each result kept by what went into it."""

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bodega.formats.filenames import wheel_parts
from bodega.formats.tags import TagRanking
from bodega.installer.building.bench import (
    Bench,
    check_identity,
    check_release,
    label,
    read_document,
    set_up,
)
from bodega.installer.building.build_environments import BuildEnvironments, Tools, missing_from
from bodega.installer.building.errors import (
    BuildCycleError,
    BuildRequirementsError,
    SandboxMissingError,
    WrongResultError,
)
from bodega.installer.building.hooks import Hooks, Means, Place
from bodega.installer.building.passed_on import compiling, passed_on
from bodega.installer.building.results import Results, Surroundings, key_of
from bodega.installer.building.running import Running
from bodega.installer.building.sandbox import Sandbox
from bodega.installer.building.static_metadata import is_static
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.locking.ports import Asked, BuiltWheel, Source

_PIECE = 1 << 20
#: Sources that stay unpacked between their metadata and their wheel.
_MOST_WAITING = 8

ConfigSettings = tuple[tuple[str, str | tuple[str, ...]], ...]
Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """How to build. ``mode`` is ``allow`` or ``sandbox``; ``access`` is ``none``, ``network`` or ``all``.

    ``isolated`` gives each build an environment of its own; else the one that is installed into is used,
    and with ``check`` it must have what is required. ``config_settings`` are for sources that have none.
    ``constraints`` are for build requirements. ``listen`` is told what builds say.
    """

    mode: str = "allow"
    access: str = "none"
    isolated: bool = True
    check: bool = False
    config_settings: ConfigSettings = ()
    constraints: Callable[[], Sequence[Asked]] = tuple
    environ: Mapping[str, str] = field(default_factory=dict)
    listen: Callable[[str], None] | None = None


class SourceBuilder:
    """Implements ``building.ports.ProjectBuilder``. Programs that it started end when the store is closed."""

    def __init__(self, tools: Tools, settings: BuildSettings) -> None:
        self._tools = tools
        self._settings = settings
        self._environments = BuildEnvironments(tools, settings.constraints)
        self._results = Results(tools.store)
        self._running = Running(settings.listen)
        self._sandbox = Sandbox(settings.environ, network=settings.access == "network")
        self._slots = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._waiting: dict[str, Bench] = {}
        self._announced: set[str] = set()
        tools.store.at_close(self._close)

    # --- the port

    def metadata(self, source: Source) -> bytes:
        """The core metadata document; no code is run where the archive's PKG-INFO can be relied on."""
        return self.metadata_below(source, ())

    def wheel(self, source: Source) -> BuiltWheel:
        """Build the wheel, or find that of an earlier build from the same input."""
        return self.wheel_below(source, ())

    def sdist(self, source: Source, folder: str) -> str:
        """Build a source distribution of a folder of sources into another folder; returns the path."""
        with self._bench(source, None) as bench:
            hooks = self._ready(bench, "sdist", source, (label(source),))
            with self._slots:
                made = hooks.sdist(f"{bench.folder}/out")
            path = os.path.join(folder, os.path.basename(made))
            _move(made, path)
        return path

    # --- the same, for what is needed to build something else

    def metadata_below(self, source: Source, chain: Chain) -> bytes:
        """As ``metadata``; ``chain`` is what this is needed for."""
        chain = _lengthened(chain, source)
        key = self._key(source)
        document = self._results.metadata(key)
        if document is not None:
            return document
        with self._bench(source, key, wait=True) as bench:
            document = bench.static_document() if source.filename and not source.revision else None
            if document is None or not is_static(document):
                document = self._prepared(bench, source, chain)
            check_identity(document, source, bench.what)
        self._results.keep_metadata(key, document)
        return document

    def wheel_below(self, source: Source, chain: Chain) -> BuiltWheel:
        """As ``wheel``; ``chain`` is what this is needed for."""
        chain = _lengthened(chain, source)
        key = self._key(source)
        found = self._results.wheel(key)
        if found is not None:
            return found
        kind = "editable" if source.editable else "wheel"
        with self._bench(source, key) as bench:
            hooks = self._ready(bench, kind, source, chain)
            with self._alone(key), self._slots:
                # Another thread or process may have built it while this one waited.
                found = self._results.wheel(key)
                if found is not None:
                    return found
                made = hooks.wheel(kind, f"{bench.folder}/out", bench.prepared)
                built = self._taken(made, source, bench.what)
                self._results.keep_wheel(key, built)
        return built

    def _close(self) -> None:
        self._running.stop()
        tempfile.tempdir = None

    # --- steps

    def _prepared(self, bench: Bench, source: Source, chain: Chain) -> bytes:
        if bench.prepared is not None:
            # Asked for again by the same command, while the source still waits for its wheel.
            return read_document(f"{bench.prepared}/METADATA")
        kind = "editable" if source.editable else "wheel"
        hooks = self._ready(bench, kind, source, chain)
        with self._slots:
            path = hooks.metadata(kind, f"{bench.folder}/metadata")
        bench.prepared = os.path.dirname(path)
        return read_document(path)

    def _ready(self, bench: Bench, kind: str, source: Source, chain: Chain) -> Hooks:
        """The hooks in an environment that has what building this kind needs."""
        means = self._means(bench.what)
        settings = dict(source.config_settings or self._settings.config_settings)
        requires = [*bench.system.requires, *bench.system.implied]
        hooks = Hooks(self._place(bench, requires, means, chain), means, settings)
        with self._slots:
            more = [one for one in hooks.requires(kind) if one not in requires]
        if more:
            hooks = Hooks(self._place(bench, [*requires, *more], means, chain), means, settings)
        return hooks

    def _place(self, bench: Bench, requires: Sequence[str], means: Means, chain: Chain) -> Place:
        python = self._environment(bench, requires, means, chain)
        return Place(
            what=bench.what,
            source=bench.project,
            whole=bench.whole,
            bench=bench.folder,
            system=bench.system,
            python=python.executable,
            prefix=python.prefix,
            base=python.base_prefix,
        )

    def _environment(self, bench: Bench, requires: Sequence[str], means: Means, chain: Chain) -> Interpreter:
        if not self._settings.isolated:
            interpreter = self._tools.interpreter()
            missing = missing_from(interpreter, requires) if self._settings.check else []
            if missing:
                raise BuildRequirementsError(bench.what, f"without isolation: {'; '.join(missing)}")
            return interpreter
        below = _Below(self, chain)
        if means.sandbox is not None:
            return self._environments.of(requires, below, bench.what)
        # What is not shut in may write anywhere: it gets an environment that nobody else will trust.
        return self._environments.own(f"{bench.folder}/environment", requires, below, bench.what)

    def _means(self, what: str) -> Means:
        reason = "BODEGA_BUILD_ACCESS is all"
        sandbox = None
        if self._settings.access != "all":
            reason = self._sandbox.why_not() or ""
            sandbox = None if reason else self._sandbox
        if sandbox is None and self._settings.mode == "sandbox":
            raise SandboxMissingError(what, reason)
        self._announce(what, sandbox, reason)
        return Means(
            running=self._running,
            sandbox=sandbox,
            environ=passed_on(self._settings.environ),
            keep_log=self._keep_log,
        )

    def _announce(self, what: str, sandbox: Sandbox | None, reason: str) -> None:
        with self._lock:
            if what in self._announced:
                return
            self._announced.add(what)
        how = f"not sandboxed: {reason}"
        if sandbox is not None:
            how = f"sandboxed: {'network open' if sandbox.network else 'no network'}, empty home"
        self._tools.progress.say(f"building {what} from source, {how}")

    def _keep_log(self, place: Place) -> str | None:
        name = "".join(c if c.isalnum() or c in "._-" else "-" for c in os.path.basename(place.what))[:80]
        return self._results.keep_log(place.log, name)

    def _taken(self, made: str, source: Source, what: str) -> BuiltWheel:
        """Check what a build made, and move it into the store."""
        filename = os.path.basename(made)
        parts = wheel_parts(filename)
        if parts is None:
            raise WrongResultError(what, f"{filename[:200]!r} is not the name of a wheel")
        check_release(filename.partition("-")[0], parts.version, source, what)
        if TagRanking(self._tools.interpreter().target.tags).rank(parts.tags) is None:
            raise WrongResultError(what, f"{filename[:200]} is for another Python or platform")
        incoming = f"{self._tools.store.incoming()}/{os.getpid()}-{os.urandom(8).hex()}.part"
        try:
            _move(made, incoming)
            sha256 = _sha256(incoming)
            self._tools.store.add_wheel(incoming, sha256, filename)
        finally:
            if os.path.exists(incoming):
                os.unlink(incoming)
        return BuiltWheel(self._tools.store.layout.wheel(sha256), filename, sha256)

    # --- benches and keys

    @contextmanager
    def _bench(self, source: Source, key: str | None, *, wait: bool = False) -> Iterator[Bench]:
        """A bench for a source, that of its metadata where it waits still; ``wait`` leaves it there after."""
        name = key or f"{source.path or source.url} {source.subdirectory} {source.editable}"
        with self._lock:
            bench = self._waiting.pop(name, None)
        if bench is None:
            bench = self._new_bench(source)
        try:
            yield bench
        except BaseException:
            bench.remove()
            raise
        if not wait:
            bench.remove()
            return
        with self._lock:
            going = [self._waiting.pop(name, None)]
            self._waiting[name] = bench
            while len(self._waiting) > _MOST_WAITING:
                going.append(self._waiting.pop(next(iter(self._waiting))))
        for one in going:
            if one is not None:
                one.remove()

    def _new_bench(self, source: Source) -> Bench:
        folder = self._tools.store.workplace()
        # Where pyproject-hooks leaves its notes: in the folder that is cleared after a kill, too.
        tempfile.tempdir = os.path.dirname(folder)
        try:
            return set_up(source, folder, self._tools.downloads)
        except BaseException:
            from bodega.installer.store.staging_area import remove_tree  # noqa: PLC0415

            remove_tree(folder)
            raise

    @contextmanager
    def _alone(self, key: str | None) -> Iterator[None]:
        if key is None:
            yield
            return
        with self._results.alone(key):
            yield

    def _key(self, source: Source) -> str | None:
        settings, interpreter = self._settings, self._tools.interpreter()
        installed: list[str] = []
        if not settings.isolated:
            installed = sorted(f"{name} {one.version}" for name, one in scan(interpreter).items())
        surroundings = Surroundings(
            interpreter=(interpreter.bytecode, interpreter.target.python, *interpreter.target.tags[:1]),
            settings=sorted(source.config_settings or settings.config_settings),
            variables=compiling(settings.environ),
            constraints=sorted(one.requirement.text for one in settings.constraints()),
            installed=installed,
        )
        return key_of(source, surroundings)


@dataclass(frozen=True, slots=True)
class _Below:
    """Implements ``locking.ports.Builder`` for what a build needs; ``chain`` is what that is for."""

    builder: SourceBuilder
    chain: Chain

    def metadata(self, source: Source) -> bytes:
        return self.builder.metadata_below(source, self.chain)

    def wheel(self, source: Source) -> BuiltWheel:
        return self.builder.wheel_below(source, self.chain)


def _lengthened(chain: Chain, source: Source) -> Chain:
    what = label(source)
    if what in chain:
        raise BuildCycleError([*chain[chain.index(what) :], what])
    return (*chain, what)


def _move(path: str, target: str) -> None:
    """Move a plain file; across file systems it is copied."""
    import shutil  # noqa: PLC0415 - only where something was built

    if os.path.islink(path) or not os.path.isfile(path):
        raise WrongResultError(os.path.basename(path), "it is no plain file")
    shutil.move(path, target)


def _sha256(path: str) -> str:
    hasher = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.hexdigest()
