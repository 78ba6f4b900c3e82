"""The form against the metadata in the file: what the form says need not be said, but must be true.

Name and version are held to those of the file name, on both sides.
"""

from collections.abc import Iterator

from bodega.formats.errors import BodegaError
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.formats.versions import parse_specifier
from bodega.index.catalog.errors import ContradictionFault
from bodega.index.catalog.upload_form import Upload
from bodega.index.catalog.upload_metadata import UploadMetadata

#: What old tools write where they know nothing.
_NOTHING = ("", "UNKNOWN")
#: As many requirements as are compared; metadata with more is refused by itself.
_MOST = 10_000
_LONGEST = 1000
_LONGEST_NEED = 4000


def contradictions(upload: Upload, metadata: UploadMetadata) -> Iterator[BodegaError]:
    """Every field that is given and says something else than the file."""
    requires_python = upload.field("requires_python").strip()
    if len(requires_python) > _LONGEST or (
        requires_python
        and parse_specifier(requires_python) != parse_specifier(metadata.requires_python or "")
    ):
        yield _fault("requires_python", requires_python, metadata.requires_python)
    for field, said in (("summary", metadata.summary), ("license_expression", metadata.license_expression)):
        given = upload.field(field)
        if given.strip() not in _NOTHING and _words(given) != _words(said or ""):
            yield _fault(field, given, said)
    needs = upload.fields.get("requires_dist", ())[:_MOST]
    if needs and _projects(needs) != metadata.needs:
        other = sorted(_projects(needs) ^ metadata.needs)
        yield _fault("requires_dist", ", ".join(other)[:80], "not the same projects")


def _projects(needs: tuple[str, ...]) -> frozenset[str]:
    found = set()
    for text in needs:
        try:
            found.add(str(parse_requirement(text[:_LONGEST_NEED]).name))
        except InvalidRequirementError:
            found.add(text[:80])
    return frozenset(found)


def _words(text: str) -> list[str]:
    return text.lower().split()


def _fault(field: str, given: str, said: str | None) -> ContradictionFault:
    return ContradictionFault(
        f"the field {field} contradicts the file", why=f"form: {given[:80]!r}, file: {(said or '')[:80]!r}"
    )
