"""What a rule is about, as people write it: ``PROJECT`` or ``PROJECT==VERSION``."""

from bodega.formats.names import NormalizedName, project_name
from bodega.formats.version_order import normalized
from bodega.index.views.policy_errors import InvalidRuleError


def policy_subject(text: str) -> tuple[NormalizedName, str | None]:
    """The project, and the normalized version where one is named.

    Raises InvalidProjectNameError, InvalidRuleError.
    """
    name, pin, version = text.partition("==")
    project = project_name(name.strip()).normalized
    if not pin:
        return project, None
    found = normalized(version.strip())
    if found is None:
        raise InvalidRuleError(
            f"{version[:80]!r} is not one version",
            why="a rule is about PROJECT or PROJECT==VERSION, with a version of PEP 440",
        )
    return project, found
