"""Wiring of the installer: settings and options to a workshop, nothing dear imported before its time."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from bodega.bootstrap.building import BuildWishes, lazy_builder
from bodega.bootstrap.pip_configuration import (
    PipConfiguration,
    built_in_index_url,
    environment_prefix,
    read_pip_configuration,
)
from bodega.bootstrap.settings import Given, Settings, read_settings
from bodega.bootstrap.transport import LazyTransport
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.installer.building.ports import Progress
from bodega.installer.commands.workshop import Supplies, Workshop
from bodega.installer.environments.discovery import find
from bodega.installer.environments.errors import NoEnvironmentError
from bodega.installer.environments.foreign import Foreign, foreign_target
from bodega.installer.environments.interpreter import Interpreter, describe
from bodega.installer.environments.placing import Place, falls_back, placed
from bodega.installer.store.computed import ComputedFiles
from bodega.installer.store.store import Store

if TYPE_CHECKING:
    from bodega.installer.building.build_environments import Tools
    from bodega.installer.indexes.release_documents import ReleaseDocuments
    from bodega.simple_api.pages import ProjectPage

_Made = TypeVar("_Made")


#: How many times a download that was cut is gone on with, where nothing is said.
DEFAULT_RESUMES = 5


class VirtualEnvironmentRequiredError(BodegaError):
    """Only environments may be acted on, and this is none."""

    code = "E-VIRTUALENV-REQUIRED"

    def __init__(self, python: str) -> None:
        super().__init__(f"{python} is no environment's Python", why="--require-virtualenv is set")
        self.python = python


class NoIndexKnownError(BodegaError):
    """No index was set, and pip has none either."""

    code = "E-SETTING-NO-INDEX"

    def __init__(self) -> None:
        super().__init__(
            "there is no index to install from",
            why="none was set, pip's configuration has no index-url, and no pip can be imported",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a command line may say about indexes, environment and store; ``None`` where it says nothing.

    ``own_interpreter`` takes the one that runs bodega where no environment is found.
    """

    python: str | None = None
    index_url: str | None = None
    index_strategy: str = "first-index"
    no_index: bool = False
    find_links: tuple[str, ...] = ()
    refresh: frozenset[str] = frozenset()
    uploaded_prior_to: str | None = None
    isolated: bool = False
    place: Place = field(default_factory=Place)
    foreign: Foreign = field(default_factory=Foreign)
    require_virtualenv: bool = False
    cache_dir: str | None = None
    no_cache: bool = False
    checkouts: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    index_pins: tuple[tuple[NormalizedName, str], ...] = ()
    offline: bool = False
    link_mode: str | None = None
    lock_policy: str | None = None
    compile: str = "behind"
    options: tuple[tuple[str, str], ...] = ()
    build: BuildWishes = field(default_factory=BuildWishes)
    own_interpreter: bool = False
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Implements ``indexes.reader.Settings``; indexes are looked up when first asked for."""

    look_up: Callable[[], tuple[str, ...]]
    offline: bool
    refresh: frozenset[str] = frozenset()
    merges: bool = False
    pins: Mapping[NormalizedName, str] = field(default_factory=dict)

    @property
    def indexes(self) -> Sequence[str]:
        """Base URLs in the order to be asked."""
        return self.look_up()


def open_workshop(wishes: Wishes, progress: Progress) -> Workshop:
    """The workshop of one command."""
    given = {"link_mode": wishes.link_mode, "lock_policy": wishes.lock_policy}
    settings = read_settings(os.environ, Given(given))
    store = Store(_store_folder(wishes, settings))
    made: list[Workshop] = []
    workshop = Workshop(
        interpreter=_once(lambda: _interpreter(wishes, store, progress)),
        store=store,
        supplies=_once(lambda: _supplies(wishes, settings, made[0])),
        computed=ComputedFiles(f"{store.layout.root}/computed"),
        progress=progress,
        link_mode=settings.text("link_mode"),
        compile=wishes.compile,
        builds=settings.text("build") != "never",
        store_size=settings.size("store_size"),
        offline=wishes.offline,
        lock_policy=settings.text("lock_policy"),
        asked=wishes.asked,
    )
    made.append(workshop)
    if wishes.uploaded_prior_to:
        workshop.supplies()  # refuses what is no moment, whether or not it comes to be needed
    return workshop


def _resumes(pip: PipConfiguration) -> int:
    said = pip.text("resume-retries")
    return int(said) if said is not None and said.isdecimal() else DEFAULT_RESUMES


def _supplies(wishes: Wishes, settings: Settings, workshop: Workshop) -> Supplies:
    """Made when the first is needed: where all is there already, none of this is imported."""
    from bodega.bootstrap.narrowing import narrowed
    from bodega.installer.building.references import DirectReferences
    from bodega.installer.indexes.downloads import Downloads
    from bodega.installer.indexes.kept_metadata import KeptMetadata
    from bodega.installer.indexes.kept_pages import KeptPages
    from bodega.installer.indexes.reader import Reader, Sources

    store, pip = workshop.store, _pip(wishes)
    look_up = _once(lambda: _indexes(wishes, settings, pip))

    pins = {name: _as_base(url) for name, url in wishes.index_pins}

    def known() -> tuple[str, ...]:
        # Files are fetched by a lock too, which names no index: its credentials are needed all the same.
        found = tuple(dict.fromkeys(pins.values()))
        with suppress(NoIndexKnownError):
            found = (*look_up(), *found)
        return tuple(url for url in found if url.startswith(("http://", "https://")))

    transport = LazyTransport(pip, known)
    downloads = Downloads(transport, store.layout.incoming, offline=wishes.offline, resumes=_resumes(pip))
    store.at_close(downloads.close)
    asking = IndexSettings(
        look_up,
        wishes.offline,
        _refreshed(wishes),
        merges=wishes.index_strategy == "unsafe-best-match",
        pins=pins,
    )
    first = Reader(
        transport,
        asking,
        pages=KeptPages(f"{store.layout.root}/pages"),
        metadata=KeptMetadata(f"{store.layout.root}/metadata"),
        sources=Sources(_parse, downloads, _read_metadata),
    )
    configured = (place for place in pip.several("find-links") if place not in wishes.find_links)
    places = (*wishes.find_links, *configured)
    builder = lazy_builder(wishes.build, settings, pip, lambda: _tools(workshop))
    return Supplies(
        reader=narrowed(first, places, wishes.uploaded_prior_to, transport),
        downloads=downloads,
        builder=builder,
        references=DirectReferences(
            store, downloads, builder, os.path.abspath(wishes.checkouts or _checkouts(os.environ))
        ),
        documents=lambda: _documents(transport, asking),
    )


def _documents(transport: LazyTransport, asking: IndexSettings) -> "ReleaseDocuments":
    from bodega.installer.indexes.release_documents import ReleaseDocuments

    return ReleaseDocuments(transport, asking.indexes, offline=asking.offline)


def _tools(workshop: Workshop) -> "Tools":
    """What builds work with: the same."""
    from bodega.installer.building.build_environments import Tools

    return Tools(
        interpreter=workshop.interpreter,
        store=workshop.store,
        reader=workshop.reader,
        downloads=workshop.downloads,
        computed=workshop.computed,
        references=workshop.references,
        progress=workshop.progress,
    )


def _store_folder(wishes: Wishes, settings: Settings) -> str:
    """Where the store is: ``--cache-dir`` names another place, ``--no-cache-dir`` one for this command."""
    if wishes.no_cache:
        import atexit
        import tempfile

        from bodega.installer.store.staging_area import remove_tree

        folder = tempfile.mkdtemp(prefix="bodega-store-")
        atexit.register(remove_tree, folder)
        return folder
    return os.path.join(wishes.cache_dir, "bodega") if wishes.cache_dir else settings.store


def _refreshed(wishes: Wishes) -> frozenset[str]:
    from bodega.formats.names import normalize

    return frozenset(name if name.startswith(":") else normalize(name) for name in wishes.refresh)


def _checkouts(environment: Mapping[str, str]) -> str:
    """Where editable checkouts go: below the environment in use, as pip has it, else here."""
    return os.path.join(environment.get("VIRTUAL_ENV") or os.getcwd(), "src")


def _interpreter(wishes: Wishes, store: Store, progress: Progress) -> Interpreter:
    try:
        interpreter = find(wishes.python, os.environ, store)
    except NoEnvironmentError:
        if not wishes.own_interpreter:
            raise
        interpreter = own_interpreter(store)
    else:
        if wishes.require_virtualenv and not interpreter.is_venv:
            raise VirtualEnvironmentRequiredError(interpreter.executable)
    place = wishes.place
    if falls_back(interpreter, place, os.environ):
        progress.say(
            f"note: {interpreter.scheme.purelib} cannot be written: into the user's folder, as --user"
        )
        place = replace(place, user=True)
    interpreter = placed(interpreter, place, os.environ)
    if wishes.foreign.is_asked:
        target = foreign_target(interpreter.target, wishes.foreign)
        interpreter = replace(interpreter, target=target)
    if interpreter.is_unfinished:
        from bodega.installer.environments.commit import recover

        recover(interpreter)
    return interpreter


def base_interpreter(workshop: Workshop, python: str | None = None) -> Interpreter:
    """An interpreter to make environments of: the one named, that behind the one in use, or bodega's own."""
    if python is not None:
        return find(python, os.environ, workshop.store)
    try:
        used = workshop.interpreter()
    except NoEnvironmentError:
        return own_interpreter(workshop.store)
    return describe(used.base, workshop.store)


