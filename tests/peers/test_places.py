"""``--target``, ``--prefix``, ``--root`` and ``--user``: the same files in the same places as pip's."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.server import environment

pytestmark = pytest.mark.peers

#: What an installer says of itself, and what it compiles.
OWN = ("INSTALLER", "direct_url.json", "RECORD")


@pytest.fixture(scope="module")
def links(tmp_path_factory):
    folder = tmp_path_factory.mktemp("links")
    for version in ("1.0", "2.0"):
        write_wheel(
            folder,
            "full",
            version,
            files={
                "full/__init__.py": f"V = {version!r}\n".encode(),
                f"full-{version}.data/scripts/own": b"#!python\nprint(1)\n",
                f"full-{version}.data/data/share/full/x.txt": b"x",
                f"full-{version}.data/headers/full.h": b"int x;\n",
                f"full-{version}.data/platlib/full_native.py": b"",
            },
            metadata="Requires-Dist: helper\n",
            extra_info={"entry_points.txt": b"[console_scripts]\nfull = full:V.lower\n"},
        )
    write_wheel(folder, "helper", "1.0", files={"helper.py": b""})
    return folder


@pytest.fixture(scope="module")
def outer(tmp_path_factory):
    """An environment to install out of; the same for both."""
    folder = tmp_path_factory.mktemp("outer") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin/python"


def run(tool: str, outer: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = ["-m", "pip", "--python", str(outer)] if tool == "pip" else ["-m", "bodega"]
    given = [] if tool == "pip" else ["--python", str(outer)]
    return subprocess.run(
        [sys.executable, *program, words[0], *given, "--disable-pip-version-check", *words[1:]],
        env=environment(home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def tree(root: Path) -> dict[str, object]:
    """Every file below: its content, or the rows of a RECORD without what is an installer's own."""
    found: dict[str, object] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in ("__pycache__", ".bodega")]
        for name in names:
            path = Path(folder, name)
            relative = str(path.relative_to(root))
            if name == "RECORD":
                with path.open(newline="") as file:
                    found[relative] = {tuple(row) for row in csv.reader(file) if is_of_both(row[0])}
            elif is_of_both(relative):
                content = path.read_bytes().replace(bytes(root), b"ROOT")
                found[relative] = content if "/bin/" not in f"/{relative}" else None
    return found


def is_of_both(path: str) -> bool:
    name = path.rpartition("/")[2]
    # Wrappers differ in their words, so their hashes do.
    return name not in OWN and not path.endswith(".pyc") and not path.endswith("bin/full")


def both(links: Path, outer: Path, tmp_path: Path, *words: str) -> tuple[Path, Path]:
    places = []
    for tool in ("pip", "bodega"):
        home = tmp_path / tool
        home.mkdir(exist_ok=True)
        done = run(tool, outer, home, "install", "--no-index", "-f", str(links), *words)
        assert done.returncode == 0, (tool, done.stderr)
        places.append(home)
    return places[0], places[1]


@pytest.mark.parametrize(
    "words",
    [
        ("--prefix", "place"),
        ("--root", "place"),
        ("--root", "place", "--prefix", "/usr"),
    ],
    ids=" ".join,
)
def test_the_files_are_where_pip_puts_them(tmp_path, links, outer, words):
    ours, theirs = both(links, outer, tmp_path, *words, "full==1.0")[::-1]
    assert tree(ours / "place") == tree(theirs / "place")
    executable = [path for path in (ours / "place").rglob("bin/*") if os.access(path, os.X_OK)]
    assert {path.name for path in executable} == {"full", "own"}
    assert not list((ours / "place").rglob(".bodega"))
    assert f"#!{outer}" in (executable[0].read_text()).splitlines()[0]


def test_a_target_has_pips_files_and_a_true_record(tmp_path, links, outer):
    theirs, ours = both(links, outer, tmp_path, "--target", "place", "full==1.0")
    found = {path: content for path, content in tree(ours / "place").items() if not path.endswith("RECORD")}
    # pip's RECORD names scripts where they were before it moved them.
    assert found == {
        path: content for path, content in tree(theirs / "place").items() if not path.endswith("RECORD")
    }
    place = ours / "place"
    with (place / "full-1.0.dist-info/RECORD").open(newline="") as file:
        assert all((place / row[0]).exists() for row in csv.reader(file))


