"""Interpreters: what they say about themselves, asked once and kept (PEP 405, 425, 508)."""

import json
import os
import sys
from binascii import crc32
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bodega.formats.targets import Target
from bodega.installer.environments.errors import InterpreterFailedError
from bodega.installer.store.store import Store

_FORMAT = 1
_TIMEOUT = 60.0
_OLDEST = (3, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Where files go, as absolute folders; ``headers`` gets one folder per distribution."""

    purelib: str
    platlib: str
    scripts: str
    data: str
    headers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """An interpreter and the environment that it starts in.

    ``executable`` is what scripts are to name. ``bytecode`` names the form of its .pyc: cache tag and magic
    number. ``base`` is the program behind an environment, links followed. ``externally_managed`` is the
    path of the marker of PEP 668, only outside environments. ``is_bare`` is a folder in which bodega leaves
    nothing of its own.
    """

    executable: str
    base: str
    prefix: str
    base_prefix: str
    scheme: Scheme
    target: Target
    cache_tag: str
    magic: str
    is_venv: bool
    externally_managed: str | None
    is_bare: bool = False

    @property
    def bytecode(self) -> str:
        """``cpython-311-a70d0d0a``."""
        return f"{self.cache_tag}-{self.magic}"

    @property
    def state(self) -> str:
        """The folder where bodega keeps its state of the environment: staging, journal, lock."""
        return os.path.join(self.prefix if self.is_venv else self.scheme.purelib, ".bodega")

    @property
    def is_unfinished(self) -> bool:
        """Whether a change is on its way, or was cut short."""
        return os.path.lexists(f"{self.state}/journal") or os.path.lexists(f"{self.state}/staging")


def describe(python: str, store: Store) -> Interpreter:
    """The interpreter at an absolute path; starts it only where the store does not know it yet.

    Raises InterpreterFailedError.
    """
    real = os.path.realpath(python)
    prefix = os.path.dirname(os.path.dirname(os.path.abspath(python)))
    if os.path.exists(f"{prefix}/pyvenv.cfg"):
        facts = _facts(real, store) if not real.startswith(f"{prefix}/") else _facts(python, store)
        return _environment(os.path.abspath(python), prefix, facts)
    facts = _facts(python if _is_script(real) else real, store)
    return _bare(facts)


def _environment(python: str, prefix: str, facts: Mapping[str, Any]) -> Interpreter:
    version = f"python{facts['markers']['python_version']}{facts['threading']}"
    platlib = f"{prefix}/{facts['platlibdir']}/{version}/site-packages"
    return _interpreter(
        facts,
        python,
        prefix,
        Scheme(
            purelib=f"{prefix}/lib/{version}/site-packages",
            platlib=os.path.join(os.path.realpath(os.path.dirname(platlib)), "site-packages")
            if facts["platlibdir"] != "lib"
            else platlib,
            scripts=os.path.dirname(python),
            data=prefix,
            headers=f"{prefix}/include/site/{version}",
        ),
    )


def _bare(facts: Mapping[str, Any]) -> Interpreter:
    return _interpreter(
        facts,
        facts["executable"],
        facts["prefix"],
        Scheme(**facts["scheme"], headers=facts["headers"]),
    )


def _interpreter(facts: Mapping[str, Any], python: str, prefix: str, scheme: Scheme) -> Interpreter:
    is_venv = os.path.exists(f"{prefix}/pyvenv.cfg")
    marker = os.path.join(facts["stdlib"], "EXTERNALLY-MANAGED")
    return Interpreter(
        executable=python,
        base=os.path.realpath(facts["executable"]),
        prefix=prefix,
        base_prefix=facts["base_prefix"],
        scheme=scheme,
        target=Target(
            python=facts["markers"]["python_full_version"],
            markers=facts["markers"],
            tags=tuple(facts["tags"]),
        ),
        cache_tag=facts["cache_tag"],
        magic=facts["magic"],
        is_venv=is_venv,
        externally_managed=marker if not is_venv and os.path.exists(marker) else None,
    )


def _facts(python: str, store: Store) -> dict[str, Any]:
    try:
        status = os.stat(python)
    except OSError as error:
        raise InterpreterFailedError(python, error.strerror or str(error)) from None
    key = [_FORMAT, python, status.st_mtime_ns, status.st_size, *_machine()]
    kept = f"{store.layout.interpreters}/{_file_name(python)}"
    try:
        with open(kept, encoding="utf-8") as file:
            document = json.load(file)
        if document["key"] == key:
            return dict(document["facts"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    facts = _ask(python)
    # A program that only starts another one (a shim) may start a different one tomorrow.
    if os.path.realpath(facts["executable"]) == os.path.realpath(python):
        _keep(store, kept, {"key": key, "facts": facts})
    return facts


def _machine() -> list[str]:
    system = os.uname() if hasattr(os, "uname") else None
    libc = (
        os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in getattr(os, "confstr_names", ()) else ""
    )
    return [system.release, system.version, system.machine, libc or ""] if system else [sys.platform]


def _file_name(python: str) -> str:
    """What is kept names its interpreter: two of one file name only keep each other out."""
    return f"{crc32(python.encode(errors='surrogateescape')):08x}.json"


def _keep(store: Store, path: str, document: Mapping[str, Any]) -> None:
    folder = os.path.dirname(store.incoming())
    beside = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    if not os.path.isdir(folder):  # pragma: no cover - incoming() made it
        return
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(document, file)
    os.replace(beside, path)


def _ask(python: str) -> dict[str, Any]:
    import subprocess  # noqa: PLC0415 - rarely needed, and dear to import

    import packaging  # noqa: PLC0415

    questions = os.path.join(os.path.dirname(__file__), "questions.py")
    folder = os.path.dirname(os.path.dirname(packaging.__file__))
    try:
        done = subprocess.run(
            [python, "-I", questions, folder], check=True, capture_output=True, text=True, timeout=_TIMEOUT
        )
        facts: dict[str, Any] = json.loads(done.stdout)
        version = tuple(int(part) for part in facts["markers"]["python_version"].split("."))
    except subprocess.CalledProcessError as error:
        is_ancient = "Unknown option: -I" in error.stderr
        why = "known is CPython from 3.8 on" if is_ancient else _last_line(error.stderr)
        raise InterpreterFailedError(python, why) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InterpreterFailedError(python, str(error)) from None
    except (ValueError, TypeError, LookupError, AttributeError):
        raise InterpreterFailedError(python, "it does not answer as Python does") from None
    if facts["markers"]["implementation_name"] != "cpython" or version < _OLDEST:
        raise InterpreterFailedError(python, "known is CPython from 3.8 on")
    if facts["tags"] is None:
        facts["tags"] = _tags_of(version)
    return facts


def _tags_of(version: tuple[int, ...]) -> list[str]:
    """The tags of an interpreter too old for ``packaging``, on this machine."""
    from packaging.tags import compatible_tags, cpython_tags  # noqa: PLC0415

    short = f"cp{version[0]}{version[1]}"
    tags = [*cpython_tags(version, abis=[short]), *compatible_tags(version, interpreter=short)]
    return [str(tag) for tag in tags]


def _is_script(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it failed and said nothing"
