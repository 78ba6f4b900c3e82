"""The project list as bytes, rendered again when it has changed (PEP 691)."""

import hashlib
import threading

from bodega.index.views.index_view import IndexView
from bodega.index.views.page_store import PageBytes
from bodega.simple_api.codings import encode
from bodega.simple_api.negotiate import Coding, Form
from bodega.simple_api.render import render_list_html, render_list_json


class RenderedList:
    """The list of one view in the forms and codings that were asked for."""

    def __init__(self, view: IndexView) -> None:
        self._view = view
        self._lock = threading.Lock()
        self._kept: dict[tuple[Form, Coding], PageBytes] = {}

    def at_once(self, form: Form, coding: Coding) -> PageBytes | None:
        """The list, if it has not changed since it was rendered."""
        kept = self._kept.get((form, coding))
        return kept if kept is not None and kept.fingerprint == self._view.projects_tag() else None

    def get(self, form: Form, coding: Coding) -> PageBytes:
        """The list as it is now."""
        with self._lock:
            kept = self.at_once(form, coding)
            if kept is None:
                kept = self._kept[(form, coding)] = self._rendered(form, coding)
        return kept

    def _rendered(self, form: Form, coding: Coding) -> PageBytes:
        # The tag first: what changes meanwhile is rendered again, never missed.
        tag = self._view.projects_tag()
        projects = self._view.projects()
        body = render_list_json(projects) if form == "json" else render_list_html(projects)
        seal = hashlib.sha256(body, usedforsecurity=False).hexdigest()[:32]
        return PageBytes(tag, f'"{seal}-{coding}"', encode(body, coding), projects.serial)
