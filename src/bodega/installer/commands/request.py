"""From words and files to requirements: the command line's, requirements files', constraints'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bodega.formats.digests import Digest, InvalidDigestError
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.installer.commands.written_references import written_reference
from bodega.installer.inputs.errors import NothingAskedError
from bodega.installer.inputs.groups import read_group
from bodega.installer.inputs.requirements_file import (
    FileReader,
    Inputs,
    RequirementLine,
    RequirementsReader,
    read_file,
)
from bodega.installer.inputs.script_block import ScriptBlockError, read_script_block
from bodega.installer.locking.ports import Asked, Reference
from bodega.installer.locking.selection import Selected

#: What pip takes for a ``--hash``.
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})


class HashNotAllowedError(BodegaError):
    """The chosen file is not one that the requirements allow by hash."""

    code = "E-HASH-NOT-ALLOWED"

    def __init__(self, filename: str, name: str) -> None:
        super().__init__(
            f"{filename} is not among the hashes given for {name}",
            why="with a hash on one requirement, every file must match a hash of its own requirement",
        )
        self.filename = filename


class HashRequiredError(BodegaError):
    """Hashes are required, and something that would be installed has none."""

    code = "E-HASH-REQUIRED"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} would be installed without a hash to check it by",
            why="hashes are required, so every project, dependencies included, must be listed with one",
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. ``hashes`` are those allowed for a project's file, as ``algorithm:value``."""

    requirements: tuple[Asked, ...]
    references: tuple[Reference, ...] = ()
    constraints: tuple[Asked, ...] = ()
    overrides: tuple[Asked, ...] = ()
    hashes: Mapping[NormalizedName, frozenset[str]] = field(default_factory=dict)
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()

    @property
    def is_hash_checked(self) -> bool:
        """Whether every file must match a hash."""
        implied = bool(self.hashes) and "no_require_hashes" not in self.flags
        return implied or "require_hashes" in self.flags

    def check_hashes(self, selected: Iterable[Selected]) -> None:
        """Raise HashRequiredError, HashNotAllowedError where a selected file breaks the rule."""
        for one in selected if self.is_hash_checked else ():
            allowed = self.hashes.get(one.name)
            if not allowed:
                raise HashRequiredError(one.name)
            if not any(f"{algorithm}:{value}" in allowed for algorithm, value in one.hashes.items()):
                raise HashNotAllowedError(one.filename, one.name)


@dataclass(frozen=True, slots=True)
class Files:
    """Paths of files of requirements, of constraints and of overrides, and what is to be installed in place.

    ``groups`` are ``[PATH:]GROUP``, ``scripts`` paths of scripts with inline metadata. ``read`` gives the
    bytes behind the path or URL of a requirements file.
    """

    requirements: Sequence[str] = ()
    constraints: Sequence[str] = ()
    editables: Sequence[str] = ()
    groups: Sequence[str] = ()
    scripts: Sequence[str] = ()
    overrides: Sequence[str] = ()
    read: FileReader = read_file


def read_request(
    command: str,
    words: Sequence[str],
    *,
    files: Files,
    environment: Mapping[str, str],
    flags: frozenset[str] = frozenset(),
) -> Request:
    """Read what a command was given.

    Raises NothingAskedError, InvalidRequirementError, RequirementsFileError, UnreadableInputError,
    DependencyGroupError, ScriptBlockError.
    """
    reader = RequirementsReader(environment, files.read)
    for path in files.requirements:
        reader.requirements(path)
    for path in files.constraints:
        reader.constraints(path)
    for path in files.overrides:
        reader.overrides(path)
    editables = [RequirementLine(text, editable=True) for text in files.editables]
    lines = [*map(RequirementLine, words), *editables, *_named(files), *reader.inputs.requirements]
    if not lines and not (files.requirements or files.groups or files.scripts):
        raise NothingAskedError(command)
    reader.inputs.flags |= flags
    return request_of_lines(lines, reader.inputs)


def _named(files: Files) -> Iterable[RequirementLine]:
    """What dependency groups and scripts ask for."""
    for group in files.groups:
        for text in read_group(group):
            yield RequirementLine(text, origin=f"the group {group}")
    for path in files.scripts:
        block = read_script_block(path)
        if block is None:
            raise ScriptBlockError(path, "it has no script block")
        for text in block.dependencies:
            yield RequirementLine(text, origin=path)


def request_of_lines(lines: Sequence[RequirementLine], inputs: Inputs) -> Request:
    """What lines ask for, with what files said besides; raises as ``read_request``."""
    hashes: dict[NormalizedName, frozenset[str]] = {}
    asked: list[Asked] = []
    references: list[Reference] = []
    for line in lines:
        written = written_reference(line)
        if written is None:
            asked.append(_asked(line))
            _take_hashes(line, asked[-1].requirement.name, hashes)
        else:
            references.append(written)
            if written.name is not None:
                _take_hashes(line, written.name, hashes)
    narrowed = [_asked(line) for line in inputs.constraints]
    for line, one in zip(inputs.constraints, narrowed, strict=True):
        _take_hashes(line, one.requirement.name, hashes)
    return Request(
        tuple(asked),
        tuple(references),
        tuple(narrowed),
        tuple(_asked(line) for line in inputs.overrides),
        hashes,
        inputs.options,
        frozenset(inputs.flags),
    )


def _take_hashes(
    line: RequirementLine, name: NormalizedName, hashes: dict[NormalizedName, frozenset[str]]
) -> None:
    if line.hashes:
        given = frozenset(_digest(text) for text in line.hashes)
        hashes[name] = hashes.get(name, frozenset()) | given


def _digest(text: str) -> str:
    """A ``--hash``; raises InvalidDigestError for what pip does not take either."""
    algorithm, _, value = text.lower().partition(":")
    if algorithm not in _ALGORITHMS:
        raise InvalidDigestError(text)
    return str(Digest(algorithm, value))


def _asked(line: RequirementLine) -> Asked:
    try:
        return Asked(parse_requirement(line.text), line.origin)
    except InvalidRequirementError as error:
        raise InvalidRequirementError(
            line.text, error.reason, origin=line.origin, column=error.column
        ) from None
