"""What one member of a source distribution may be, and where its links may lead (PEP 721)."""

import tarfile
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from bodega.content.member_names import fault_of

_SPECIAL_BITS = 0o6000
#: Records of extended headers that would give other members another place or size.
_GLOBAL_RECORDS_REFUSED = ("size", "path", "linkpath", "GNU.sparse")
#: From here on a size no longer fits into the plain header, and only then has a record to give it.
_LEAST_RECORDED_SIZE = 8**11


def path_of(member: tarfile.TarInfo) -> str:
    """The member's path, as every reader takes it."""
    return member.name.removeprefix("./").rstrip("/")


def member_fault(member: tarfile.TarInfo) -> str | None:
    """Why a member must not be there, in words; ``None`` for a good one."""
    shown = repr(member.name[:120])
    fault = fault_of(path_of(member))
    if fault:
        return f"the path {shown}: {fault}"
    if member.issparse() or member.type == tarfile.GNUTYPE_SPARSE:
        return f"{shown} is sparse, which readers take differently"
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        return f"{shown} is neither a file, a folder nor a link"
    return _size_fault(member, shown)


def _size_fault(member: tarfile.TarInfo, shown: str) -> str | None:
    if "size" in member.pax_headers and member.size < _LEAST_RECORDED_SIZE:
        return f"{shown} has two sizes, of which readers take one or the other"
    if member.size and not member.isfile():
        return f"{shown} is no file and has content, which readers take differently"
    if member.isfile() and member.mode & _SPECIAL_BITS:
        return f"{shown} would run with the rights of another"
    return None


def global_fault(records: Mapping[str, str]) -> str | None:
    """Why the records that hold for the whole archive must not be there."""
    bad = next((key for key in records if key.startswith(_GLOBAL_RECORDS_REFUSED)), None)
    return f"it gives a {bad!r} for all of its members" if bad else None


def link_faults(
    links: Mapping[str, tuple[str, bool]], files: AbstractSet[str], folders: AbstractSet[str]
) -> Iterator[str]:
    """What is wrong with links: path -> (what it says, whether it is symbolic). ``folders`` has all above."""
    for path in sorted(folders & links.keys()):
        yield f"{path[:120]!r} is a link, and other members lie below it"
    for path, (target, is_symbolic) in links.items():
        fault = _link_fault(path, target, links) if is_symbolic else None
        if not is_symbolic and target.removeprefix("./") not in files:
            fault = "is a second name of something that is no file in the archive"
        if fault:
            yield f"{path[:120]!r} {fault}"


def _link_fault(path: str, target: str, links: Mapping[str, tuple[str, bool]]) -> str | None:
    """Walk to a symbolic link's target part by part, as a file system does."""
    if target.startswith("/") or "\\" in target or "\0" in target or target[1:2] == ":":
        return "is a link out of the archive"
    at = path.split("/")[:-1]
    for part in target.split("/"):
        if "/".join(at) in links:
            return "is a link that leads through another link"
        if part == "..":
            # The archive's own folder is the first part; above it begins the outside.
            if len(at) <= 1:
                return "is a link out of the archive"
            at.pop()
        elif part not in ("", "."):
            at.append(part)
    return None
