"""Publishing: from an upload to the page, through the real database and blob store."""

import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.bootstrap.catalog import CatalogHalf
from bodega.formats.errors import BodegaError
from bodega.formats.names import normalize
from bodega.index.accounts.commands import CreateToken, RevokeToken
from bodega.index.accounts.errors import PermissionDeniedError, UnauthenticatedError
from bodega.index.accounts.views import require
from bodega.index.catalog.accept import Accepted
from bodega.index.catalog.errors import FileAlreadyExistsError, UploadRefusedError
from bodega.index.catalog.upload_form import Upload
from support.distributions import form_fields, wheel_bytes, wheel_filename


class House:
    """The writing half over a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = Database(f"sqlite:///{folder}/bodega.db")
        migrate(self.database)
        self.blobs = FolderBlobStore(str(folder / "blobs"))
        self.half = CatalogHalf(self.database, self.blobs)

    def publish(self, content: bytes, filename: str, name: str = "sample", version: str = "1.0") -> Accepted:
        fields = form_fields(name, version, "bdist_wheel", content)
        with self.blobs.writer() as writer:
            writer.write(content)
            upload = Upload(
                filename=filename,
                fields={key: (value,) for key, value in fields.items()},
                path=writer.path(),
                size=len(content),
                digests={
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "md5": fields["md5_digest"],
                    "blake2_256": fields["blake2_256_digest"],
                },
            )
            return self.half.acceptance("main").accept_upload(upload, writer, by="tester", may=lambda _: None)

    def audit(self) -> list[tuple[str, str]]:
        return [(record.action, record.object) for _, record in self.half.audit.newest(100)]

    def stored_files(self) -> set[str]:
        return {path.name for path in (self.folder / "blobs").rglob("*") if path.is_file()}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.database.close()


def test_what_is_published_stands_on_the_page_at_the_next_read(house: House) -> None:
    assert house.half.views("main").project_page(normalize("sample")) is None
    content = wheel_bytes(metadata="Requires-Python: >=3.8\n")
    assert house.publish(content, wheel_filename()).is_new
    page = house.half.views("main").project_page(normalize("Sample"))
    assert page is not None
    (file,) = page.files
    digest = hashlib.sha256(content).hexdigest()
    assert (file.filename, file.size, file.requires_python) == (wheel_filename(), len(content), ">=3.8")
    assert file.url == f"../../files/{digest}/{wheel_filename()}"
    assert page.versions == ("1.0",)
    assert page.serial == house.half.views("main").last_serial() == 1
    assert file.core_metadata is not None
    assert house.stored_files() == {digest, file.core_metadata.hashes["sha256"]}


def test_the_same_bytes_again_change_nothing(house: House) -> None:
    house.publish(wheel_bytes(), wheel_filename())
    assert not house.publish(wheel_bytes(), wheel_filename()).is_new
    assert house.half.views("main").last_serial() == 1


def test_other_bytes_under_a_used_name_are_refused_and_leave_nothing(house: House) -> None:
    house.publish(wheel_bytes(), wheel_filename())
    before = house.stored_files()
    with pytest.raises(FileAlreadyExistsError, match=r"^File already exists"):
        house.publish(wheel_bytes(files={"other.py": b""}), wheel_filename())
    assert house.stored_files() == before


def test_a_refused_upload_leaves_nothing(house: House) -> None:
    with pytest.raises(UploadRefusedError):
        house.publish(b"PK garbage", wheel_filename())
    assert house.stored_files() == set()
    assert list(house.half.views("main").listed()) == []


def test_a_forbidden_upload_leaves_nothing(house: House) -> None:
    token, _ = house.half.create_token(
        CreateToken(name="t", scopes=("upload",), lifetime=timedelta(days=1), project="other", by="cli")
    )
    with pytest.raises(PermissionDeniedError):
        require(token, "upload", index="main", project="sample")


def test_one_of_many_racing_uploads_wins(house: House) -> None:
    contents = [wheel_bytes(files={"a.py": str(number % 4).encode()}) for number in range(40)]
    outcomes: list[tuple[bytes, object]] = []

    def race(content: bytes) -> None:
        try:
            outcomes.append((content, house.publish(content, wheel_filename()).is_new))
        except FileAlreadyExistsError as error:
            outcomes.append((content, error))

    threads = [threading.Thread(target=race, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [content for content, outcome in outcomes if outcome is True]
    assert len(winners) == 1
    for content, outcome in outcomes:
        assert (outcome in (True, False)) == (content == winners[0])
    assert hashlib.sha256(winners[0]).hexdigest() in house.stored_files()
    assert len(house.stored_files()) == 2, "the file and its metadata; nothing of the losers"


def test_events_reach_the_audit_record_once(house: House) -> None:
    house.publish(wheel_bytes(), wheel_filename())
    token, _ = house.half.create_token(
        CreateToken(name="ci", scopes=("upload",), lifetime=timedelta(days=1), by="cli")
    )
    house.half.revoke_token(RevokeToken(token_id=token.id, by="cli"))
    for _ in range(2):
        delivery = house.half.delivery(str(house.folder))
        delivery.start()
        deadline = threading.Event()
        for _ in range(100):
            if len(house.audit()) >= 3:
                break
            deadline.wait(0.05)
        delivery.stop()
    assert sorted(house.audit()) == sorted(
        [("file.publish", wheel_filename()), ("token.create", token.id), ("token.revoke", token.id)]
    )


def test_tokens_open_doors_until_they_are_revoked(house: House) -> None:
    token, text = house.half.create_token(
        CreateToken(name="ci", scopes=("upload",), lifetime=timedelta(days=1), by="cli")
    )
    assert house.half.authenticate(str(text)).id == token.id
    for wrong in (None, "", "bodega-x", str(text)[:-1] + "0", str(text).swapcase()):
        with pytest.raises(UnauthenticatedError):
            house.half.authenticate(wrong)
    house.half.revoke_token(RevokeToken(token_id=token.id, by="cli"))
    with pytest.raises(UnauthenticatedError):
        house.half.authenticate(str(text))


def test_a_dump_of_the_database_opens_nothing(house: House) -> None:
    _, text = house.half.create_token(
        CreateToken(name="ci", scopes=("admin",), lifetime=timedelta(days=1), by="cli")
    )
    dump = b"".join(path.read_bytes() for path in house.folder.glob("bodega.db*"))
    assert text.secret.encode() not in dump
    assert str(text).encode() not in dump
    with house.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT id, salt, secret_hash FROM tokens").one()
    for guess in (row[1], row[2], f"bodega-{row[0]}{row[2]}"):
        with pytest.raises(BodegaError):
            house.half.authenticate(guess)
