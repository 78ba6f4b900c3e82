"""Opening wheels: what is refused, and with which code."""

from pathlib import Path

import pytest

from bodega.content.wheel_archive import WheelError, open_wheel, read_metadata
from bodega.content.wheel_errors import WheelDistInfoError, WheelFilenameError, WheelUnreadableError
from bodega.content.wheel_record import verify_wheel
from support.distributions import wheel_bytes, write_wheel
from support.hostile_wheels import Case, refused, taken

# Scripts are judged with the manifest: the archive itself is right.
ARCHIVES = [case for case in refused() if case.code != "E-WHEEL-SCRIPT"]


@pytest.mark.parametrize("case", ARCHIVES, ids=lambda case: case.name)
def test_hostile_wheels_are_refused_with_their_code(tmp_path: Path, case: Case) -> None:
    path = tmp_path / "download"
    path.write_bytes(case.content)
    with pytest.raises(WheelError) as caught, open_wheel(str(path), case.filename) as archive:
        verify_wheel(archive)
    assert caught.value.code == case.code
    assert caught.value.filename == case.filename
    assert caught.value.why


@pytest.mark.parametrize("case", taken(), ids=lambda case: case.name)
def test_odd_wheels_are_taken(tmp_path: Path, case: Case) -> None:
    path = tmp_path / case.filename
    path.write_bytes(case.content)
    with open_wheel(str(path)) as archive:
        verify_wheel(archive)
        assert archive.name == "evil"


def test_an_open_wheel_knows_its_place(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "Some.Project", "1.0+local.1", files={"some/__init__.py": b""})
    with open_wheel(str(path)) as archive:
        assert (archive.name, archive.version) == ("some-project", "1.0+local.1")
        assert archive.dist_info == "Some.Project-1.0+local.1.dist-info"
        assert archive.data == "Some.Project-1.0+local.1.data"
        assert archive.wheel.root_is_purelib
        member = archive.member("some/__init__.py")
        assert member is not None
        assert archive.read(member) == b""
        assert archive.member("absent") is None


def test_metadata_is_read_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_bytes(wheel_bytes(metadata="Requires-Dist: other\n"))
    assert b"Requires-Dist: other" in read_metadata(str(path), "sample-1.0-py3-none-any.whl")
    with pytest.raises(WheelFilenameError):
        read_metadata(str(path))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(WheelUnreadableError) as caught:
        open_wheel(str(tmp_path / "sample-1.0-py3-none-any.whl"))
    assert caught.value.why == "No such file or directory"


def test_versions_are_compared_by_meaning(tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_bytes(wheel_bytes(version="1.0.0"))
    open_wheel(str(path), "sample-1.0-py3-none-any.whl").close()
    for version in ("1.1", "1.0.post1", "no.version"):
        with pytest.raises(WheelDistInfoError):
            open_wheel(str(path), f"sample-{version}-py3-none-any.whl")