def own_interpreter(store: Store) -> Interpreter:
    """The interpreter that runs bodega: what ``lock`` is for where no environment is named."""
    return describe(sys.executable, store)


def _pip(wishes: Wishes) -> PipConfiguration:
    configured = read_pip_configuration(
        os.environ,
        prefix=environment_prefix(wishes.python, os.environ) or sys.prefix,
        isolated=wishes.isolated,
    )
    return PipConfiguration({**configured.values, **dict(wishes.options)})


def _indexes(wishes: Wishes, settings: Settings, pip: PipConfiguration) -> tuple[str, ...]:
    """Extra indexes before the main one: the first that knows a project is the one that is asked."""
    if wishes.no_index or (pip.text("no-index") or "0").lower() not in ("0", "no", "false", "off"):
        return ()
    said = wishes.index_url or settings.text("index_url")
    extra = wishes.extra_index_urls
    main = said or pip.index_url
    if not said:
        extra += pip.several("extra-index-url")
    if main is None:
        main = built_in_index_url()
    if main is None:
        raise NoIndexKnownError
    return tuple(map(_as_base, (*extra, main)))


def _as_base(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _parse(body: bytes, content_type: str, url: str, name: NormalizedName) -> "ProjectPage":
    from bodega.simple_api.parse import parse_page_lightly

    return parse_page_lightly(body, content_type, url, name)


def _read_metadata(path: str, filename: str) -> bytes:
    from bodega.content.wheel_archive import read_metadata

    return read_metadata(path, filename)


def _once(make: Callable[[], _Made]) -> Callable[[], _Made]:
    made: list[_Made] = []

    def ask() -> _Made:
        if not made:
            made.append(make())
        return made[0]

    return ask
