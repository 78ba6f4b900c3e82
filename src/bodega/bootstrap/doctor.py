"""A look at all that installs depend on: each finding with what to do, none of it changing anything."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from bodega import __version__
from bodega.bootstrap.pip_configuration import PipConfiguration, read_pip_configuration
from bodega.bootstrap.settings import Given, Settings, read_settings
from bodega.formats.errors import BodegaError
from bodega.formats.urls import masked
from bodega.installer.store.store import Store

State = Literal["ok", "warn", "fail"]
_LITTLE_ROOM = 1 << 30
_MOST_SKEW = 300.0
_PROBED = "pip"
_REFUSALS = frozenset({401, 403})
_FAILURES = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: on what, how it is, in words, and what to do where it is not well."""

    subject: str
    state: State
    words: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: settings, variables, pip's configuration, and the environment that is meant."""

    settings: Settings
    environment: Mapping[str, str]
    pip: PipConfiguration
    python: str | None
    offline: bool


def examine(
    environment: Mapping[str, str], *, python: str | None = None, offline: bool = False
) -> list[Finding]:
    """Look at everything; what goes wrong in one look is that look's finding."""
    patient = Patient(
        read_settings(environment, Given({})),
        environment,
        read_pip_configuration(environment),
        python,
        offline,
    )
    looks: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
        _bodega,
        _environment,
        _store,
        _builds,
        _network,
    )
    found: list[Finding] = []
    for look in looks:
        try:
            found += look(patient)
        except BodegaError as error:
            found.append(
                Finding(look.__name__.strip("_"), "fail", f"{error.what} [{error.code}]", error.why or "")
            )
    return found


def _bodega(patient: Patient) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("bodega", "ok", f"{__version__}, run by Python {version} ({sys.executable})")
    first = shutil.which("bodega", path=patient.environment.get("PATH"))
    own = os.path.join(os.path.dirname(sys.executable), "bodega")
    if first is None:
        yield Finding(
            "PATH", "warn", "bodega is not found by its name", f"export PATH={os.path.dirname(own)}:$PATH"
        )
    elif os.path.exists(own) and os.path.realpath(first) != os.path.realpath(own):
        yield Finding(
            "PATH", "warn", f"another bodega comes first: {first}", "put this one's folder before it"
        )
    else:
        yield Finding("PATH", "ok", f"bodega is {first}")
    for name in patient.settings.unknown_variables:
        yield Finding("settings", "warn", f"{name} is not a setting of bodega", "bodega config show")


def _environment(patient: Patient) -> Iterator[Finding]:
    from bodega.installer.environments.commit import journal_path
    from bodega.installer.environments.discovery import find
    from bodega.installer.environments.installed import scan
    from bodega.installer.environments.link_choice import chosen_link_mode
    from bodega.installer.environments.linked import read_linked

    with Store(patient.settings.store) as store:
        interpreter = find(patient.python, patient.environment, store)
        mode = patient.settings.text("link_mode")
        chosen = chosen_link_mode(store.layout.root, interpreter.prefix)
    why = (
        "--python"
        if patient.python
        else "VIRTUAL_ENV"
        if patient.environment.get("VIRTUAL_ENV")
        else "./.venv"
    )
    count = len(scan(interpreter))
    words = f"{interpreter.prefix} (by {why}), Python {interpreter.target.python}, {count} distributions"
    yield Finding("environment", "ok", words)
    if interpreter.externally_managed:
        yield Finding("environment", "warn", "the system manages it (PEP 668)", "bodega venv")
    if os.path.exists(journal_path(interpreter)):
        yield Finding(
            "environment", "warn", "a change was cut short", "the next command finishes it: bodega list"
        )
    site = interpreter.scheme.purelib
    if not os.access(site if os.path.isdir(site) else interpreter.prefix, os.W_OK):
        yield Finding(
            "environment", "fail", f"{site} cannot be written", "bodega venv    makes one of your own"
        )
    if read_linked(interpreter.prefix).sealed:
        yield Finding("link mode", "ok", "linked: the environment is sealed")
    elif mode != "auto":
        yield Finding("link mode", "ok", f"{mode}: BODEGA_LINK_MODE says so")
    else:
        yield Finding("link mode", "ok", f"{chosen.mode}: {chosen.why}")


