import pytest

from bodega.formats.filenames import WheelParts, file_version, named_projects, sdist_version, wheel_parts


@pytest.mark.parametrize(
    ("filename", "parts"),
    [
        ("a_b-1.0-py3-none-any.whl", WheelParts("1.0", (-1, ""), "py3-none-any")),
        ("a-1.0-2x-cp311-abi3-linux_x86_64.whl", WheelParts("1.0", (2, "x"), "cp311-abi3-linux_x86_64")),
        ("a-1+l.1-cp311.cp312-none-any.whl", WheelParts("1+l.1", (-1, ""), "cp311.cp312-none-any")),
        ("a-1.0_1-py3-none-any.whl", WheelParts("1.0-1", (-1, ""), "py3-none-any")),
        ("a-1.0-x2-py3-none-any.whl", None),
        ("a-1.0-py3-none.whl", None),
        ("a-b-c-1.0-py3-none-any.whl", None),
        ("a-1.0.tar.gz", None),
        ("a-1.0-py3-none-any.whl.asc", None),
    ],
)
def test_wheels(filename, parts):
    assert wheel_parts(filename) == parts


@pytest.mark.parametrize(
    ("filename", "project", "version"),
    [
        ("a_b-1.0.tar.gz", "a-b", "1.0"),
        ("A.B-1.0.zip", "a-b", "1.0"),
        ("a-b-1.0-1.tar.gz", "a-b", "1.0-1"),
        ("a-b-1.0.tar.gz", "a", "b-1.0"),
        ("other-1.0.tar.gz", "a", None),
        ("a-1.0.exe", "a", None),
        ("a.tar.gz", "a", None),
    ],
)
def test_sdists_are_read_for_a_known_project(filename, project, version):
    assert sdist_version(filename, project) == version


@pytest.mark.parametrize(
    ("filename", "projects"),
    [
        ("A.B-1.0-py3-none-any.whl", ("a-b",)),
        ("other-1.0-py3-none-any.whl", ("a-b", "other")),
        ("other-1.0.tar.gz", ("a-b",)),
    ],
)
def test_a_wheel_tells_the_project_that_it_is_of(filename, projects):
    assert named_projects(filename, "a-b") == projects


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("a_b-1.0+local.1-py3-none-any.whl", "1.0+local.1"),
        ("a_b-1.0_1-py3-none-any.whl", "1.0-1"),
        ("a-b-2.0.zip", "2.0"),
        ("a_b-1.0-py2.7.egg", "1.0"),
        ("other-1.0-py2.7.egg", None),
        ("a_b-1.0.win32-py2.7.exe", None),
    ],
)
def test_versions_in_names(filename, version):
    assert file_version(filename, "a-b") == version
