"""The entry of the command line. ``--version`` is answered before anything is imported."""

import gc
import sys

#: Objects made and not freed before the next look for garbage in cycles. A command is short and keeps what it
#: makes, so that many looks (one each 700 objects is the default) cost a tenth of a warm install.
_LOOK_AFTER = 50_000


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from bodega import __version__

        sys.stdout.write(f"bodega {__version__}\n")
        return 0
    if arguments[:1] != ["serve"]:
        gc.set_threshold(_LOOK_AFTER)
    from bodega.cli.main import INTERRUPTED, run

    code = run(arguments)
    if code == INTERRUPTED:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End now: threads that wait for an answer would be waited for, and nobody wants it any more."""
    import atexit
    import os

    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way to end without waiting for threads
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
