"""add and remove: the project's file, its lock and its environment change together, or not at all."""

import json
import os
import stat

import pytest

from support.distributions import write_wheel
from support.projects import Project, offer
from support.upstream import Upstream

TEXT = """\
# the demo
[project]
name = "demo"
version = "1"
dependencies = [
    "beta", # needed
]

[tool.x]
y = 1
"""
TABLE = {
    "alpha": {"1.0": ["beta<2"], "2.0": ["beta"], "2.5": ["beta", "eps; extra == 'more'", "extra:more"]},
    "beta": {"1.0": [], "1.5": [], "2.0": []},
    "gamma": {"0.4.2": []},
    "eps": {"1.0": []},
    "late": {"2.0rc1": []},
}


@pytest.fixture
def index():
    with Upstream() as index:
        offer(index, TABLE)
        yield index


@pytest.fixture
def project(tmp_path, index):
    project = Project(tmp_path, index.root, TEXT)
    project.run("venv")
    return project


def installed(project):
    return {
        one["name"]: one["version"]
        for one in json.loads(project.run("list", "--format", "json").stdout)
        if one["name"] != "pip"
    }


def test_what_is_added_stands_in_the_file_the_lock_and_the_environment(project):
    done = project.run("add", "alpha")
    assert project.text == TEXT.replace('    "beta", # needed', '    "alpha>=2.5",\n    "beta", # needed')
    assert project.locked == installed(project) == {"alpha": "2.5", "beta": "2.0"}
    assert done.stdout == "+ alpha>=2.5  (project.dependencies)\n  + alpha 2.5\n  + beta 2.0\n"
    assert "2 projects locked in pylock.toml, 2 changed; 2 changed in the environment" in done.stderr


def test_what_is_removed_leaves_no_trace(project):
    project.run("lock")
    lock = project.lock.read_text()
    project.run("sync")
    project.run("add", "alpha[more]", "--dev", "gamma")
    assert set(installed(project)) == {"alpha", "beta", "eps", "gamma"}
    done = project.run("remove", "Alpha", "gamma")
    assert "- alpha[more]>=2.5  (dependency-groups.dev)" in done.stdout
    assert project.text == TEXT
    assert project.lock.read_text() == lock
    assert installed(project) == {"beta": "2.0"}


def test_others_keep_their_versions(project, index):
    project.run("add", "beta<1.9")
    assert project.locked == {"beta": "1.5"}
    offer(index, {"beta": {"1.8": []}})
    project.run("add", "gamma", "--refresh-package", ":all:")
    assert project.locked == {"beta": "1.5", "gamma": "0.4.2"}
    project.run("add", "-U", "beta")
    assert project.locked["beta"] == "1.8"


def test_an_entry_that_is_there_is_changed_and_not_doubled(project):
    project.run("add", "beta>=1")
    assert '"beta>=1", # needed' in project.text
    project.run("add", "beta")
    assert '"beta>=1", # needed' in project.text
    project.run("add", "Beta[x]<2")
    assert '"beta[x]<2", # needed' in project.text
    assert project.locked == {"beta": "1.5"}


@pytest.mark.parametrize(
    ("bounds", "written"),
    [("lower", "gamma>=0.4.2"), ("major", "gamma>=0.4.2,<0.5"), ("exact", "gamma==0.4.2"), ("none", "gamma")],
)
def test_bounds_are_written_as_asked(project, bounds, written):
    project.run("add", "--no-sync", "--bounds", bounds, "gamma; python_version > '3'")
    assert f"\"{written}; python_version > '3'\"" in project.text


def test_groups_and_extras_are_made_and_reached(project):
    project.run("add", "--no-sync", "--extra", "Fast", "gamma")
    project.run("add", "--no-sync", "--group", "docs", "eps")
    assert '[project.optional-dependencies]\nFast = [\n    "gamma>=0.4.2",\n]\n\n[tool.x]' in project.text
    assert project.text.endswith('\n[dependency-groups]\ndocs = [\n    "eps>=1.0",\n]\n')
    # What was once locked stays in the lock.
    assert set(project.locked) == {"beta", "gamma", "eps"}
    wrong = project.run("remove", "--group", "docs", "gamma", code=2)
    assert "it stands in project.optional-dependencies.Fast" in wrong.stderr
    project.run("remove", "--no-sync", "--extra", "fast", "gamma")
    assert set(project.locked) == {"beta", "eps"}


