"""A served index that takes uploads, and what is to be seen of it after each."""

import json
from pathlib import Path

from bodega.formats.names import normalize
from support.publishing import new_token, upload
from support.server import Bodega

PROBLEM = {"accept": "application/problem+json"}


class UploadHouse:
    """The index, with a token that may upload."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none", **settings)
        self.token = new_token(folder)["token"]

    def files(self) -> set[str]:
        """Every file of the data folder but the database's own."""
        data = self.folder / "data"
        found = (path for path in data.rglob("*") if path.is_file() and not path.name.startswith("bodega.db"))
        return {str(path.relative_to(data)) for path in found}

    def listed(self, project: str) -> set[str]:
        """The files on a project's page; empty where there is none."""
        answer = self.bodega.json(f"/simple/{normalize(project)}/")
        if answer.status == 404:
            return set()
        return {file["filename"] for file in json.loads(answer.body)["files"]}

    def send(self, content: bytes, filename: str, **options: object) -> tuple[int, str, str]:
        """Upload; status, reason phrase and text of the answer."""
        return upload(self.bodega, self.token, content, filename, **options)  # type: ignore[arg-type]

    def refusal(self, content: bytes, filename: str, **options: object) -> tuple[int, set[str]]:
        """Upload what must be refused; status and the codes of all faults. Nothing may stay of it."""
        before, name = self.files(), str(options.get("name", "evil"))
        listed = self.listed(name)
        status, reason, text = self.send(content, filename, headers=PROBLEM, **{"name": name, **options})
        document = json.loads(text)
        assert document["status"] == status >= 400
        assert reason.isascii()
        assert reason.isprintable()
        assert (self.files(), self.listed(name)) == (before, listed)
        faults = document.get("faults", ())
        return status, {fault["code"] for fault in faults} or {document["code"]}
