"""Installing elsewhere than into an interpreter's own folders: ``--target``, ``--prefix``, ``--user`` ..."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bodega.installer.environments.errors import PlaceContradictionError, UserSiteHiddenError
from bodega.installer.environments.interpreter import Interpreter, Scheme
from bodega.installer.environments.search_path import shows_outer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to, by pip's options; empty: into the environment itself.

    ``managed`` allows to change what the system manages (``--break-system-packages``), ``never_user`` keeps
    from the user's folder where the interpreter's own cannot be written (``--no-user``).
    """

    target: str = ""
    prefix: str = ""
    root: str = ""
    user: bool = False
    managed: bool = False
    never_user: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Whether the environment itself stays as it is."""
        return bool(self.target or self.prefix or self.root)


def placed(interpreter: Interpreter, place: Place, environment: Mapping[str, str]) -> Interpreter:
    """The interpreter with its files in that place.

    Raises PlaceContradictionError, UserSiteHiddenError.
    """
    _check(place)
    found = interpreter
    if place.target:
        found = _at_target(found, os.path.abspath(os.path.expanduser(place.target)))
    if place.user:
        if interpreter.is_venv and not shows_outer(interpreter.prefix):
            raise UserSiteHiddenError(interpreter.prefix)
        found = _below(found, _user_base(environment))
    if place.prefix:
        found = _below(found, os.path.abspath(os.path.expanduser(place.prefix)))
    if place.root:
        found = _below_root(found, os.path.abspath(os.path.expanduser(place.root)))
    if place.is_elsewhere:
        # Such a folder is packed up, or copied to elsewhere: nothing of ours may stay in it.
        found = replace(found, is_bare=True)
    if place.managed or place.is_elsewhere:
        found = replace(found, externally_managed=None)
    return found


def _check(place: Place) -> None:
    if place.user and place.prefix:
        raise PlaceContradictionError("--user", "--prefix")
    if place.target and (place.user or place.prefix or place.root):
        raise PlaceContradictionError(
            "--target", "--user" if place.user else "--prefix" if place.prefix else "--root"
        )


def _at_target(interpreter: Interpreter, folder: str) -> Interpreter:
    """Everything below one folder, packages at its top."""
    scheme = Scheme(
        purelib=folder,
        platlib=folder,
        scripts=f"{folder}/bin",
        data=folder,
        headers=_headers(interpreter, folder),
    )
    return replace(interpreter, prefix=folder, scheme=scheme, is_venv=False)


def _below(interpreter: Interpreter, folder: str) -> Interpreter:
    """The usual places of Python, below another prefix."""
    name = _version_name(interpreter)
    scheme = Scheme(
        purelib=f"{folder}/lib/{name}/site-packages",
        platlib=f"{folder}/lib/{name}/site-packages",
        scripts=f"{folder}/bin",
        data=folder,
        headers=_headers(interpreter, folder),
    )
    return replace(interpreter, prefix=folder, scheme=scheme, is_venv=False)


def _version_name(interpreter: Interpreter) -> str:
    version = ".".join(interpreter.target.python.split(".")[:2])
    return f"python{version}{'t' if interpreter.cache_tag.endswith('t') else ''}"


def _headers(interpreter: Interpreter, folder: str) -> str:
    return f"{folder}/include/{'site/' if interpreter.is_venv else ''}{_version_name(interpreter)}"


def _below_root(interpreter: Interpreter, root: str) -> Interpreter:
    """Every place as if the folder were the root of the file system; scripts name the true interpreter."""

    def moved(path: str) -> str:
        return root.rstrip("/") + os.path.abspath(path)

    scheme = interpreter.scheme
    return replace(
        interpreter,
        prefix=moved(interpreter.prefix),
        scheme=Scheme(
            purelib=moved(scheme.purelib),
            platlib=moved(scheme.platlib),
            scripts=moved(scheme.scripts),
            data=moved(scheme.data),
            headers=moved(scheme.headers),
        ),
        is_venv=False,
    )


def falls_back(interpreter: Interpreter, place: Place, environment: Mapping[str, str]) -> bool:
    """Whether the user's folder is taken as the interpreter's own cannot be written, as by pip (PEP 370)."""
    if place.is_elsewhere or place.never_user or interpreter.is_venv or environment.get("PYTHONNOUSERSITE"):
        return False
    folders = (interpreter.scheme.purelib, interpreter.scheme.platlib)
    return not all(_is_writable(folder) for folder in folders)


def _is_writable(folder: str) -> bool:
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return os.access(folder, os.W_OK)


def _user_base(environment: Mapping[str, str]) -> str:
    return os.path.abspath(os.path.expanduser(environment.get("PYTHONUSERBASE") or "~/.local"))
