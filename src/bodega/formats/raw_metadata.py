"""Core metadata (1.0 to 2.6) as it stands in a document: every field, unchecked, for readers."""

from typing import cast

from packaging.metadata import RawMetadata, parse_email

#: What old build tools write where they were told nothing.
_NOTHING = ("", "UNKNOWN", ["UNKNOWN"])
_MOST_URLS = 1000


def read_raw_metadata(document: bytes) -> RawMetadata:
    """The fields of a METADATA or PKG-INFO document; what cannot be read is left out, nothing refused.

    ``description`` is the body where there is one. Of URLs under one label the first is taken.
    """
    raw, unparsed = parse_email(document)
    fields = {key: value for key, value in raw.items() if value not in _NOTHING}
    if "project_urls" not in fields and "project-url" in unparsed:
        fields["project_urls"] = _labelled(unparsed["project-url"])
    return cast("RawMetadata", fields)


def _labelled(lines: list[str]) -> dict[str, str]:
    urls: dict[str, str] = {}
    for line in lines[:_MOST_URLS]:
        label, comma, url = str(line).partition(",")
        if comma:
            urls.setdefault(label.strip(), url.strip())
    return urls
