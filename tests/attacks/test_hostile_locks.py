"""Locks that mean harm, or are broken: refused in clear words, in bounded time, with nothing changed."""

import hashlib
import time
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.environments import snapshot
from support.in_process import quick_command
from support.publishing import command

HASH = "0" * 64
HEAD = 'lock-version = "1.0"\ncreated-by = "someone"\n'


def entry(name="lib", hashes=f'{{ sha256 = "{HASH}" }}', url="https://files.example.org/", more=""):
    file = f"{name}-1-py3-none-any.whl"
    wheel = f'{{ name = "{file}", url = "{url}{file}", hashes = {hashes} }}'
    return f'[[packages]]\nname = "{name}"\nversion = "1"\n{more}wheels = [{wheel}]\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("victim")
    done = quick_command(folder, "venv", "--no-pip", BODEGA_STORE=str(folder / "store"))
    assert done.returncode == 0, done.stderr
    return folder


def sync(home: Path, data: bytes, name: str = "pylock.toml", *words: str):
    (home / name).write_bytes(data)
    return quick_command(home, "sync", name, "--offline", *words, BODEGA_STORE=str(home / "store"))


ALWAYS = "marker = \"python_version > '3'\"\n"
CASES = [
    (154, "a file without a hash", HEAD + entry(hashes="{}"), "E-LOCK-INVALID"),
    (154, "a file with md5 alone", HEAD + entry(hashes='{ md5 = "00" }'), "E-LOCK-INVALID"),
    (154, "a hash that is none", HEAD + entry(hashes='{ sha256 = "../../x" }'), "E-"),
    (155, "two entries of one name", HEAD + entry() + entry(), "E-LOCK-INVALID"),
    (
        155,
        "two entries of one name whose markers both hold",
        HEAD + entry(more=ALWAYS) + entry(),
        "E-LOCK-INVALID",
    ),
    (156, "lock-version 2.0", HEAD.replace("1.0", "2.0") + entry(), "E-LOCK-INVALID"),
    (156, "lock-version that is no version", HEAD.replace("1.0", "1.x") + entry(), "E-LOCK-INVALID"),
    (158, "a marker that is none", HEAD + entry(more='marker = "never == always"\n'), "E-LOCK-INVALID"),
    (
        158,
        "environments that never hold",
        "environments = [\"python_version < '3'\"]\n" + HEAD + entry(),
        "E-LOCK-UNFIT",
    ),
    (153, "a name that climbs", HEAD + entry(name="../lib"), "E-LOCK-INVALID"),
    (159, "conflict markers", "<<<<<<< HEAD\n" + HEAD + "=======\n>>>>>>> x\n", "E-LOCK-UNREADABLE"),
    (159, "a key twice", HEAD + HEAD + entry(), "E-LOCK-UNREADABLE"),
    (159, "deep nesting", HEAD + "x = " + "[" * 50_000, "E-LOCK-UNREADABLE"),
    (159, "a number without end", HEAD + "x = " + "9" * 100_000, "E-LOCK-UNREADABLE"),
]


def marked(case: tuple[int, str, str, str]) -> object:
    number, what, text, code = case
    expected = f"exit 1 {code}, nothing changed"
    return pytest.param(
        text,
        code,
        id=what,
        marks=pytest.mark.hostile(case=number, surface="lock", what=what, expected=expected),
    )


@pytest.mark.parametrize(("text", "code"), [marked(case) for case in CASES])
def test_a_broken_lock_is_refused_and_nothing_changes(home: Path, text: str, code: str, record_property):
    before = snapshot(home / ".venv")
    started = time.monotonic()
    done = sync(home, text.encode())
    assert done.returncode == 1, done.stderr
    assert f"error[{code}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "E-UNEXPECTED" not in done.stderr
    assert snapshot(home / ".venv") == before
    assert time.monotonic() - started < 20
    record_property("got", f"exit 1 {code}, nothing changed")


@pytest.mark.hostile(case=159, surface="lock", what="bytes that are no UTF-8", expected="exit 1")
def test_bytes_that_are_no_text_are_refused(home: Path):
    done = sync(home, HEAD.encode() + b"x = '\xff\xfe'\n")
    assert done.returncode == 1
    assert "it is not UTF-8 from byte" in done.stderr


@pytest.mark.hostile(case=159, surface="lock", what="a lock of 100 MB", expected="exit 1, not read whole")
def test_a_lock_without_measure_is_refused(home: Path):
    path = home / "pylock.large.toml"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    done = quick_command(home, "sync", path.name, "--offline", BODEGA_STORE=str(home / "store"))
    path.unlink()
    assert done.returncode == 1
    assert "larger than 48 MB" in done.stderr


