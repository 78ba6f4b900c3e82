"""Why a wheel is refused: one class per reason, each with the wheel's file name and the deciding facts."""

from bodega.formats.errors import BodegaError


class WheelError(BodegaError):
    """A wheel that is not what the standard asks for, or not safe to unpack; the root of all such reasons.

    ``filename`` is the wheel's name; ``member`` the path inside it, where one member is at fault.
    """

    code = "E-WHEEL-INVALID"
    summary = "is not a valid wheel"

    def __init__(self, filename: str, why: str, *, member: str | None = None) -> None:
        super().__init__(f"{filename} {self.summary}", why=why)
        self.filename = filename
        self.member = member


class WheelUnreadableError(WheelError):
    """The file cannot be opened or read."""

    code = "E-WHEEL-UNREADABLE"
    summary = "cannot be read"


class WheelFilenameError(WheelError):
    """The file name is not that of a wheel."""

    code = "E-WHEEL-FILENAME"
    summary = "is not the file name of a wheel"


class WheelStructureError(WheelError):
    """The zip archive is damaged, or two readers could understand it in two ways."""

    code = "E-WHEEL-STRUCTURE"
    summary = "is not a well-formed zip archive"


class WheelMemberNameError(WheelError):
    """A member's path is unsafe, ambiguous or not portable enough to be written."""

    code = "E-WHEEL-MEMBER-NAME"
    summary = "has a member with a name that is refused"


class WheelMemberTwiceError(WheelError):
    """Two members claim one path."""

    code = "E-WHEEL-MEMBER-TWICE"
    summary = "has two members for one path"


class WheelMemberKindError(WheelError):
    """A member is a link, a device, encrypted, or compressed by a method that wheels do not use."""

    code = "E-WHEEL-MEMBER-KIND"
    summary = "has a member of a kind that is refused"


class WheelMemberDataError(WheelError):
    """A member's bytes are damaged: they do not inflate, or their length or CRC is another."""

    code = "E-WHEEL-MEMBER-DATA"
    summary = "is damaged"


class WheelLimitError(WheelError):
    """The archive goes over a limit: a decompression bomb, too many or too deep members, huge metadata."""

    code = "E-WHEEL-LIMIT"
    summary = "goes over a safety limit"


class WheelDistInfoError(WheelError):
    """There is not exactly one ``.dist-info`` folder, or it lacks a file, or belongs to another release."""

    code = "E-WHEEL-DIST-INFO"
    summary = "has no .dist-info folder that belongs to it"


class WheelVersionError(WheelError):
    """The WHEEL file is unreadable or of a major version that is not known (PEP 427)."""

    code = "E-WHEEL-VERSION"
    summary = "is of a wheel format that is not known"


class WheelMetadataError(WheelError):
    """METADATA names another project or version than the file name."""

    code = "E-WHEEL-METADATA"
    summary = "has metadata of another release"


class WheelDataError(WheelError):
    """The ``.data`` folder has a key that no installation scheme knows."""

    code = "E-WHEEL-DATA-KEY"
    summary = "has files for an unknown place"


class WheelScriptError(WheelError):
    """An entry point or script that cannot be installed safely."""

    code = "E-WHEEL-SCRIPT"
    summary = "has a script that is refused"


class WheelRecordError(WheelError):
    """RECORD is missing, unreadable, or does not list exactly the archive's files."""

    code = "E-WHEEL-RECORD"
    summary = "has a RECORD that does not list exactly its files"


class WheelRecordHashError(WheelError):
    """A file's bytes are not those that RECORD promises."""

    code = "E-WHEEL-RECORD-HASH"
    summary = "has a file that differs from its RECORD"
