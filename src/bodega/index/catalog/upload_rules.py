"""What an index may decide about uploads; the rest is not a matter of taste."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRules:
    """``exact_names``: file names must be spelled as their standards say (PEP 427, 625), as new tools do.

    ``classifiers``: the known ones, where no others are taken.
    """

    exact_names: bool = True
    classifiers: frozenset[str] | None = None
