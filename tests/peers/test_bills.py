"""Bills of materials beside CycloneDX's and SPDX's own tools, and audits beside pip-audit."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.installed_house import InstalledHouse
from support.tools import Tools

pytestmark = [pytest.mark.peers, pytest.mark.upstream]

INNER = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.4",
    "components": [
        {"type": "wrong", "name": "zlib", "purl": "none", "licenses": [{"license": {"name": "odd"}}]}
    ],
}
_VALIDATE = """
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
for path in sys.argv[1:]:
    text = open(path).read()
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    fault = JsonStrictValidator(version).validate_str(text)
    assert fault is None, fault
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> InstalledHouse:
    """Installed: all that core metadata can say, and things that they should not."""
    house = InstalledHouse(tmp_path_factory.mktemp("house"))
    write_wheel(
        house.wheels,
        "app",
        metadata="Requires-Dist: odd\nRequires-Dist: leaf\nLicense-Expression: MIT AND LicenseRef-Own\n"
        'Summary: An \x1b[0m app\nAuthor-Email: Jane (x) <jane@example.org>, "Q" <q@localhost>\nMaintainer: (Co)\n'
        "Project-URL: Source, https://a.example/s\nProject-URL: Bad, https://a.example/ {x}\n"
        "Project-URL: Worse, javascript:alert(1)\nHome-page: not a url\n",
        extra_info={"sboms/inner.json": json.dumps(INNER).encode()},
    )
    write_wheel(house.wheels, "odd", "1!2.0+local.1", metadata="License: BSD & more | <b>\nAuthor: UNKNOWN\n")
    house.install("app")
    house.run("lock", "app", "--no-index", "--find-links", str(house.wheels))
    return house


def written(house: InstalledHouse, *words: str) -> list[str]:
    """The bill of the environment and that of the lock."""
    paths = [f"{house.folder}/environment.spdx.json", f"{house.folder}/lock.spdx.json"]
    house.run("sbom", "-o", paths[0], *words)
    house.run("sbom", "-o", paths[1], "--lock", *words)
    return paths


@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_cyclonedx_is_valid_by_the_official_schema(house: InstalledHouse, tools: Tools, version: str) -> None:
    python = Path(tools.program("cyclonedx-bom")).with_name("python")
    words = [str(python), "-c", _VALIDATE, *written(house, "--spec-version", version)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def test_spdx_is_valid_by_its_own_tools(house: InstalledHouse, tools: Tools) -> None:
    program = Path(tools.program("spdx-tools")).with_name("pyspdxtools")
    for path in written(house, "--format", "spdx"):
        done = subprocess.run([program, "-i", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_the_components_are_those_that_cyclonedx_finds(house: InstalledHouse, tools: Tools) -> None:
    program = Path(tools.program("cyclonedx-bom")).with_name("cyclonedx-py")
    words = [program, "environment", str(house.path), "--of", "JSON", "-o", "-"]
    theirs = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    ours = json.loads(house.run("sbom"))

    def parts(document: dict) -> set[tuple[str, str]]:
        return {(one["name"], one["version"]) for one in document["components"]}

    def graph(document: dict) -> dict[tuple[str, str], set[tuple[str, str]]]:
        known = {one["bom-ref"]: (one["name"], one["version"]) for one in document["components"]}
        return {
            known[one["ref"]]: {known[ref] for ref in one.get("dependsOn", ())}
            for one in document["dependencies"]
            if one["ref"] in known
        }

    assert parts(ours) == parts(theirs)
    assert graph(ours) == graph(theirs)


ADVISORIES = [
    {
        "id": "PYSEC-2026-1",
        "aliases": ["CVE-2026-1"],
        "versions": ["0.9", "1.0"],
        "events": [{"introduced": "0"}, {"fixed": "1.1"}],
    },
    {"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2026-1"], "versions": ["1.0"], "events": []},
    {
        "id": "PYSEC-2026-2",
        "aliases": [],
        "versions": ["0.9"],
        "events": [{"introduced": "0"}, {"fixed": "1.0"}],
    },
    {
        "id": "PYSEC-2026-3",
        "aliases": [],
        "versions": ["1.0"],
        "events": [{"introduced": "1.0"}, {"fixed": "2.0"}, {"introduced": "3.0"}, {"fixed": "3.1"}],
    },
    {
        "id": "PYSEC-2026-4",
        "aliases": [],
        "versions": ["1.0"],
        "events": [],
        "withdrawn": "2026-01-01T00:00:00Z",
    },
]


def osv(given: dict) -> dict:
    ranges = [{"type": "ECOSYSTEM", "events": given["events"]}] if given["events"] else []
    affected = {
        "package": {"ecosystem": "PyPI", "name": "leaf"},
        "ranges": ranges,
        "versions": given["versions"],
    }
    rest = {key: given[key] for key in ("id", "aliases", "withdrawn") if key in given}
    return {**rest, "modified": "2026-01-01T00:00:00Z", "summary": "Bad", "affected": [affected]}


@contextmanager
def database() -> Iterator[str]:
    """The part of OSV's API that pip-audit asks: the advisories that name a version."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            hits = [
                osv(one)
                for one in ADVISORIES
                if asked["package"]["name"] == "leaf" and asked["version"] in one["versions"]
            ]
            body = json.dumps({"vulns": hits} if hits else {}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_findings_are_those_of_pip_audit(house: InstalledHouse, tools: Tools) -> None:
    with database() as url:
        words = [
            "--locked",
            str(house.folder),
            "--vulnerability-service",
            "osv",
            "--osv-url",
            url,
            "-f",
            "json",
        ]
        done = subprocess.run(
            [tools.program("pip-audit"), *words], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1, done.stderr
    (leaf,) = [one for one in json.loads(done.stdout)["dependencies"] if one["name"] == "leaf"]
    theirs = {
        (frozenset({fault["id"], *fault["aliases"]}), tuple(fault["fix_versions"])) for fault in leaf["vulns"]
    }
    (house.folder / "osv.json").write_text(json.dumps([osv(one) for one in ADVISORIES]))
    found = json.loads(
        house.run("audit", "--lock", "--osv", "osv.json", "--no-plan", "--json", code=1, out=True)
    )
    # Of two advisories on one fault they tell one; ours has the names of both.
    for one in found["findings"]:
        ids = frozenset({one["id"], *one["aliases"]})
        assert any(names & ids for names, _ in theirs), one
    ours = [{one["id"], *one["aliases"]} for one in found["findings"]]
    assert all(any(names & ids for ids in ours) for names, _ in theirs)
    assert len(found["findings"]) == 2
