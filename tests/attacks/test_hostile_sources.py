"""Source archives that mean harm: refused before anything of them is built, and nothing lands outside."""

import os

import pytest

from bodega.content.sdist_errors import SdistError
from bodega.installer.building.unpacking import unpack_source
from support.hostile_sdists import NAME, SdistCase, refused_sdists

#: What only an index refuses: a build needs no PKG-INFO, and special bits are simply not taken over.
ONLY_UPLOADS = frozenset({"sdist: setuid file", "sdist: huge PKG-INFO", "no PKG-INFO"})


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            marks=pytest.mark.hostile(
                case=case.number,
                surface="build",
                what=case.name,
                expected=case.code.partition("UNSAFE")[0] + "UNSAFE",
            ),
            id=f"{case.number}-{case.name}",
        )
        for case in refused_sdists()
        if case.code.startswith("E-SDIST") and case.name not in ONLY_UPLOADS
    ],
)
def test_hostile_archives_are_refused_and_nothing_is_outside(tmp_path, case: SdistCase):
    (tmp_path / NAME).write_bytes(case.content)
    (tmp_path / "out").mkdir()
    with pytest.raises(SdistError) as caught:
        unpack_source(str(tmp_path / NAME), NAME, str(tmp_path / "out"))
    assert caught.value.code.startswith("E-SDIST-UNSAFE")
    assert set(os.listdir(tmp_path)) == {NAME, "out"}
    assert not os.path.exists("/etc/evil")
