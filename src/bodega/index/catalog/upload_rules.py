"""What an index may decide about uploads; the rest is not a matter of taste."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRules:
    """``is_new``: the file is made for this index, so it must be right in all that makers of files decide.

    Files that were made long ago and lie elsewhere need only be safe and say clearly what they are.
    ``classifiers``: the known ones, where no others are taken.
    """

    is_new: bool = True
    classifiers: frozenset[str] | None = None