def _store(patient: Patient) -> Iterator[Finding]:
    root = patient.settings.store
    place = root
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    if not os.access(place, os.W_OK):
        yield Finding("store", "fail", f"{root} cannot be written", "name another place with BODEGA_STORE")
        return
    free = shutil.disk_usage(place).free
    trees = len(os.listdir(f"{root}/trees")) if os.path.isdir(f"{root}/trees") else 0
    words = f"{root}: {trees} trees, {free / 1e9:.1f} GB free"
    yield Finding(
        "store", "warn" if free < _LITTLE_ROOM else "ok", words, "bodega store gc" * (free < _LITTLE_ROOM)
    )


def _builds(patient: Patient) -> Iterator[Finding]:
    from bodega.installer.building.sandbox import Sandbox

    mode = patient.settings.text("build")
    if mode == "never":
        yield Finding("builds", "ok", "nothing is built: BODEGA_BUILD is never")
        return
    reason = Sandbox(patient.environment).why_not()
    if reason is None:
        yield Finding("builds", "ok", "sources are built shut in: no network, an empty home")
    else:
        yield Finding(
            "builds",
            "fail" if mode == "sandbox" else "warn",
            f"sources cannot be shut in: {reason}",
            "allow user namespaces, or set BODEGA_BUILD=never",
        )


def _network(patient: Patient) -> Iterator[Finding]:
    from bodega.adapters.http.environment import netrc_credentials, proxies
    from bodega.bootstrap.pip_configuration import built_in_index_url

    found, _ = proxies(patient.environment)
    for scheme, proxy in sorted(found.items()):
        yield Finding("proxy", "ok", f"{scheme}: {masked(proxy)}")
    index = patient.settings.text("index_url") or patient.pip.index_url or built_in_index_url()
    if index is None:
        yield Finding("index", "fail", "no index is known", "set BODEGA_INDEX_URL, or index-url in pip.conf")
        return
    index = index if index.endswith("/") else f"{index}/"
    host = index.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    source = "the URL" if "@" in index.partition("://")[2].partition("/")[0] else ""
    source = source or ("netrc" if netrc_credentials(patient.environment)(host) else "none")
    yield Finding("credentials", "ok", f"for {host}: {source}")
    if "://" not in index or index.startswith("file:") or patient.offline:
        yield Finding("index", "ok", f"{masked(index)} (not asked)")
        return
    if index.startswith("http:") and host not in ("127.0.0.1", "localhost"):
        yield Finding(
            "index", "warn", f"{masked(index)} is not encrypted", "use https, where the index has it"
        )
    yield from _asked(patient, index)


def _asked(patient: Patient, index: str) -> Iterator[Finding]:
    from bodega.bootstrap.transport import LazyTransport
    from bodega.installer.indexes.reader import ACCEPT

    transport = LazyTransport(patient.pip)
    started = time.monotonic()
    try:
        with transport.get(f"{index}{_PROBED}/", {"Accept": ACCEPT}) as answer:
            seconds, status = time.monotonic() - started, answer.status
            kind, date = answer.headers.get("content-type", ""), answer.headers.get("date", "")
    finally:
        transport.close()
    if status in _REFUSALS:
        yield Finding(
            "index", "fail", f"{masked(index)} answers {status}", "give credentials: the URL, ~/.netrc"
        )
    elif status >= _FAILURES:
        yield Finding(
            "index", "fail", f"{masked(index)} answers {status}", "try later, or name another index"
        )
    else:
        form = "JSON" if "json" in kind else "HTML alone" if "html" in kind else f"status {status}"
        yield Finding("index", "ok", f"{masked(index)}: {form}, {seconds * 1000:.0f} ms")
    try:
        skew = time.time() - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return
    if abs(skew) > _MOST_SKEW:
        yield Finding("clock", "warn", f"it differs from the index's by {abs(skew):.0f} s", "set the clock")
    else:
        yield Finding("clock", "ok", "as the index's")