def test_what_cannot_be_solved_changes_nothing(project):
    project.run("lock")
    before = (project.text, project.lock.read_bytes())
    done = project.run("add", "alpha<2", "beta>=2", code=3)
    assert "alpha<2" in done.stderr
    assert (project.text, project.lock.read_bytes()) == before
    project.run("add", "nowhere", code=3)
    assert (project.text, project.lock.read_bytes()) == before
    assert sorted(os.listdir(project.folder)) == [".venv", "pylock.toml", "pyproject.toml"]


def test_what_cannot_be_fetched_changes_nothing(project, index):
    project.run("lock")
    before = (project.text, project.lock.read_bytes())
    index.files["gamma-0.4.2-py3-none-any.whl"] += b"x"
    project.run("add", "gamma", code=4)
    assert (project.text, project.lock.read_bytes()) == before
    assert installed(project) == {}


def test_a_dry_run_tells_and_changes_nothing(project):
    done = project.run("add", "--dry-run", "--json", "alpha")
    said = json.loads(done.stdout)
    assert said["edits"] == [{"place": "project.dependencies", "before": None, "after": "alpha>=2.5"}]
    assert said["locked"][0] == {"name": "alpha", "before": None, "after": "2.5"}
    assert [one["name"] for one in said["environment"]["changes"]] == ["alpha", "beta"]
    assert said["dry_run"]
    assert project.text == TEXT
    assert not project.lock.exists()
    assert installed(project) == {}


def test_what_the_user_installed_besides_stays(project):
    project.run("install", "eps")
    project.run("add", "alpha")
    project.run("remove", "alpha")
    assert installed(project) == {"beta": "2.0", "eps": "1.0"}


def test_a_project_beside_is_written_as_a_source(project, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    path = write_wheel(wheels, "lib", "3.0")
    project.run("add", f"{path}")
    assert f'lib = {{ path = "../wheels/{path.name}" }}' in project.text
    assert '"lib",' in project.text
    assert project.locked["lib"] == installed(project)["lib"] == "3.0"
    project.run("remove", "lib")
    assert project.text == TEXT
    assert installed(project) == {"beta": "2.0"}


def test_secrets_in_urls_are_not_written(project, index):
    root = index.root.removesuffix("simple/").replace("http://", "http://user:secret@")
    project.run("add", f"{root}files/gamma-0.4.2-py3-none-any.whl")
    assert '"gamma @ http://127.0.0.1:' in project.text
    assert "secret" not in project.text + project.lock.read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add",), 2, "nothing is named"),
        (("add", "demo"), 2, "demo is this project itself"),
        (("add", "alpha=1"), 2, "write =="),
        (("add", "--dev", "--extra", "x", "alpha"), 2, "not allowed with"),
        (("remove", "b?"), 2, "not a valid project name"),
        (("remove", "betta"), 2, "the nearest is 'beta'"),
        (("remove", "zzz"), 2, "does not require zzz"),
    ],
)
def test_wrong_words_are_refused(project, words, code, said):
    assert said in project.run(*words, code=code).stderr
    assert project.text == TEXT


def test_the_form_of_the_file_stays(project):
    project.file.write_bytes(TEXT.replace("\n", "\r\n").encode())
    project.file.chmod(0o640)
    real = project.folder / "real.toml"
    project.file.rename(real)
    project.file.symlink_to(real)
    project.run("add", "--no-sync", "alpha")
    assert project.file.is_symlink()
    assert "\n" not in project.text.replace("\r\n", "")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


