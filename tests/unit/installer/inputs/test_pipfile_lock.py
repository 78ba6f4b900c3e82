import json

import pytest

from bodega.installer.inputs.errors import UnreadableInputError
from bodega.installer.inputs.pipfile_lock import pipfile_requirements


def lock(spec=6, **sections):
    return json.dumps({"_meta": {"pipfile-spec": spec}, **sections}).encode()


def test_each_entry_is_a_line_with_its_marker_and_hashes():
    default = {
        "app": {
            "version": "==1.0",
            "hashes": ["sha256:aa", "sha256:bb"],
            "markers": "python_version >= '3.8'",
        },
        "lib": {"version": "==2", "extras": ["x"]},
        "checkout": {"git": "https://h/x", "ref": "abc"},
        "here": {"path": "./here", "editable": True},
    }
    data = lock(default=default, develop={"check": {"version": "==3"}})
    assert pipfile_requirements(data, "Pipfile.lock").splitlines() == [
        "app==1.0 ; python_version >= '3.8' --hash=sha256:aa --hash=sha256:bb",
        "lib[x]==2",
        "checkout @ git+https://h/x@abc",
        "-e ./here",
    ]
    assert "check==3\n" in pipfile_requirements(data, "Pipfile.lock", ("default", "develop"))


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[" * 100_000,
        b"[]",
        lock(spec=7),
        lock(default=[]),
        lock(default={"app": 1}),
        lock(default={"app": {"version": "==1\n--index-url https://evil.example/"}}),
    ],
)
def test_what_is_no_such_lock_is_refused(data):
    with pytest.raises(UnreadableInputError):
        pipfile_requirements(data, "Pipfile.lock")
