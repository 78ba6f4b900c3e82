"""Project pages as JSON and HTML (PEP 691, 700, 714, 592, 740, 792; HTML frozen at 1.4, PEP 833)."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from json.encoder import encode_basestring as _text
from typing import Any
from urllib.parse import quote

from bodega.formats.digests import best_digest
from bodega.simple_api.pages import (
    API_VERSION,
    BEFORE_SIZES,
    HiddenFile,
    MetadataOffer,
    ProjectFile,
    ProjectPage,
)
from bodega.simple_api.render_inline import inline_document

#: Changes whenever the same page gives other bytes, so that kept pages are rendered again.
RENDERER_VERSION = 3
#: A file name that needs no escaping, as nearly all.
_PLAIN = re.compile(r"[A-Za-z0-9_.~+!@,=()-]*")
#: Characters of an ISO 8601 time up to its offset.
_TO_MICROSECONDS = 26

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def render_json(page: ProjectPage) -> bytes:
    """The page as ``application/vnd.pypi.simple.v1+json``."""
    meta: dict[str, Any] = {"api-version": _spoken(page)}
    if page.serial is not None:
        meta["_last-serial"] = page.serial
    if page.note:
        meta["_note"] = page.note
    status: dict[str, str] = {"status": page.status}
    if page.status_reason:
        status["reason"] = page.status_reason
    document: dict[str, Any] = {
        "meta": meta,
        "name": page.name,
        "project-status": status,
        "versions": page.versions,
    }
    if page.hidden:
        # Keys that begin with an underscore are the index's own (PEP 691).
        document["_hidden"] = [_json_hidden(file) for file in page.hidden]
    inline = inline_document(page)
    if inline is not None:
        document["_bodega"] = inline
    # Pages have thousands of files: each as text at once costs a third of what a dictionary for each does.
    files = ",".join(map(_json_file, page.files))
    return _bytes(f'{_encode(document)[:-1]},"files":[{files}]}}')


def render_html(page: ProjectPage) -> bytes:
    """The page as ``application/vnd.pypi.simple.v1+html``."""
    name = escape(page.name)
    lines = [html_head(f"Links for {name}")]
    if page.serial is not None:
        lines[0] += f'<meta name="pypi:last-serial" content="{page.serial}">\n'
    lines[0] += f'<meta name="pypi:project-status" content="{page.status}">\n'
    if page.status_reason:
        lines[0] += f'<meta name="pypi:project-status-reason" content="{escape(page.status_reason)}">\n'
    if page.note:
        lines[0] += f'<meta name="bodega:note" content="{escape(page.note)}">\n'
    lines.append(f"</head>\n<body>\n<h1>Links for {name}</h1>")
    lines.extend(_anchor(file) for file in page.files)
    lines.append("</body>\n</html>\n")
    return _bytes("\n".join(lines))


def relative_file_url(key: str, filename: str) -> str:
    """The URL of a file as its project's page gives it: relative, so that it holds under any host."""
    if not _PLAIN.fullmatch(filename):
        filename = quote(filename, safe="+!~@,=()")
    return f"../../files/{key}/{filename}"


def timestamp(time: datetime) -> str:
    """A UTC time as PEP 700 writes it."""
    return f"{time.isoformat(timespec='microseconds')[:_TO_MICROSECONDS]}Z"


def metadata_value(offer: MetadataOffer | None) -> bool | dict[str, str]:
    """The ``core-metadata`` of a file (PEP 714)."""
    if offer is None:
        return False
    return dict(offer.hashes) or True


def yanked_value(yanked: str | None) -> bool | str:
    """The ``yanked`` of a file: false, true, or the reason (PEP 592, 691)."""
    return False if yanked is None else yanked or True


def _json_file(file: ProjectFile) -> str:
    size = "" if file.size is None else f',"size":{file.size}'
    uploaded = "" if file.upload_time is None else f',"upload-time":"{timestamp(file.upload_time)}"'
    requires = "null" if file.requires_python is None else _text(file.requires_python)
    # Plain "dist-info-metadata" must not appear in JSON: old pips misread it (PEP 714).
    offer = "false" if file.core_metadata is None else _json_hashes(file.core_metadata.hashes, "true")
    yanked = "false" if file.yanked is None else _text(file.yanked) if file.yanked else "true"
    provenance = "" if file.provenance is None else f',"provenance":{_text(file.provenance)}'
    return (
        f'{{"filename":{_text(file.filename)},"url":{_text(file.url)},'
        f'"hashes":{_json_hashes(file.hashes, "{}")}{size}{uploaded},"requires-python":{requires},'
        f'"core-metadata":{offer},"yanked":{yanked}{provenance}}}'
    )


def _json_hashes(hashes: Mapping[str, str], none: str) -> str:
    if not hashes:
        return none
    return "{" + ",".join([f"{_text(name)}:{_text(value)}" for name, value in hashes.items()]) + "}"


def _spoken(page: ProjectPage) -> str:
    """The version: from 1.1 on every file must say its size, which not every upstream tells (PEP 700)."""
    return API_VERSION if all(file.size is not None for file in page.files) else BEFORE_SIZES


def _json_hidden(file: HiddenFile) -> dict[str, str | None]:
    return {
        "filename": file.filename,
        "version": file.version,
        "code": file.code,
        "reason": file.reason,
        "until": timestamp(file.until) if file.until is not None else None,
    }


def html_head(title: str) -> str:
    """How a page of that title begins, up to where more ``meta`` may follow."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="pypi:repository-version" content="{API_VERSION}">\n<title>{title}</title>\n'
    )


def _anchor(file: ProjectFile) -> str:
    digest = best_digest(file.hashes)
    fragment = f"#{digest.algorithm}={digest.value}" if digest else ""
    attributes = [f'href="{escape(file.url)}{fragment}"']
    if file.requires_python is not None:
        attributes.append(f'data-requires-python="{escape(file.requires_python)}"')
    if file.core_metadata is not None:
        proof = best_digest(file.core_metadata.hashes)
        offer = f"{proof.algorithm}={proof.value}" if proof else "true"
        # The older attribute too: clients before PEP 714 know no other.
        attributes.append(f'data-core-metadata="{offer}" data-dist-info-metadata="{offer}"')
    if file.yanked is not None:
        attributes.append(f'data-yanked="{escape(file.yanked)}"')
    if file.provenance is not None:
        attributes.append(f'data-provenance="{escape(file.provenance)}"')
    return f"<a {' '.join(attributes)}>{escape(file.filename)}</a><br>"


def _bytes(text: str) -> bytes:
    # Lone surrogates can come from JSON escapes of an upstream; they have no UTF-8.
    return text.encode("utf-8", "replace")