def test_a_target_holds_nothing_of_bodegas_own(tmp_path, links, outer):
    _, ours = both(links, outer, tmp_path, "--target", "place", "full==1.0")
    assert {path.name for path in (ours / "place").iterdir()} == {
        "bin",
        "full",
        "full-1.0.dist-info",
        "full_native.py",
        "helper.py",
        "helper-1.0.dist-info",
        "include",
        "share",
        *({"__pycache__"} & set(os.listdir(ours / "place"))),
    }


def test_a_target_is_upgraded_where_that_is_asked_for(tmp_path, links, outer):
    both(links, outer, tmp_path, "--target", "place", "full==1.0")
    both(links, outer, tmp_path, "--target", "place", "full")
    for tool in ("pip", "bodega"):
        assert "1.0" in (tmp_path / tool / "place/full/__init__.py").read_text()
    both(links, outer, tmp_path, "--target", "place", "--upgrade", "full")
    for tool in ("pip", "bodega"):
        assert "2.0" in (tmp_path / tool / "place/full/__init__.py").read_text()


def test_user_installs_are_refused_in_an_environment_and_done_outside_of_one(tmp_path, links, outer):
    for tool in ("pip", "bodega"):
        done = run(tool, outer, tmp_path, "install", "--no-index", "-f", str(links), "--user", "full")
        assert done.returncode != 0
        assert "user" in done.stderr.lower()
    base = subprocess.run(
        [outer, "-c", "import sys; print(sys._base_executable)"], check=True, capture_output=True, text=True
    )
    python = Path(base.stdout.strip())
    words = ("--user", "--break-system-packages", "full==1.0")
    theirs, ours = both(links, python, tmp_path, *words)
    assert tree(ours / ".local/lib") == tree(theirs / ".local/lib")
    assert tree(ours / ".local/bin").keys() == tree(theirs / ".local/bin").keys()


