"""What policy refuses a reader, and orders about policy that cannot be followed."""

from bodega.formats.errors import BodegaError
from bodega.index.views.policy import Hidden


class PolicyRefusalError(BodegaError):
    """The root of what a reader is refused by policy. ``subject`` is a project or a file name."""

    def __init__(self, subject: str, hidden: Hidden) -> None:
        super().__init__(f"{subject} is {hidden.reason}", why=f"a rule of this index: {hidden.rule}")
        self.subject = subject
        self.hidden = hidden


class DeniedByPolicyError(PolicyRefusalError):
    """The project, or that version of it, is denied by a rule of the index."""

    code = "E-POLICY-DENIED"


class QuarantinedByPolicyError(PolicyRefusalError):
    """The project is quarantined by a rule of the index (PEP 792)."""

    code = "E-POLICY-QUARANTINED"


class HeldBackByPolicyError(PolicyRefusalError):
    """The file is too young for the cooldown of the index."""

    code = "E-POLICY-COOLDOWN"


class InvalidCooldownError(BodegaError):
    """The text is not how long files could be held back."""

    code = "E-DURATION-INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is not a cooldown",
            why="a cooldown is a number of days, hours or minutes such as 7d, 12h, 30m, or 0 for none",
        )
        self.text = text


class InvalidRuleError(BodegaError):
    """A rule of policy has no usable subject, reason or advisory."""

    code = "E-RULE-INVALID"


class RuleNotFoundError(BodegaError):
    """There is no such rule or setting to take back."""

    code = "E-RULE-NOT-FOUND"

    def __init__(self, what: str, index: str) -> None:
        where = f"for index {index}" if index else "for every index"
        super().__init__(
            f"no rule `{what}` is set {where}", why="`bodega policy show` lists the rules and where they are"
        )
        self.rule = what
        self.index = index
