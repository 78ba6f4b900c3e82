"""Whether what is installed is enough: answered from METADATA alone, constraints included."""

from pathlib import Path

import pytest

from bodega.formats.requirements import parse_requirement
from bodega.installer.commands.satisfied import is_satisfied
from bodega.installer.environments.installed import scan
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import install, new_environment

NEEDS = (
    "Provides-Extra: more\n"
    "Requires-Dist: other>=1,<3 ; python_version >= '3.8'\n"
    "Requires-Dist: absent ; sys_platform == 'nowhere'\n"
    "Requires-Dist: missing ; extra == 'more'\n"
)


@pytest.mark.parametrize(
    ("asked", "constraints", "enough"),
    [
        (["sample"], [], True),
        (["sample>=1", "other"], [], True),
        (["Sample ; sys_platform == 'nowhere'", "absent ; sys_platform == 'nowhere'"], [], True),
        (["sample>=2"], [], False),
        (["sample===1.0"], [], True),
        (["absent"], [], False),
        (["sample[more]"], [], False),
        (["sample"], ["other<3", "sample==1.0", "unheard>9"], True),
        (["sample"], ["other<2"], False),
        (["sample"], ["other<2 ; sys_platform == 'nowhere'"], True),
        (["sample"], ["other @ https://example.org/other-2.0.tar.gz"], False),
        (["sample @ https://example.org/sample-1.0.tar.gz"], [], False),
    ],
)
def test_what_is_there_is_enough_or_not(
    tmp_path: Path, asked: list[str], constraints: list[str], enough: bool
) -> None:
    store = Store(str(tmp_path / "store"))
    interpreter = new_environment(tmp_path / "environment", store)
    wheels = [write_wheel(tmp_path, "sample", metadata=NEEDS), write_wheel(tmp_path, "other", "2.0")]
    install(interpreter, store, *wheels)
    requirements, narrowing = [[parse_requirement(text) for text in texts] for texts in (asked, constraints)]
    assert is_satisfied(requirements, scan(interpreter), interpreter.target, narrowing) is enough


def test_metadata_that_cannot_be_read_is_not_enough(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    interpreter = new_environment(tmp_path / "environment", store)
    install(interpreter, store, write_wheel(tmp_path, "sample"))
    document = Path(interpreter.scheme.purelib, "sample-1.0.dist-info/METADATA")
    document.unlink()
    document.write_bytes(b"nothing")
    assert not is_satisfied([parse_requirement("sample")], scan(interpreter), interpreter.target)
