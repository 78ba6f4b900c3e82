"""argv -> command: the table of commands, each imported only when asked for."""


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    raise NotImplementedError(arguments)
