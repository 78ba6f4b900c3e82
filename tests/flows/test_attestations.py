"""Attestations: they come with a file, are held to it, and are served beside it (PEP 740)."""

import json
from collections.abc import Iterator

import pytest

from bodega.formats.attestations import MEDIA_TYPE
from support.attestations import attestation, field, statement
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.upload_house import UploadHouse

SITE = "https://packages.example.org/py/"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadHouse]:
    made = UploadHouse(tmp_path_factory.mktemp("index"), BODEGA_PUBLIC_URL=SITE)
    yield made
    assert made.bodega.end() == 0


def published(house: UploadHouse, name: str) -> tuple[dict[str, object], dict[str, object]]:
    """Upload an attested wheel and a bare sdist; the attestation, and the wheel's entry on the page."""
    content, filename = wheel_bytes(name), wheel_filename(name)
    one = attestation(statement(content, filename))
    assert house.send(content, filename, name=name, fields={"attestations": field(one)})[0] == 200
    assert house.send(sdist_bytes(name), f"{name}-1.0.tar.gz", name=name)[0] == 200
    files = json.loads(house.bodega.json(f"/simple/{name}/").body)["files"]
    (bare,) = (file for file in files if file["filename"].endswith(".tar.gz"))
    assert "provenance" not in bare
    (entry,) = (file for file in files if file["filename"] == filename)
    return one, entry


@pytest.mark.parametrize("base", ["/", "/index/main/"])
def test_they_are_served_beside_the_file_and_by_release(house: UploadHouse, base: str) -> None:
    name = "served" if base == "/" else "named"
    one, entry = published(house, name)
    sha256, filename = entry["hashes"]["sha256"], entry["filename"]  # type: ignore[index]
    for path in (f"files/{sha256}/{filename}.provenance", f"integrity/{name}/1.0/{filename}/provenance"):
        answer = house.bodega.get(f"{base}{path}", Accept=MEDIA_TYPE)
        assert (answer.status, answer.headers["content-type"]) == (200, MEDIA_TYPE)
        (bundle,) = json.loads(answer.body)["attestation_bundles"]
        assert bundle["attestations"] == [one]
        assert house.bodega.get(f"{base}{path}", If_None_Match=answer.headers["etag"]).status == 304
        assert house.bodega.get(f"{base}{path}", Accept="*/*").status == 200
        assert house.bodega.get(f"{base}{path}", Accept="text/html").status == 406


def test_pages_say_where_under_the_public_url(house: UploadHouse) -> None:
    _, entry = published(house, "paged")
    sha256, filename = entry["hashes"]["sha256"], entry["filename"]  # type: ignore[index]
    url = f"{SITE}files/{sha256}/{filename}.provenance"
    assert entry["provenance"] == url
    html = house.bodega.get("/simple/paged/", Accept="text/html").body.decode()
    assert f'data-provenance="{url}"' in html
    (entry,) = (
        file
        for file in json.loads(house.bodega.json("/index/main/simple/paged/").body)["files"]
        if file["filename"] == filename
    )
    assert str(entry["provenance"]).startswith(SITE)


@pytest.mark.parametrize(
    "path",
    [
        "integrity/bare/1.0/bare-1.0.tar.gz/provenance",
        "integrity/bare/2.0/bare-1.0-py3-none-any.whl/provenance",
        "integrity/bare/nonsense/bare-1.0-py3-none-any.whl/provenance",
        "integrity/other/1.0/bare-1.0-py3-none-any.whl/provenance",
        "integrity/bare/1.0/bare-9-py3-none-any.whl/provenance",
        "integrity/bare/1.0/..%2F..%2Fx/provenance",
        f"files/{'0' * 64}/bare-1.0-py3-none-any.whl.provenance",
    ],
)
def test_what_is_not_there(house: UploadHouse, path: str) -> None:
    if not house.listed("bare"):
        published(house, "bare")
    assert house.bodega.get(f"/{path}").status == 404


def test_attestations_of_another_file_are_refused(house: UploadHouse) -> None:
    content, filename = wheel_bytes("liar"), wheel_filename("liar")
    for said in (statement(b"other", filename), statement(content, "liar-2.0-py3-none-any.whl"), "nothing"):
        fields = {"attestations": field(attestation(said))}
        assert house.refusal(content, filename, name="liar", fields=fields) == (
            400,
            {"E-ATTESTATION-INVALID"},
        )


def test_without_a_public_url_pages_leave_it_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    house = UploadHouse(tmp_path_factory.mktemp("bare"))
    try:
        _, entry = published(house, "here")
        assert "provenance" not in entry
        sha256, filename = entry["hashes"]["sha256"], entry["filename"]  # type: ignore[index]
        assert house.bodega.get(f"/files/{sha256}/{filename}.provenance").status == 200
    finally:
        assert house.bodega.end() == 0
