"""What a full device says, in any of its ways."""

import errno

#: ENOSPC and EDQUOT are a full device and quota; EFBIG is a limit on a file's length.
FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
