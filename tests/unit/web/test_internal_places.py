"""Where a proxy finds kept files."""

import pytest

from bodega.bootstrap.settings import InvalidSettingError
from bodega.web.internal_places import InternalPlaces


def test_files_below_the_folder_have_a_place() -> None:
    places = InternalPlaces("/kept/", "/data/blobs")
    assert places.of("/data/blobs/sha256/ab/abcd") == b"/kept/sha256/ab/abcd"


@pytest.mark.parametrize("path", [None, "/data/other", "/data/blobs-too/x", "/elsewhere/blobs/x"])
def test_nothing_else_has(path: str | None) -> None:
    assert InternalPlaces("/kept/", "/data/blobs").of(path) is None


@pytest.mark.parametrize(
    "prefix", ["kept/", "/kept", "/", "//", "/ke pt/", "/kept/\r\nx: y/", "/käse/", "http://x/"]
)
def test_prefixes_that_cannot_be(prefix: str) -> None:
    with pytest.raises(InvalidSettingError):
        InternalPlaces(prefix, "/data/blobs")
