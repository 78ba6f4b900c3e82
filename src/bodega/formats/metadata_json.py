"""Core metadata as JSON (PEP 566), with the keys that ``pip inspect`` and ``--report`` give."""

from email import message_from_string
from email.message import Message
from textwrap import dedent
from typing import Any, Final

#: Field -> whether it may stand several times.
_FIELDS: Final = {
    "Metadata-Version": False,
    "Name": False,
    "Version": False,
    "Dynamic": True,
    "Platform": True,
    "Supported-Platform": True,
    "Summary": False,
    "Description": False,
    "Description-Content-Type": False,
    "Keywords": False,
    "Home-page": False,
    "Download-URL": False,
    "Author": False,
    "Author-email": False,
    "Maintainer": False,
    "Maintainer-email": False,
    "License": False,
    "License-Expression": False,
    "License-File": True,
    "Classifier": True,
    "Requires-Dist": True,
    "Requires-Python": False,
    "Requires-External": True,
    "Project-URL": True,
    "Provides-Extra": True,
    "Provides-Dist": True,
    "Obsoletes-Dist": True,
}


def metadata_json(document: bytes) -> dict[str, Any]:
    """The fields of a METADATA or PKG-INFO document; the body is the description."""
    message: Message[str, str] = message_from_string(document.decode("utf-8", "replace"))
    found: dict[str, Any] = {}
    for field, is_list in _FIELDS.items():
        values = [_unfolded(str(value)) for value in message.get_all(field, [])]
        if not values:
            continue
        key = field.lower().replace("-", "_")
        if is_list:
            found[key] = values
        elif key == "keywords":
            found[key] = _keywords(values[0])
        else:
            found[key] = values[0]
    body = message.get_payload()
    if isinstance(body, str) and body:
        found["description"] = body
    return found


def _keywords(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")] if "," in text else text.split()


def _unfolded(value: str) -> str:
    return dedent(f"{' ' * 8}{value}") if "\n" in value else value
