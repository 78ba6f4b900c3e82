"""The operations on policy: each for every index, and for one with those based on it."""

from collections.abc import Iterator

from bodega.protocol.fields import Field
from bodega.protocol.operation import Operation

KINDS = ("deny", "quarantine", "exempt")
_VALUE = Field(name="value", kind="text", words="7d, 12h, 30m, or 0 for none", longest=20)
_RULE = (
    Field(name="kind", kind="text", words="what readers may not have, or may have early", choices=KINDS),
    Field(name="subject", kind="text", words="PROJECT, or PROJECT==VERSION", longest=500),
    Field(name="reason", kind="text", words="what readers are told"),
    Field(
        name="advisory",
        kind="text",
        words="the advisory that the exempt version fixes",
        optional=True,
        nullable=True,
    ),
)


def _cooldown(infix: str, path: str, where: str) -> Iterator[Operation]:
    """The operations on a cooldown; ``infix`` stands in their names."""
    yield Operation(
        name=f"set{infix}_cooldown",
        method="PUT",
        path=f"{path}/cooldown",
        scope="admin",
        summary=f"Hold new files of upstreams back for so long, in {where}.",
        answer="PolicySetting",
        body=(_VALUE,),
    )
    yield Operation(
        name=f"preview{infix}_cooldown",
        method="POST",
        path=f"{path}/cooldown/preview",
        scope="admin",
        summary=f"List the files that a cooldown would hide in {where}; nothing is changed.",
        answer="PolicyPreview",
        body=(_VALUE,),
    )
    yield Operation(
        name=f"unset{infix}_cooldown",
        method="DELETE",
        path=f"{path}/cooldown",
        scope="admin",
        summary=f"Forget the cooldown that was set for {where}, so that a wider one counts again.",
        answer="PolicySetting",
    )


def _rules(infix: str, path: str, where: str) -> Iterator[Operation]:
    """The operations on rules; ``infix`` stands in their names."""
    yield Operation(
        name=f"add{infix}_policy_rule",
        method="POST",
        path=f"{path}/rules",
        scope="admin",
        summary=f"Deny, quarantine or exempt a project or a version, in {where}.",
        answer="PolicyRule",
        body=_RULE,
    )
    yield Operation(
        name=f"preview{infix}_policy_rule",
        method="POST",
        path=f"{path}/rules/preview",
        scope="admin",
        summary=f"List the files that a rule would hide in {where}; nothing is changed.",
        answer="PolicyPreview",
        body=_RULE,
    )
    yield Operation(
        name=f"take_back{infix}_policy_rule",
        method="DELETE",
        path=f"{path}/rules/{{kind}}/{{subject}}",
        scope="admin",
        summary=f"Take back a rule of {where}.",
        answer="PolicyRule",
    )


_EVERYWHERE = ("", "/policy", "every index")
_OF_INDEX = ("_index", "/indexes/{index}/policy", "an index and those based on it")

POLICY: tuple[Operation, ...] = (
    Operation(
        name="show_policy",
        method="GET",
        path="/policy",
        scope="admin",
        summary="Show every setting and rule, whichever index it is for.",
        answer="Policy",
    ),
    *_cooldown(*_EVERYWHERE),
    *_rules(*_EVERYWHERE),
    Operation(
        name="show_index_policy",
        method="GET",
        path="/indexes/{index}/policy",
        scope="admin",
        summary="Show what is in force for an index.",
        answer="PolicyInForce",
    ),
    *_cooldown(*_OF_INDEX),
    *_rules(*_OF_INDEX),
    Operation(
        name="check_policy",
        method="GET",
        path="/indexes/{index}/policy/projects/{project}",
        scope="admin",
        summary="Say of each file of a project whether readers of an index may have it, and if not why.",
        answer="PolicyCheck",
    ),
)