BACKEND = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
HOOKS = """
import base64, hashlib, pathlib, tomllib, zipfile

def _row(path):
    digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
    return f"{path.parent.name}/{path.name},sha256={digest},{path.stat().st_size}\\n"

def _metadata(folder):
    project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
    inside = pathlib.Path(folder, f"{project['name']}-1.dist-info")
    inside.mkdir()
    lines = ["Metadata-Version: 2.4", f"Name: {project['name']}", "Version: 1"]
    lines += [f"Requires-Dist: {one}" for one in project.get("dependencies", ())]
    (inside / "METADATA").write_text("\\n".join(lines) + "\\n")
    (inside / "WHEEL").write_text("Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    (inside / "RECORD").write_text("")
    return inside

def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
    return _metadata(metadata_directory).name

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    inside = pathlib.Path(metadata_directory or _metadata(wheel_directory))
    name = inside.name.replace(".dist-info", "-py3-none-any.whl")
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as archive:
        record = "".join(_row(inside / one) for one in ("METADATA", "WHEEL")) + f"{inside.name}/RECORD,,\\n"
        for one in ("METADATA", "WHEEL"):
            archive.writestr(f"{inside.name}/{one}", (inside / one).read_bytes())
        archive.writestr(f"{inside.name}/RECORD", record)
    return name

prepare_metadata_for_build_wheel, build_wheel = prepare_metadata_for_build_editable, build_editable
"""


def in_place(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "backend.py").write_text(HOOKS)
    (folder / "pyproject.toml").write_text(text + BACKEND)


def test_a_project_in_place_comes_and_goes(project, tmp_path):
    in_place(tmp_path / "lib", '[project]\nname = "lib"\nversion = "1"\ndependencies = ["gamma"]\n')
    done = project.run("add", "-e", "../lib")
    assert "+ lib  (project.dependencies)\n  + beta 2.0\n  + gamma 0.4.2\n" in done.stdout
    assert 'lib = { path = "../lib", editable = true }' in project.text
    assert set(installed(project)) == {"beta", "gamma", "lib"}
    project.run("remove", "lib")
    assert project.text == TEXT
    assert installed(project) == {"beta": "2.0"}


def test_the_project_itself_says_what_it_requires_now(project):
    in_place(project.folder, TEXT)
    project.run("lock")
    project.run("install", "-e", ".")
    done = project.run("add", "gamma")
    assert "note: demo itself is installed anew, as what it requires changed" in done.stderr
    assert "Requires: beta, gamma" in project.run("show", "demo").stdout
    # An exact sync leaves it there, though the lock has it not.
    project.run("sync")
    assert set(installed(project)) == {"beta", "gamma", "demo"}


def test_a_lock_for_many_environments_stays_one(project):
    project.run(
        "lock", "--platform", "linux-x86_64", "--platform", "windows-x86_64", "--python-version", "3.12"
    )
    project.run("add", "--no-sync", "gamma; sys_platform == 'win32'")
    text = project.lock.read_text()
    assert "sys_platform == 'win32' and platform_machine == 'AMD64'" in text
    assert set(project.locked) == {"beta", "gamma"}
    project.run("remove", "--no-sync", "gamma")
    assert project.text == TEXT
    assert set(project.locked) == {"beta"}


def test_a_requirements_file_can_be_taken_over(project):
    (project.folder / "requirements.txt").write_text(
        "# all\ngamma==0.4.2\neps; os_name == 'x' # none\n-r more.txt\n"
    )
    (project.folder / "more.txt").write_text("alpha>=2\n")
    project.run("add", "--no-sync", "-r", "requirements.txt")
    assert (
        'dependencies = [\n    "alpha>=2",\n    "beta", # needed\n'
        '    "eps; os_name == \'x\'",\n    "gamma==0.4.2",\n]' in project.text
    )


def test_what_was_chosen_of_parts_that_conflict_stays(project):
    parts = '[project.optional-dependencies]\ncpu = ["gamma"]\ngpu = ["eps"]\n'
    conflict = '[tool.bodega]\nconflicts = [["extra:cpu", "extra:gpu"]]\n'
    project.file.write_text(TEXT + parts + conflict)
    project.run("lock", "--all-extras")
    project.run("sync", "--extra", "cpu")
    project.run("add", "alpha")
    assert set(installed(project)) == {"alpha", "beta", "gamma"}
    project.run("remove", "alpha", "gamma")
    assert set(installed(project)) == {"beta"}
    assert set(project.locked) == {"beta", "eps"}
