import pytest


def add(root, path, text):
    target = root / "src/bodega" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("index/views/pages.py", "from bodega.index.catalog.events import FilePublished\n"),
        ("index/views/pages.py", "from bodega.index.catalog import events\n"),
        ("index/catalog/handlers.py", "from bodega.index.catalog.model import Project\n"),
        ("adapters/sql/projects.py", "from bodega.index.catalog.model import Project\n"),
        ("web/upload.py", "from bodega.index.catalog.model import Project\n"),
        ("bootstrap/index.py", "from bodega.index.catalog.handlers import accept_upload\n"),
    ],
)
def test_the_published_language_is_open(small, tool, path, text):
    add(small, path, text)
    done = tool("contexts", small)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("index/views/pages.py", "from bodega.index.catalog.model import Project\n"),
        ("index/views/pages.py", "from bodega.index.catalog import model\n"),
        ("index/views/pages.py", "import bodega.index.catalog.handlers\n"),
        ("index/views/pages.py", "def late():\n    from bodega.index.catalog.ports import Files\n"),
        ("web/upload.py", "from bodega.index.catalog.handlers import accept_upload\n"),
        ("adapters/sql/projects.py", "from bodega.index.catalog.handlers import accept_upload\n"),
    ],
)
def test_the_inside_of_a_context_is_closed(small, tool, path, text):
    add(small, path, text)
    done = tool("contexts", small)
    assert done.returncode == 1
    assert f"src/bodega/{path}:" in done.stderr


def test_adapters_see_ports_by_what_they_define(small, tool):
    add(small, "index/views/page_store.py", "from typing import Protocol\n\nclass PageStore(Protocol): ...\n")
    add(small, "adapters/memory/pages.py", "from bodega.index.views.page_store import PageStore\n")
    assert tool("contexts", small).stderr == ""
    add(small, "index/catalog/handlers.py", "from bodega.index.views.page_store import PageStore\n")
    assert "contexts meet in commands, errors, events, views only" in tool("contexts", small).stderr


def test_every_context_says_what_it_is_for(small, tool):
    (small / "src/bodega/index/catalog/README.md").unlink()
    done = tool("contexts", small)
    assert done.returncode == 1
    assert "src/bodega/index/catalog: has no README.md" in done.stderr
