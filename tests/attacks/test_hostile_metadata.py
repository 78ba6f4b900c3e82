"""Metadata and pages that mean harm to who resolves: refused or passed over, in bounded time, nothing written."""

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.in_process import quick_command
from support.server import environment
from support.upstream import JSON, Upstream, always

NAME = "victim"
MOST_SECONDS = 30
MOST_MEMORY = 600 << 20
#: Characters of metadata from which memory is bounded, too: in a process of its own.
LARGE = 100_000


@pytest.fixture
def index() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


def offer(
    index: Upstream, version: str, lines: str = "", *, document: bytes | None = None, **changes: object
) -> None:
    """A version of the victim; ``document`` is served as its metadata."""
    filename = wheel_filename(NAME, version)
    entry = index.add(NAME, filename, wheel_bytes(NAME, version, metadata=lines), **changes)
    if document is not None:
        index.documents[f"{filename}.metadata"] = document
        entry["core-metadata"] = True


def lock(
    folder: Path, index: Upstream, *words: str, is_large: bool = False
) -> subprocess.CompletedProcess[str]:
    """Lock the victim within bounds of time, what is large within bounds of memory; a failure writes nothing."""
    index.says_length = False  # and so keeps no connection, which nobody would close in this process
    store = {"BODEGA_STORE": str(folder / "store")}
    command = ["lock", *(words or (NAME,)), "--index-url", index.root]
    started = time.monotonic()
    done = _bounded(folder, command, store) if is_large else quick_command(folder, *command, **store)
    assert time.monotonic() - started < MOST_SECONDS
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert re.search(r"error\[E-[A-Z-]+\]", done.stderr), done.stderr
        assert [one.name for one in folder.iterdir() if one.name != "store"] == []
    return done


def _bounded(
    folder: Path, command: Sequence[str], variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bodega", *command],
        env=environment(folder, **variables),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY)),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=2 * MOST_SECONDS,
        check=False,
    )


def locked(folder: Path) -> str:
    found = re.search(rf'name = "{NAME}"\nversion = "([^"]+)"', (folder / "pylock.toml").read_text("utf-8"))
    assert found is not None
    return found[1]


def many(count: int) -> str:
    return "".join(f"Requires-Dist: p{number}; extra == 'e{number}'\n" for number in range(count))


def nested(depth: int) -> str:
    inner = f"{'(' * depth}python_version > '2'{')' * depth}"
    return f"Requires-Dist: other; {inner}\n"


PASSED_OVER = [
    (76, "200,000 Requires-Dist", many(200_000), "200000 requirements"),
    (76, "20,000 extras", "".join(f"Provides-Extra: e{n}\n" for n in range(20_000)), "20000 extras"),
    (78, "a marker nested 100,000 deep", nested(100_000), "cannot be read"),
    (78, "a marker nested 900 deep", nested(900), ""),
    (
        78,
        "a chain of 50,000 comparisons",
        f"Requires-Dist: other; {' or '.join(['os_name == 1'] * 50_000)}\n",
        "",
    ),
    (78, "a name of 1,000,000 letters", f"Requires-Dist: {'a-' * 500_000}!\n", "cannot be read"),
    (78, "20,000 clauses", f"Requires-Dist: other{'>=1,' * 20_000}\n", ""),
    (79, "a requirement on a name in Cyrillic", "Requires-Dist: r\u0435quests\n", "cannot be read"),
    (84, "metadata of version 99", None, "'99.0'"),
    (18, "metadata of another project", None, "'other'"),
    (19, "metadata of another version", None, "'7.0'"),
]
DOCUMENTS = {
    "metadata of version 99": "Metadata-Version: 99.0\nName: victim\nVersion: 2.0\n",
    "metadata of another project": "Metadata-Version: 2.1\nName: other\nVersion: 2.0\n",
    "metadata of another version": "Metadata-Version: 2.1\nName: victim\nVersion: 7.0\n",
}


def marked(case: tuple[int, str, str | None, str]) -> object:
    number, what, *_ = case
    mark = pytest.mark.hostile(
        case=number,
        surface="metadata",
        what=what,
        expected="passed over for an older version, told where none is",
    )
    return pytest.param(case, id=what, marks=mark)


@pytest.mark.parametrize("case", [marked(case) for case in PASSED_OVER])
def test_such_a_version_is_passed_over(tmp_path, index, case):
    _, what, lines, said = case
    text = DOCUMENTS.get(what) or f"Metadata-Version: 2.1\nName: victim\nVersion: 2.0\n{lines}"
    offer(index, "1.0")
    offer(index, "2.0", document=text.encode())
    index.add("other", wheel_filename("other", "1.0"), wheel_bytes("other", "1.0"))
    assert lock(tmp_path, index, is_large=len(text) > LARGE).returncode == 0
    if said:
        assert locked(tmp_path) == "1.0"
        (tmp_path / "pylock.toml").unlink()
        refused = lock(tmp_path, index, f"{NAME}>1")
        assert refused.returncode == 3
        assert said in refused.stderr


@pytest.mark.hostile(
    case=77,
    surface="metadata",
    what="files of 1.0 and 1.0.0",
    expected="one version, whichever is listed first",
)
@pytest.mark.parametrize("order", [("1.0", "1.0.0"), ("1.0.0", "1.0")])
def test_two_spellings_of_a_version_are_one(tmp_path, index, order):
    for version in order:
        offer(index, version)
    assert lock(tmp_path, index, f"{NAME}==1").returncode == 0
    text = (tmp_path / "pylock.toml").read_text("utf-8")
    assert text.count(f'name = "{NAME}"\n') == 1


