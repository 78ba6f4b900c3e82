"""Attestations of the right shape, signed by nobody."""

import base64
import hashlib
import json
from typing import Any

from bodega.formats.attestations import PUBLISH


def statement(content: bytes, filename: str, **changes: Any) -> dict[str, Any]:
    """The in-toto statement for a file."""
    subject = {"name": filename, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [subject],
        "predicateType": PUBLISH,
        "predicate": None,
        **changes,
    }


def attestation(said: object, **changes: Any) -> dict[str, Any]:
    """The attestation object around a statement."""
    return {
        "version": 1,
        "verification_material": {
            "certificate": base64.b64encode(b"a certificate").decode(),
            "transparency_entries": [{"logIndex": "1"}],
        },
        "envelope": {
            "statement": base64.b64encode(json.dumps(said).encode()).decode(),
            "signature": base64.b64encode(b"a signature").decode(),
        },
        **changes,
    }


def field(*attestations: object) -> str:
    """The form's field."""
    return json.dumps(attestations)
