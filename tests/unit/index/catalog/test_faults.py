"""Faults of one upload, gathered."""

import pytest

from bodega.index.catalog.errors import DigestFault, FormFault, UploadRefusedError
from bodega.index.catalog.faults import MOST, Faults


def test_each_is_told_once_in_order_and_with_its_code() -> None:
    faults = Faults("a.whl")
    faults.refuse_if_any()
    faults.take([FormFault("one"), DigestFault("two", why="so"), FormFault("one")])
    assert (faults.has(DigestFault), faults.has(UploadRefusedError)) == (True, False)
    with pytest.raises(UploadRefusedError) as raised:
        faults.refuse_if_any()
    assert raised.value.lines() == ["one [E-UPLOAD-FORM]", "two: so [E-UPLOAD-DIGEST]"]
    assert raised.value.what == "one [E-UPLOAD-FORM]; two: so [E-UPLOAD-DIGEST]"


def test_very_many_are_an_end() -> None:
    faults = Faults("a.whl")
    with pytest.raises(UploadRefusedError) as raised:
        faults.take(FormFault(str(number)) for number in range(10**9))
    assert len(raised.value.faults) == MOST
