"""Settings of uploads: which classifiers are taken."""

import subprocess
import sys
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename
from support.server import environment
from support.upload_house import UploadHouse

LIST = "classifiers = {'Topic :: Software Development'}\n"
METADATA = (
    "Classifier: Topic :: Software Development\nClassifier: Private :: ours\nClassifier: Topic :: Magic\n"
)


def test_unknown_classifiers_are_refused_where_the_index_says_so(tmp_path: Path) -> None:
    package = tmp_path / "lists" / "trove_classifiers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(LIST)
    house = UploadHouse(tmp_path, BODEGA_UPLOAD_CLASSIFIERS="known", PYTHONPATH=str(package.parent))
    try:
        content, filename = wheel_bytes("odd", metadata=METADATA), wheel_filename("odd")
        assert house.refusal(content, filename, name="odd") == (403, {"E-UPLOAD-CLASSIFIER"})
        assert "'Topic :: Magic'" in house.send(content, filename, name="odd")[2]
        known = wheel_bytes("known", metadata=METADATA.rpartition("Classifier")[0])
        assert house.send(known, wheel_filename("known"), name="known")[0] == 200
    finally:
        assert house.bodega.end() == 0


def test_without_the_list_they_cannot_be_judged(tmp_path: Path) -> None:
    package = tmp_path / "lists" / "trove_classifiers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError\n")
    variables = {"BODEGA_UPLOAD_CLASSIFIERS": "known", "PYTHONPATH": str(package.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "bodega", "serve", "--port", "0", "--data", "data", "--upstream", "none"],
        env=environment(tmp_path, **variables),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert "E-SETTING-CLASSIFIERS" in done.stderr
    assert "Traceback" not in done.stderr
