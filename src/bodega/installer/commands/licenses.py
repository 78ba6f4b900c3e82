"""Licenses: under which terms a lock or an environment may be used, and whether a policy allows that."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bodega.formats.license_policy import LicensePolicy
from bodega.formats.licenses import License, license_of, spdx_expression
from bodega.formats.names import NormalizedName
from bodega.installer.auditing.components import Component, Composition
from bodega.installer.auditing.described import Described, Shelf, describe

#: Where the texts lie (PEP 639), and how they were called before.
_FOLDER = "licenses/"
_OLD_NAMES = re.compile(r"(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*", re.IGNORECASE)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """One component and its licence. ``refused`` are the licences for which a policy refuses it.

    ``via`` leads to it from what was asked for. ``why`` says why nothing is known of it.
    """

    component: Component
    license: License
    refused: tuple[str, ...]
    via: tuple[NormalizedName, ...]
    described: Described

    @property
    def why(self) -> str:
        """Why nothing is known of it; empty where something is."""
        return self.described.why

    def texts(self) -> Iterator[tuple[str, str]]:
        """The texts that it carries, by their paths in its ``.dist-info``; nothing else is ever read."""
        info = self.described.info
        if info is None:
            return
        named = {str(one) for one in self.described.metadata.get("license_files") or ()}
        for name in info.names():
            if name.startswith(_FOLDER) or name in named or _OLD_NAMES.fullmatch(name):
                data = info.read(name)
                if data is not None:
                    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
                    yield name, _NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def licensed(
    composition: Composition, shelf: Shelf, policy: LicensePolicy, known: Mapping[NormalizedName, str]
) -> list[Licensed]:
    """Every component with its licence; ``known`` are told by people, where metadata say too little."""
    found = []
    for one in describe(composition.components, shelf):
        name = one.component.name
        told = known.get(name)
        license_ = License(spdx_expression(told), "told", told) if told else license_of(one.metadata)
        found.append(
            Licensed(
                component=one.component,
                license=license_,
                refused=policy.broken_by(license_.expression),
                via=composition.path_to(name),
                described=one,
            )
        )
    return found
