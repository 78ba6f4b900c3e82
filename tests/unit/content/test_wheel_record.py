"""RECORD against the members."""

import base64
import hashlib
from pathlib import Path

import pytest

from bodega.content.wheel_archive import open_wheel
from bodega.content.wheel_errors import WheelRecordError, WheelRecordHashError
from bodega.content.wheel_record import promised, verify_wheel
from support.distributions import write_wheel
from support.hostile_wheels import NAME, row, wheel
from support.raw_zip import member


def test_every_file_but_record_itself_is_promised(tmp_path: Path) -> None:
    with open_wheel(str(write_wheel(tmp_path))) as archive:
        promises = promised(archive)
        assert promises.keys() == {one.name for one in archive.members} - {"sample-1.0.dist-info/RECORD"}
        assert promises["sample.py"].digest == hashlib.sha256(b"ANSWER = 42\n").digest()


@pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
def test_better_hashes_are_checked_too(tmp_path: Path, algorithm: str) -> None:
    value = base64.urlsafe_b64encode(hashlib.new(algorithm, b"x").digest()).rstrip(b"=").decode()
    path = tmp_path / NAME
    for content, fails in ((b"x", False), (b"y", True)):
        path.write_bytes(wheel(member("a.txt", content), record=[f"a.txt,{algorithm}={value},1"]))
        with open_wheel(str(path)) as archive:
            if fails:
                with pytest.raises(WheelRecordHashError) as caught:
                    verify_wheel(archive)
                assert caught.value.member == "a.txt"
            else:
                verify_wheel(archive)


def test_a_row_repeated_in_the_same_words_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(wheel(member("a.txt", b"x"), record=[row("a.txt", b"x")] * 2))
    with open_wheel(str(path)) as archive:
        verify_wheel(archive)


def test_what_differs_is_named(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for record, named in (([row("ghost.py", b"")], "ghost.py"), ([], "a.txt")):
        extra = [member("a.txt", b"x")] if named == "a.txt" else []
        path.write_bytes(wheel(*extra, record=record))
        with open_wheel(str(path)) as archive, pytest.raises(WheelRecordError) as caught:
            promised(archive)
        assert caught.value.member == named
