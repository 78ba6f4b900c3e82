import pytest

EVENT = """from bodega.messaging.messages import Event


class Published(Event):
    \"\"\"A file was published.\"\"\"

    type = "catalog.published.v1"


class Forgotten(Event):
    \"\"\"A page was forgotten.\"\"\"

    type = "views.forgotten.v1"
""".replace("type =", "type: str =")
TABLE = """from bodega.index.catalog.events import Forgotten, Published
from bodega.index.views.listeners import forget, tell

SUBSCRIPTIONS = {Published: (("views", forget),), Forgotten: [tell]}
"""


@pytest.fixture
def events(small):
    def write(forget: str, tell: str):
        files = {
            "messaging/messages.py": "class Event: ...\n",
            "index/catalog/events.py": EVENT,
            "index/views/listeners.py": "from bodega.index.catalog.events import Forgotten, Published\n\n"
            f"def forget(event):\n    {forget}\n\ndef tell(event):\n    {tell}\n\n"
            "def _again():\n    return Published()\n",
            "bootstrap/subscriptions.py": TABLE,
        }
        for name, text in files.items():
            path = small / "src/bodega" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return small

    return write


def test_the_page_says_who_tells_and_who_hears(events, tool):
    root = events("return Forgotten()", "pass")
    assert tool("events", root).returncode == 0
    page = (root / "docs/events.md").read_text()
    assert (
        "| `views.forgotten.v1` | A page was forgotten. | `index.views.listeners.forget` "
        "| `index.views.listeners.tell` |" in page
    )
    assert tool("events", root, "--check").returncode == 0


def test_a_loop_through_what_a_listener_calls_is_found(events, tool):
    done = tool("events", events("return Forgotten()", "return _again()"))
    assert done.returncode == 1
    assert (
        "a loop of events: index.catalog.events.Published -> index.catalog.events.Forgotten "
        "-> index.catalog.events.Published" in done.stderr
    )


def test_a_page_that_is_out_of_date_fails(events, tool):
    root = events("pass", "pass")
    tool("events", root)
    events("return Forgotten()", "pass")
    done = tool("events", root, "--check")
    assert done.returncode == 1
    assert "docs/events.md is out of date" in done.stderr
