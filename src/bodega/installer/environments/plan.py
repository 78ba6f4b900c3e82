"""From what is installed to what was selected, as a plan: pure values, nothing is touched."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bodega.formats.direct_url import without_credentials
from bodega.formats.names import NormalizedName
from bodega.installer.environments.installed import SHIM, Installed
from bodega.installer.locking.selection import Selected

#: What takes the place of the shim.
PIP = NormalizedName("pip")


@dataclass(frozen=True, slots=True)
class Plan:
    """``install`` puts in place, ``remove`` takes away (upgrades do both), ``keep`` is as wanted.

    ``asked`` are the words of the command line that asked for it, for the history.
    """

    install: tuple[Selected, ...]
    remove: tuple[Installed, ...]
    keep: tuple[Installed, ...]
    asked: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.install or self.remove)


def plan(
    selected: Iterable[Selected],
    installed: Mapping[NormalizedName, Installed],
    *,
    reinstall: Collection[NormalizedName] | bool = (),
    exact: bool = False,
) -> Plan:
    """Compare; ``reinstall`` says what is put in place anew (True: all), ``exact`` removes the rest."""
    install: list[Selected] = []
    remove: list[Installed] = []
    keep: list[Installed] = []
    wanted = {one.name: one for one in selected}
    for name, one in wanted.items():
        present = installed.get(name)
        again = reinstall is True or (reinstall is not False and name in reinstall)
        if present is not None and not again and _is_same(one, present):
            keep.append(present)
            continue
        install.append(one)
        if present is not None:
            remove.append(present)
    for name, present in installed.items():
        if name not in wanted and ((exact and name != SHIM) or (name == SHIM and PIP in wanted)):
            remove.append(present)
    return Plan(tuple(install), tuple(remove), tuple(keep))


def removal(names: Iterable[Installed]) -> Plan:
    """The plan of an uninstall."""
    return Plan((), tuple(names), ())


def _is_same(one: Selected, present: Installed) -> bool:
    if one.version != present.version and not _equal_versions(one.version, present.version):
        return False
    if one.direct_url is None:
        return True
    there = present.direct_url
    wanted = {**one.direct_url, "url": without_credentials(str(one.direct_url.get("url")))}
    return there is not None and dict(there) == wanted


def _equal_versions(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - only where texts differ

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return False
