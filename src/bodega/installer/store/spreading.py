"""Where ext4 puts new folders: away from those just deleted."""

import os
import sys

_GET_FLAGS, _SET_FLAGS = 0x80086601, 0x40086602
#: EXT4_TOPDIR_FL, what ``chattr +T`` sets.
_TOP_FOLDER = 0x00020000


def spread(folder: str) -> None:
    """Have each folder made in this one begin in a block group of its own.

    ext4 puts a folder near its parent and passes over inodes deleted a moment ago one by one: making
    thousands of folders just after as many were removed takes ten times as long. Elsewhere this does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        flags = bytearray(8)
        fcntl.ioctl(descriptor, _GET_FLAGS, flags)
        value = int.from_bytes(flags, sys.byteorder) | _TOP_FOLDER
        fcntl.ioctl(descriptor, _SET_FLAGS, value.to_bytes(8, sys.byteorder))
    except OSError:
        return  # another file system
    finally:
        os.close(descriptor)
