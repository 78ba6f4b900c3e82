"""The bus: a command goes to its one handler, in a unit of work of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from bodega.messaging.messages import Command


class Bus:
    """Knows the one handler of each command; a handler begins and ends its own transaction."""

    def __init__(self, handlers: Mapping[type[Command], Callable[[Any], Any]]) -> None:
        self._handlers = dict(handlers)

    def handle(self, command: Command) -> Any:
        """Run the command's handler and return its answer; raises what it raises, LookupError without one."""
        return self._handlers[type(command)](command)
