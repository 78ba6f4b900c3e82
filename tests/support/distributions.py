"""Wheels and sdists made for tests, right in every respect unless told otherwise."""

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path


def wheel_bytes(
    name: str = "sample",
    version: str = "1.0",
    *,
    files: Mapping[str, bytes] | None = None,
    metadata: str = "",
    extra_info: Mapping[str, bytes] | None = None,
    tag: str = "py3-none-any",
) -> bytes:
    """A wheel with a true RECORD. ``metadata`` is appended to the core metadata's headers."""
    folder = f"{name.replace('-', '_')}-{version}.dist-info"
    members = {
        **(files if files is not None else {f"{name.replace('-', '_')}.py": b"ANSWER = 42\n"}),
        f"{folder}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}".encode(),
        f"{folder}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        **{f"{folder}/{path}": content for path, content in (extra_info or {}).items()},
    }
    record = "".join(
        f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in members.items()
    )
    members[f"{folder}/RECORD"] = f"{record}{folder}/RECORD,,\n".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def wheel_filename(name: str = "sample", version: str = "1.0", tag: str = "py3-none-any") -> str:
    """The file name of such a wheel."""
    return f"{name.replace('-', '_')}-{version}-{tag}.whl"


def write_wheel(folder: Path, name: str = "sample", version: str = "1.0", **changes: object) -> Path:
    """Write such a wheel and return its path."""
    path = folder / wheel_filename(name, version, str(changes.get("tag", "py3-none-any")))
    path.write_bytes(wheel_bytes(name, version, **changes))  # type: ignore[arg-type]
    return path


def sdist_bytes(
    name: str = "sample", version: str = "1.0", *, members: Mapping[str, bytes] | None = None
) -> bytes:
    """An sdist; ``members`` are paths below its folder."""
    folder = f"{name.replace('-', '_')}-{version}"
    info = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n".encode()
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path, content in {"PKG-INFO": info, "pyproject.toml": b"", **(members or {})}.items():
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def form_fields(name: str, version: str, filetype: str, content: bytes) -> dict[str, str]:
    """The upload form's fields for a file."""
    return {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.4",
        "name": name,
        "version": version,
        "filetype": filetype,
        "pyversion": "py3" if filetype == "bdist_wheel" else "source",
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "md5_digest": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(content, digest_size=32).hexdigest(),
    }


def form_body(fields: Mapping[str, str], filename: str, content: bytes) -> tuple[bytes, str]:
    """The form as it is sent, and its content type."""
    boundary = "0123456789abcdef"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="content"; filename="{filename}"\r\n\r\n'
    parts.append(head.encode() + content + f"\r\n--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
