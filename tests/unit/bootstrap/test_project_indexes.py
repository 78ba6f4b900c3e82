from pathlib import Path

from bodega.bootstrap.project_indexes import KeptDecisions, ProjectIndex, not_the_users, policy_of
from bodega.bootstrap.settings import read_settings

URL = "https://index.example.org/simple/"


def test_what_was_said_holds_for_that_folder_and_url(tmp_path: Path) -> None:
    decisions = KeptDecisions({"XDG_DATA_HOME": str(tmp_path)})
    assert decisions.get("/a", URL) is None
    decisions.keep("/a", URL, trusted=True)
    decisions.keep("/b", URL, trusted=False)
    said = [decisions.get(folder, URL) for folder in ("/a", "/b", "/c")]
    assert said == [True, False, None]
    assert decisions.get("/a", "https://user:secret@index.example.org/simple") is True
    assert decisions.get("/a", URL.replace("org", "net")) is None
    decisions.keep("/a", URL.replace("//", "//user:secret@"), trusted=False)
    assert "secret" not in Path(decisions.path).read_text()


def test_what_the_user_chose_is_no_matter_of_the_file() -> None:
    one = ProjectIndex("pyproject.toml", URL)
    assert not_the_users([one], [None, URL.rstrip("/")]) == ()
    assert not_the_users([one], ["https://other.example.org/simple/"]) == (one,)


def test_credentials_are_not_shown() -> None:
    one = ProjectIndex("pyproject.toml", "https://user:secret@h/simple/", ("a", "b"))
    assert one.shown == "pyproject.toml sends a, b to https://****@h/simple/"


def test_a_settings_file_of_the_folder_does_not_trust_itself(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word in ("allow", "refuse"):
        (tmp_path / "bodega.toml").write_text(f'project-indexes = "{word}"\n')
        assert policy_of(read_settings({"XDG_CONFIG_HOME": str(tmp_path)})) == "ask"
    assert policy_of(read_settings({"BODEGA_PROJECT_INDEXES": "refuse"})) == "refuse"
    user = tmp_path / "config" / "bodega"
    user.mkdir(parents=True)
    (tmp_path / "bodega.toml").rename(user / "bodega.toml")
    assert policy_of(read_settings({"XDG_CONFIG_HOME": str(tmp_path / "config")})) == "refuse"