@pytest.mark.hostile(case=156, surface="lock", what="lock-version 1.7", expected="told, and synced")
def test_a_newer_minor_version_is_told(home: Path):
    done = sync(home, HEAD.replace("1.0", "1.7").encode() + b"packages = []\n", "pylock.toml", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "pylock.toml is of lock-version 1.7" in done.stderr


@pytest.mark.hostile(case=157, surface="lock", what="a password in a file's URL", expected="exit 5, not told")
def test_a_password_in_a_lock_is_not_told(home: Path):
    text = HEAD + entry(url="http://user:secret@127.0.0.1:9/")
    (home / "pylock.toml").write_text(text)
    done = command(home, "sync", "--no-index", BODEGA_STORE=str(home / "store"), PIP_RETRIES="0")
    assert done.returncode == 5, done.stderr
    assert "secret" not in done.stderr + done.stdout


@pytest.mark.hostile(case=153, surface="lock", what="a lock by URL", expected="exit 1, nothing fetched")
def test_a_lock_by_url_is_not_read(home: Path):
    done = quick_command(
        home, "sync", "https://lock.example.org/pylock.toml", BODEGA_STORE=str(home / "store")
    )
    assert done.returncode == 1
    assert "error[E-LOCK-UNREADABLE]" in done.stderr


@pytest.mark.hostile(
    case=153, surface="lock", what="a path outside the folder of a lock here", expected="told, and installed"
)
@pytest.mark.parametrize("place", ["../away", "away"])
def test_a_path_outside_the_folder_is_told(tmp_path: Path, place: str):
    home = tmp_path / "project"
    home.mkdir()
    (home / place).mkdir()
    away = (home / place).resolve()
    wheel = write_wheel(home / place, "lib", "1")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    file = f'{{ path = "{place}/{wheel.name}", hashes = {{ sha256 = "{digest}" }} }}'
    text = f'{HEAD}[[packages]]\nname = "lib"\nversion = "1"\nwheels = [{file}]\n'
    assert quick_command(home, "venv", "--no-pip", BODEGA_STORE=str(tmp_path / "store")).returncode == 0
    (home / "pylock.toml").write_text(text)
    done = quick_command(home, "sync", "--offline", BODEGA_STORE=str(tmp_path / "store"))
    assert "+ lib 1\n" in done.stdout, done.stderr
    told = f"note: from outside the folder of pylock.toml: lib from {away / wheel.name}\n"
    assert (told in done.stderr) == (place != "away")
    assert ("note: " in done.stderr) == (place != "away")


@pytest.mark.hostile(
    case=153, surface="lock", what="a path that terminals obey", expected="told without its escapes"
)
def test_a_path_with_escapes_is_told_without_them(home: Path):
    file = f'{{ path = "../\\u001b[2Jaway/lib-1-py3-none-any.whl", hashes = {{ sha256 = "{HASH}" }} }}'
    text = f'{HEAD}[[packages]]\nname = "lib"\nversion = "1"\nwheels = [{file}]\n'
    done = sync(home, text.encode(), "pylock.toml", "--dry-run")
    assert "lib from file:///" in done.stderr, done.stderr
    assert "\x1b" not in done.stderr


FOREIGN = [
    ("uv.lock", "version = 1\n[[package]]\nname = '../x'\n"),
    ("uv.lock", "version = 1\npackage = 3\n"),
    ("uv.lock", "version = 99\n"),
    ("poetry.lock", "[metadata]\nlock-version = '9'\n"),
    ("poetry.lock", "package = [1]\n[metadata]\nlock-version = '2.1'\n"),
    ("pdm.lock", "[metadata]\nlock_version = '4.5'\nstrategy = 3\n"),
    ("pdm.lock", "[metadata]\nlock_version = '9'\n"),
    ("Pipfile.lock", "[" * 100_000),
    ("Pipfile.lock", '{"_meta": {"pipfile-spec": 6}, "default": {"x": {"version": "==1\\n--pre"}}}'),
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            name,
            text,
            id=f"{name}-{number}",
            marks=pytest.mark.hostile(
                case=159,
                surface="lock",
                what=f"{name}, broken in way {number}",
                expected="exit 1, nothing changed",
            ),
        )
        for number, (name, text) in enumerate(FOREIGN)
    ],
)
def test_a_broken_lock_of_another_tool_is_refused(home: Path, name: str, text: str):
    before = snapshot(home / ".venv")
    done = sync(home, text.encode(), name)
    (home / name).unlink()
    assert done.returncode == 1, done.stderr
    assert "error[E-LOCK" in done.stderr or "error[E-INPUT" in done.stderr
    assert snapshot(home / ".venv") == before
