import json
from time import time

import pytest

from bodega.adapters.memory.blobs import MemoryBlobStore
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamAnswerError, UpstreamUnavailableError
from bodega.index.views.errors import MetadataNotFoundError, ReleaseNotFoundError
from bodega.index.views.project_documents import MEMORY_BYTES, ProjectDocuments, Wanted
from bodega.index.views.project_json import ReaderRoot
from bodega.simple_api.codings import decode
from support.memory_index import file, page, wheel
from support.views import SetView

A = NormalizedName("a")
ROOT = ReaderRoot("http://h/", "http://h/")


class FoundFile:
    """A file that has a document, or fails."""

    def __init__(self, digest=None, error=None):
        self.digest, self.error = digest, error
        self.known = ()

    def advisories(self, version):
        return self.known if version == "1.0" else None

    def metadata_kept(self):
        return None

    def metadata(self):
        if self.error is not None:
            raise self.error
        return self.digest

    def kept(self):
        return self.digest


class Scene:
    def __init__(self):
        self.view = SetView("a")
        self.blobs = MemoryBlobStore()
        self.read = []
        self.documents = ProjectDocuments(self.view, self.blobs, self.sdist)
        self.offers = {}
        self.view.file = lambda key, filename: self.offers.get(filename)

    def sdist(self, digest, filename):
        self.read.append(filename)
        return b"".join(self.blobs.read(digest))

    def offer(self, filename, summary="short", body="", error=None):
        document = f"Metadata-Version: 2.1\nName: A\nVersion: 1.0\nSummary: {summary}\n\n{body}"
        with self.blobs.writer() as writer:
            writer.write(document.encode())
            self.offers[filename] = FoundFile(writer.commit(), error)

    def put(self, *files, **fields):
        self.view.pages[A] = page("a", *files, **fields)

    def get(self, version=None, root=ROOT, coding="identity"):
        return self.documents.document(Wanted(A, version, root), coding)

    def info(self, version=None):
        return json.loads(self.get(version).body)["info"]


@pytest.fixture
def scene():
    made = Scene()
    made.put(wheel("a", "1.0", url="../../files/x/a-1.0-py3-none-any.whl"), serial=4)
    made.offer("a-1.0-py3-none-any.whl")
    return made


def test_a_document_is_made_once_while_the_page_is_the_same(scene):
    first = scene.get()
    assert (scene.get(), scene.view.rendered, first.serial) == (first, 1, 4)
    scene.offer("a-1.0-py3-none-any.whl", summary="other")
    scene.view.state = "2"
    assert json.loads(scene.get().body)["info"]["summary"] == "other"
    assert scene.get().etag != first.etag


def test_what_is_known_against_a_release_is_that_of_who_has_its_file(scene):
    viewed = scene.view.file("x", "a-1.0-py3-none-any.whl")
    viewed.known = [{"id": "A-1"}]
    assert json.loads(scene.get().body)["vulnerabilities"] == [{"id": "A-1"}]
    assert scene.get().valid_until < time() + 3601, "it is asked for again"
    viewed.known = None
    scene.view.state = "2"
    assert "vulnerabilities" not in json.loads(scene.get().body)


def test_readers_at_other_addresses_and_codings_get_their_own(scene):
    here = scene.get()
    there = scene.get(root=ReaderRoot("https://there/", "https://there/"))
    assert (b"http://h/packages/x/" in here.body, b"https://there/packages/x/" in there.body) == (True, True)
    assert here.etag != there.etag
    packed = scene.get(coding="gzip")
    assert decode(packed.body, "gzip") == here.body
    assert packed.etag != here.etag


def test_unknown_projects_and_releases(scene):
    assert scene.documents.document(Wanted(NormalizedName("b"), None, ROOT), "identity") is None
    with pytest.raises(ReleaseNotFoundError):
        scene.get("2.0")
    scene.put()
    scene.view.state = "2"
    with pytest.raises(ReleaseNotFoundError):
        scene.get()


def test_an_sdist_speaks_where_there_is_no_wheel_unless_it_is_large(scene):
    scene.put(file("a-1.0.tar.gz"), file("a-2.0.tar.gz", size=1 << 30))
    scene.offer("a-1.0.tar.gz", summary="source")
    scene.offer("a-2.0.tar.gz", summary="large")
    assert scene.info("1.0")["summary"] == "source"
    assert scene.info("2.0")["summary"] is None
    assert scene.read == ["a-1.0.tar.gz"]


def test_a_file_that_cannot_be_read_leaves_it_to_the_next(scene):
    scene.put(wheel("a", "1.0", "cp311-cp311-linux_x86_64"), wheel("a", "1.0", size=5000), file("a-1.0.zip"))
    scene.offer("a-1.0-cp311-cp311-linux_x86_64.whl", error=MetadataNotFoundError("x"))
    assert scene.info()["summary"] == "short"
    scene.offer("a-1.0-py3-none-any.whl", error=UpstreamAnswerError("x", "y"))
    scene.view.state = "2"
    assert scene.info()["summary"] is None


def test_an_upstream_that_is_silent_is_said(scene):
    scene.offer("a-1.0-py3-none-any.whl", error=UpstreamUnavailableError("x", "y"))
    with pytest.raises(UpstreamUnavailableError):
        scene.get()


def test_memory_is_bounded(scene):
    scene.offer("a-1.0-py3-none-any.whl", body="x" * (MEMORY_BYTES // 8))
    roots = [ReaderRoot(f"http://{n}/", f"http://{n}/") for n in range(12)]
    for root in roots:
        scene.get(root=root)
    assert scene.view.rendered == 12
    scene.get(root=roots[-1])
    assert scene.view.rendered == 12
    scene.get(root=roots[0])
    assert scene.view.rendered == 13
