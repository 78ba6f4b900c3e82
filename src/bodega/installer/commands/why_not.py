"""Why-not: what keeps a requirement from being what is chosen, or what would change if it were."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement, parse_requirement
from bodega.formats.targets import Target
from bodega.formats.versions import allowed
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.seen import as_candidate, seen_by
from bodega.installer.locking.lock_file import lock_document_of
from bodega.installer.locking.locked_versions import locked_versions
from bodega.installer.locking.ports import Asked, Prepared
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.relaxing import QUESTION


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer: it is ``chosen`` anyway, it would be ``possible``, or it is ``impossible``.

    ``now`` is the version that is chosen of its project, if any; ``changes`` are names with the versions
    before and after, if it were asked for; ``failure`` is the conflict where it is impossible.
    """

    verdict: str
    now: str | None
    changes: tuple[tuple[str, str | None, str | None], ...] = ()
    failure: NoSolutionError | None = None


def why_not(text: str, choosing: ResolveRequest, workshop: Workshop, target: Target) -> Answer:
    """Resolve without and with a requirement.

    Raises InvalidRequirementError, and NoSolutionError where there is a conflict without it already.
    """
    asked = parse_requirement(text)
    resolver = Resolver(workshop.materials, target)
    before: dict[str, str] = {}
    if choosing.requirements or choosing.references:
        before = {str(pin.name): pin.version for pin in workshop.resolve(resolver, choosing).pins}
    now = before.get(asked.name)
    if now is not None and _is_met(asked, now):
        return Answer("chosen", now)
    requirements = [*choosing.requirements, Asked(asked, QUESTION)]
    kept = {**choosing.kept, **before}
    try:
        found = workshop.resolve(resolver, replace(choosing, requirements=requirements, kept=kept))
    except NoSolutionError as failure:
        return Answer("impossible", now, failure=failure)
    after = {str(pin.name): pin.version for pin in found.pins}
    names = sorted({*before, *after})
    changes = ((name, before.get(name), after.get(name)) for name in names)
    return Answer("possible", now, tuple(one for one in changes if one[1] != one[2]))


def about_lock(path: str, choosing: ResolveRequest) -> ResolveRequest:
    """What a lock was made from, as far as it says so, with its versions kept; raises LockError."""
    document = lock_document_of(path)
    tool = document.get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    texts = ours.get("requirements") if isinstance(ours, dict) else None
    if not isinstance(texts, list):
        texts = [entry["name"] for entry in document["packages"]]
    requirements = [Asked(parse_requirement(text), path) for text in texts if isinstance(text, str)]
    return replace(choosing, requirements=requirements, kept=locked_versions(path))


def about_environment(choosing: ResolveRequest, workshop: Workshop) -> ResolveRequest:
    """What was asked for in an environment, as far as that is known, with its versions kept."""
    installed = seen_by(workshop.interpreter())
    names = [name for name, one in installed.items() if one.requested] or list(installed)

    def there(name: str) -> Prepared | None:
        one = installed.get(NormalizedName(name))
        return None if one is None else as_candidate(one)

    kept: Mapping[str, str] = {name: one.version for name, one in installed.items()}
    requirements = [Asked(parse_requirement(name), "the environment") for name in names]
    return replace(choosing, requirements=requirements, kept=kept, there=there)


def _is_met(asked: Requirement, version: str) -> bool:
    return asked.url is None and not asked.extras and allowed(asked.specifier, [version])[0]