@pytest.mark.hostile(
    case=79,
    surface="index",
    what="files of other names on a page",
    expected="they are no versions of the project",
)
@pytest.mark.parametrize("name", ["other", "vict\u0456m", "victim2", "victim_"])
def test_a_file_of_another_name_is_no_version(tmp_path, index, name):
    offer(index, "1.0")
    index.add(NAME, f"{name}-9.0-py3-none-any.whl", wheel_bytes("other", "9.0"))
    assert lock(tmp_path, index).returncode == 0
    assert locked(tmp_path) == "1.0"
    (tmp_path / "pylock.toml").unlink()
    assert lock(tmp_path, index, f"{NAME}>1").returncode == 3


@pytest.mark.hostile(
    case=79, surface="metadata", what="names that differ in -_. and case", expected="they are one project"
)
def test_twins_are_one_project(tmp_path, index):
    lines = "Requires-Dist: Dear_Dep\nRequires-Dist: dear.dep<2\nRequires-Dist: DEAR--dep>=1\n"
    offer(index, "1.0", lines)
    for filename in ("dear_dep-1.0-py3-none-any.whl", "Dear.Dep-3.0-py3-none-any.whl"):
        index.add("dear-dep", filename, wheel_bytes("dear-dep", filename.split("-")[1]))
    assert lock(tmp_path, index).returncode == 0
    assert (tmp_path / "pylock.toml").read_text("utf-8").count('\nname = "dear-dep"') == 1


@pytest.mark.hostile(
    case=80, surface="metadata", what="garbage as Requires-Python", expected="taken for nothing said"
)
@pytest.mark.parametrize("said", ["banana", ">=3.8,,<", "3", ">=" + "9" * 5000, "\u0663.8"])
def test_garbage_as_requires_python_says_nothing(tmp_path, index, said):
    offer(index, "1.0", **{"requires-python": said})
    assert lock(tmp_path, index).returncode == 0


@pytest.mark.hostile(
    case=81, surface="metadata", what="a description of 20 MB", expected="it is never looked into"
)
def test_a_description_of_many_megabytes_costs_little(tmp_path, index):
    text = f"Metadata-Version: 2.1\nName: victim\nVersion: 1.0\n\n{'Requires-Dist: nowhere' * 1_000_000}"
    offer(index, "1.0", document=text.encode())
    assert lock(tmp_path, index, is_large=True).returncode == 0


@pytest.mark.hostile(
    case=83, surface="metadata", what="License-File ../../etc/shadow", expected="nothing follows it"
)
@pytest.mark.hostile(
    case=82,
    surface="metadata",
    what="Project-URL javascript:, for who resolves",
    expected="nothing follows it",
)
def test_what_resolving_has_no_use_for_is_left_alone(tmp_path, index):
    offer(index, "1.0", "License-File: ../../etc/shadow\nProject-URL: x, javascript:alert(1)\n")
    assert lock(tmp_path, index).returncode == 0
    assert "shadow" not in (tmp_path / "pylock.toml").read_text("utf-8")


@pytest.mark.hostile(case=76, surface="metadata", what="extras that require each other", expected="an end")
def test_cyclic_extras_end(tmp_path, index):
    ring = "".join(
        f"Provides-Extra: e{n}\nRequires-Dist: victim[e{(n + 1) % 500}]; extra == 'e{n}'\n"
        for n in range(500)
    )
    offer(index, "1.0", ring)
    assert lock(tmp_path, index, f"{NAME}[e0]").returncode == 0


@pytest.mark.hostile(
    case=147, surface="index", what="a page of 1,000,000 versions", expected="refused, nothing written"
)
def test_a_million_versions_are_refused(tmp_path, index):
    entry = {"url": "../../files/x", "hashes": {}}
    files = ",".join(
        json.dumps({"filename": f"victim-{n}.0-py3-none-any.whl", **entry}) for n in range(1_000_000)
    )
    body = f'{{"meta":{{"api-version":"1.1"}},"name":"victim","versions":[],"files":[{files}]}}'.encode()
    index.fault = always(200, body, JSON)
    assert lock(tmp_path, index, is_large=True).returncode in (1, 4, 5)


@pytest.mark.hostile(
    case=147,
    surface="index",
    what="a page of 5,000 versions, each of which fails",
    expected="an end, in words",
)
def test_thousands_of_versions_are_searched_within_bounds(tmp_path, index):
    entry = {"url": "../../files/x", "hashes": {"sha256": "ab" * 32}, "core-metadata": True}
    files = [{"filename": f"victim-{n}.0-py3-none-any.whl", **entry} for n in range(5_000)]
    index.pages[NAME] = files
    index.documents["x.metadata"] = b"Metadata-Version: 99\nName: victim\nVersion: 1\n"
    index.files["x"] = b""
    assert lock(tmp_path, index, is_large=True).returncode in (1, 3, 4)


@pytest.mark.hostile(
    case=129,
    surface="metadata",
    what="two wheels of a release that say different things",
    expected="the chosen one's",
)
def test_of_two_wheels_the_chosen_one_says_what_is_required(tmp_path, index):
    plain = "Metadata-Version: 2.1\nName: victim\nVersion: 1.0\n"
    for tag, lines in (
        ("py3-none-any", "Requires-Dist: other\n"),
        ("cp27-none-any", "Requires-Dist: nowhere\n"),
    ):
        filename = wheel_filename(NAME, "1.0", tag)
        entry = index.add(NAME, filename, wheel_bytes(NAME, "1.0", metadata=lines, tag=tag))
        index.documents[f"{filename}.metadata"] = f"{plain}{lines}".encode()
        entry["core-metadata"] = True
    index.add("other", wheel_filename("other", "1.0"), wheel_bytes("other", "1.0"))
    assert lock(tmp_path, index).returncode == 0
    assert 'name = "other"' in (tmp_path / "pylock.toml").read_text("utf-8")
