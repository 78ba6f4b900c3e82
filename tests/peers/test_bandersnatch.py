"""bandersnatch mirrors projects of our own and of the upstream, verifies them, and follows changes."""

import json
from pathlib import Path

import pytest

from support.distributions import wheel_filename
from support.stand import Stand
from support.tools import Tools

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

CONFIGURATION = """[mirror]
directory = {folder}
master = {url}
json = true
api-method = simple
allow-non-https = true
timeout = 20
workers = 2
hash-index = false
stop-on-error = true
verifiers = 2
cleanup = false
simple-format = ALL
compare-method = hash

[plugins]
enabled = allowlist_project

[allowlist]
packages =
    {own}
    tree
    leaf
"""


@pytest.mark.parametrize("base", ["", "/index/main"])
def test_a_mirror_is_made_verified_and_followed(base: str, stand: Stand, tools: Tools) -> None:
    bandersnatch = tools.program("bandersnatch")
    folder = stand.folder / f"mirror{base.replace('/', '-')}"
    own = f"own{base.replace('/', '-')}"
    config = stand.folder / f"bandersnatch{base.replace('/', '-')}.conf"
    config.write_text(CONFIGURATION.format(own=own, folder=folder, url=f"{stand.url}{base}"))
    stand.publish(own, "1.0")
    for name in ("tree", "leaf"):
        assert stand.bodega.json(f"/simple/{name}/").status == 200

    stand.run([bandersnatch, "-c", config, "mirror"])
    assert mirrored(folder, own) == [wheel_filename(own, "1.0"), f"{own.replace('-', '_')}-1.0.tar.gz"]
    assert mirrored(folder, "tree") == [wheel_filename("tree", "1.0"), wheel_filename("tree", "2.0")]
    assert mirrored(folder, "leaf") == [wheel_filename("leaf", "0.5"), wheel_filename("leaf", "1.0")]
    document = json.loads((folder / "web" / "json" / own).read_text())
    assert document["info"]["version"] == "1.0"

    # It takes no master without TLS here, whatever is set; it needs none, where nothing is to be mended.
    strict = config.with_suffix(".verify")
    strict.write_text(config.read_text().replace("http://", "https://"))
    verified = stand.run([bandersnatch, "-c", strict, "verify", "--delete"])
    assert verified.stderr.count("Finished validating") == 3
    assert "ERROR" not in verified.stderr
    assert "has no files to delete" in verified.stderr

    stand.publish(own, "1.1")
    stand.run([bandersnatch, "-c", config, "mirror"])
    assert wheel_filename(own, "1.1") in mirrored(folder, own)


def mirrored(folder: Path, name: str) -> list[str]:
    """The files that a mirrored page lists; each is there."""
    page = folder / "web" / "simple" / name
    document = json.loads((page / "index.v1_json").read_text())
    for file in document["files"]:
        assert (page / file["url"]).resolve().is_file(), file["url"]
    return sorted(file["filename"] for file in document["files"])
