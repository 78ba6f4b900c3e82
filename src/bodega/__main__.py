"""The entry of the command line. ``--version`` is answered before anything is imported."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from bodega import __version__

        sys.stdout.write(f"bodega {__version__}\n")
        return 0
    from bodega.cli.main import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
