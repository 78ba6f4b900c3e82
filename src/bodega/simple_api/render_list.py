"""The project list as JSON and HTML, in parts: head, entries, tail (PEP 503, 691, 700)."""

from collections.abc import Iterable
from html import escape
from json.encoder import encode_basestring

from bodega.simple_api.negotiate import Form
from bodega.simple_api.pages import API_VERSION, ListedProject
from bodega.simple_api.render import html_head

#: Stands between parts that have entries.
SEPARATORS: dict[Form, bytes] = {"json": b",", "html": b"\n"}
#: Changes whenever the same projects give other bytes, so that kept parts are rendered again.
LIST_RENDERER_VERSION = 1


def list_head(form: Form, serial: int | None) -> bytes:
    """What stands before the entries. ``serial`` is that of the last change, ``None`` before the first."""
    if form == "html":
        return f"{html_head('Simple index')}</head>\n<body>\n".encode()
    last = "" if serial is None else f',"_last-serial":{serial}'
    return f'{{"meta":{{"api-version":"{API_VERSION}"{last}}},"projects":['.encode()


def list_entries(form: Form, projects: Iterable[ListedProject]) -> bytes:
    """Entries in their order, without a separator before the first and after the last."""
    entries = map(_html_entry, projects) if form == "html" else map(_json_entry, projects)
    return SEPARATORS[form].decode().join(entries).encode("utf-8", "replace")


def list_tail(form: Form) -> bytes:
    """What stands after the entries."""
    return b"\n</body>\n</html>\n" if form == "html" else b"]}"


def _json_entry(project: ListedProject) -> str:
    _, typed, serial = project
    last = "" if serial is None else f',"_last-serial":{serial}'
    return f'{{"name":{encode_basestring(typed)}{last}}}'


def _html_entry(project: ListedProject) -> str:
    return f'<a href="{project.name}/">{escape(project.typed)}</a><br>'
