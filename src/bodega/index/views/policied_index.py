"""Policy as a layer: what the rules hide is gone from pages and refused as a file, with its reason."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bodega.formats.filenames import file_version
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import version_key
from bodega.index.views.index_view import Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.index.views.policy import Facts, Hidden, Policy, denial_of, verdict
from bodega.index.views.policy_commands import NoteRefusal
from bodega.index.views.policy_errors import (
    DeniedByPolicyError,
    HeldBackByPolicyError,
    PolicyRefusalError,
    QuarantinedByPolicyError,
)
from bodega.messaging.clock import Clock
from bodega.simple_api.pages import HiddenFile, ListedProject, ProjectFile, ProjectPage

_REFUSALS: Mapping[str, type[PolicyRefusalError]] = {
    error.code: error for error in (DeniedByPolicyError, QuarantinedByPolicyError, HeldBackByPolicyError)
}


class PoliciedIndex:
    """Implements IndexView over another, within the policy of one index.

    A project that is denied raises DeniedByPolicyError, a file that is hidden a PolicyRefusalError, of which
    ``refused`` is told. The policy never changes: whoever composes the layer does so again with a new one.
    """

    def __init__(
        self, index: IndexView, policy: Policy, clock: Clock, refused: Callable[[NoteRefusal], None]
    ) -> None:
        self._index = index
        self._policy = policy
        self._clock = clock
        self._refused = refused
        self._denied = "".join(
            f"-{name}" for name in sorted(policy.denied) if policy.denial(name) is not None
        )

    def at_once(self, name: NormalizedName) -> Answer:
        """What the inner one knows, if the project may be seen at all."""
        self._expect_open(name)
        answer = self._index.at_once(name)
        if answer.tag is None:
            return answer
        return Answer(sure=answer.sure, tag=self._sealed(answer.tag, name))

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The state of the page, and of the rules on its project."""
        self._expect_open(name)
        tag = self._index.tag(name)
        return self._sealed(tag, name) if tag is not None else None

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page without what is hidden; the tag says when that changes by itself."""
        self._expect_open(name)
        found = self._index.page(name)
        if found is None:
            return None
        tag, page = found
        seen, changes_at = policed(page, self._policy, self._clock())
        return replace(self._sealed(tag, name), changes_at=changes_at), seen

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Every project but those that are denied."""
        projects = self._index.listed(low, below)
        return (project for project in projects if self._policy.denial(project.name) is None)

    def list_mark(self) -> ListMark:
        """Changes with the list, and with the projects that are denied."""
        mark = self._index.list_mark()
        return mark._replace(rules=f"{mark.rules}{self._denied}")

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """As it is beneath."""
        return self._index.listed_since(mark, most)

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The file; raises PolicyRefusalError for one that is hidden."""
        file = self._index.file(key, filename)
        if file is None:
            return None
        facts = Facts(project=file.project, filename=file.filename, available_at=file.available_at)
        hidden = verdict(self._policy, facts, self._clock())
        if hidden is None:
            return file
        self._refused(
            NoteRefusal(
                index=self._policy.index,
                project=file.project,
                filename=file.filename,
                code=hidden.code,
                rule=hidden.rule,
            )
        )
        raise refusal(file.filename, hidden)

    def _expect_open(self, name: NormalizedName) -> None:
        rule = self._policy.denial(name)
        # What is both denied and quarantined is quarantined, as its files are.
        if rule is not None and name not in self._policy.quarantined:
            raise DeniedByPolicyError(name, denial_of(rule))

    def _sealed(self, tag: PageTag, name: NormalizedName) -> PageTag:
        seal = self._policy.seal(name)
        return replace(tag, fingerprint=f"{tag.fingerprint}-{seal}") if seal else tag


def refusal(subject: str, hidden: Hidden) -> PolicyRefusalError:
    """The error of a verdict."""
    return _REFUSALS[hidden.code](subject, hidden)


def policed(page: ProjectPage, policy: Policy, now: datetime) -> tuple[ProjectPage, float | None]:
    """The page as the policy lets it be seen, and when that changes (seconds since the epoch; None: never).

    A quarantined project has no files and says why in its status (PEP 792). Of other hidden files the page
    says the reason; a version that has no file left is none of its versions.
    """
    if policy.is_empty:
        return page, None
    quarantine = policy.quarantined.get(page.name)
    if quarantine is not None:
        bare = replace(page, files=(), versions=(), hidden=(), status="quarantined")
        return replace(bare, status_reason=quarantine.reason), None
    hidden = tuple(_hidden(page, policy, now))
    if not hidden:
        return page, None
    names = {one.filename for one in hidden}
    files = tuple(file for file in page.files if file.filename not in names)
    versions = _versions(page, files, hidden)
    seen = replace(page, files=files, versions=versions, hidden=(*page.hidden, *hidden))
    changes = [one.until.timestamp() for one in hidden if one.until is not None]
    return seen, min(changes, default=None)


def _hidden(page: ProjectPage, policy: Policy, now: datetime) -> Iterator[HiddenFile]:
    for file in page.files:
        facts = Facts(project=page.name, filename=file.filename, available_at=file.available_at)
        found = verdict(policy, facts, now)
        if found is not None:
            yield HiddenFile(
                filename=file.filename,
                version=facts.version,
                code=found.code,
                reason=found.reason,
                until=found.until,
            )


def _versions(
    page: ProjectPage, files: tuple[ProjectFile, ...], hidden: tuple[HiddenFile, ...]
) -> tuple[str, ...]:
    """The versions of the page but for those all of whose files are hidden."""
    gone = {version_key(one.version or "") for one in hidden}
    gone -= {version_key(file_version(file.filename, page.name) or "") for file in files}
    return tuple(version for version in page.versions if version_key(version) not in gone - {None})