def test_what_shows_through_from_outside_counts_and_is_never_touched(tmp_path, links):
    for tool in ("pip", "bodega"):
        home = tmp_path / tool
        outside = home / "outside"
        outside.mkdir(parents=True)
        make = [sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", home / "inner"]
        subprocess.run(make, check=True)
        python = home / "inner/bin/python"
        (site,) = (home / "inner/lib").glob("python*/site-packages")
        give = ("install", "--no-index", "-f", str(links))
        assert run(tool, python, home, *give, "-t", str(outside), "full==1.0").returncode == 0
        (site / "outside.pth").write_text(f"{outside}\n")
        before = tree(outside)
        assert run(tool, python, home, *give, "full").returncode == 0
        assert not list(site.glob("full*")), tool
        assert run(tool, python, home, *give, "--upgrade", "full").returncode == 0
        assert {path.name for path in site.glob("*.dist-info")} == {"full-2.0.dist-info"}, tool
        assert tree(outside) == before


@pytest.fixture(scope="module")
def system_python():
    """The system's own Python, where there is one that another installer manages (PEP 668)."""
    found = shutil.which("python3", path=os.defpath)
    code = "import os, sysconfig; print(os.path.exists(sysconfig.get_path('stdlib') + '/EXTERNALLY-MANAGED'))"
    done = subprocess.run([found or "false", "-c", code], capture_output=True, text=True, check=False)
    if "True" not in done.stdout:
        pytest.skip("no Python here is managed by the system")
    assert found
    # Scripts name the program itself, not a link that tomorrow leads to another version.
    return Path(os.path.realpath(found))


def test_what_the_system_manages_is_refused_though_nothing_would_change(tmp_path, links, system_python):
    for words in (("full",), ("pip",), ("--dry-run", "full"), ("--user", "full")):
        for tool in ("pip", "bodega"):
            done = run(tool, system_python, tmp_path, "install", "--no-index", "-f", str(links), *words)
            assert done.returncode not in (0, 2), (tool, words)
            assert "externally" in done.stderr.lower() or "managed by the system" in done.stderr, done.stderr
    for tool in ("pip", "bodega"):
        done = run(tool, system_python, tmp_path, "uninstall", "-y", "no-such-project")
        assert done.returncode not in (0, 2), (tool, done)


@pytest.mark.parametrize("words", [("--root",), ("--prefix",), ("--user", "--root")], ids=" ".join)
def test_the_systems_own_places_are_pips(tmp_path, links, system_python, words):
    found = {}
    for tool in ("pip", "bodega"):
        home = tmp_path / "home"
        home.mkdir()
        place = tmp_path / "place"
        given = (*words, str(place), "--break-system-packages")
        done = run(tool, system_python, home, "install", "--no-index", "-f", str(links), *given, "full==1.0")
        assert done.returncode == 0, (tool, done.stderr)
        found[tool] = tree(place)
        shutil.rmtree(home)
        shutil.rmtree(place)
    assert found["bodega"] == found["pip"]


@pytest.mark.parametrize(
    "words",
    [
        ("--user", "--prefix", "x"),
        ("--platform", "win_amd64"),
        ("--python-version", "3.x", "--only-binary", ":all:", "--target", "x"),
    ],
    ids=" ".join,
)
def test_contradictions_are_refused_by_both(tmp_path, links, outer, words):
    for tool in ("pip", "bodega"):
        done = run(tool, outer, tmp_path, "install", "--no-index", "-f", str(links), *words, "full")
        assert done.returncode in (1, 2), (tool, done.stderr)
    assert os.listdir(tmp_path) in ([], [".cache"], [".local"], [".cache", ".local"], [".local", ".cache"])


@pytest.mark.parametrize(
    "words",
    [
        ("--python-version", "3.8"),
        ("--python-version", "312", "--platform", "manylinux2014_x86_64"),
        ("--python-version", "3.12", "--platform", "macosx_12_0_arm64", "--implementation", "cp"),
        ("--platform", "win_amd64", "--abi", "cp311", "--abi", "abi3", "--implementation", "cp"),
        ("--implementation", "pp", "--python-version", "3.10"),
        ("--platform", "any", "--python-version", "3"),
    ],
    ids=" ".join,
)
def test_the_tags_of_another_python_are_pips(words):
    from pip._internal.utils.compatibility_tags import get_supported

    from bodega.formats.targets import Target
    from bodega.installer.environments.foreign import Foreign, foreign_target

    given: dict[str, list[str]] = {}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        given.setdefault(flag, []).append(value)
    version = given.get("--python-version", [""])[0]
    impl = given.get("--implementation", [""])[0]
    foreign = Foreign(
        platforms=given.get("--platform", ()),
        python_version=version,
        implementation=impl,
        abis=given.get("--abi", ()),
    )
    here = Target(python=".".join(map(str, sys.version_info[:3])), markers={}, tags=())
    plain = version.replace(".", "") or None
    expected = get_supported(
        version=plain, platforms=given.get("--platform"), impl=impl or None, abis=given.get("--abi")
    )
    assert foreign_target(here, foreign).tags == tuple(dict.fromkeys(str(tag) for tag in expected))


@pytest.mark.parametrize(
    "words", [(), ("--platform", "win_amd64", "--python-version", "3.12", "--only-binary", ":all:")]
)
def test_files_are_downloaded_without_any_environment(tmp_path, links, words):
    write_wheel(tmp_path, "native", "1.0", tag="cp312-cp312-win_amd64")
    wanted = ("native",) if words else ("full",)
    found = []
    for tool in ("pip", "bodega"):
        command = [
            sys.executable,
            "-m",
            tool,
            "download",
            "--no-index",
            "-f",
            str(links),
            "-f",
            str(tmp_path),
        ]
        done = subprocess.run(
            [*command, "-d", tool, *words, *wanted],
            env=environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(sorted(os.listdir(tmp_path / tool)))
    assert found[0] == found[1] != []
