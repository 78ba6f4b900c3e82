"""A connection to the protocol of the index without a socket: bytes in, bytes out."""

import asyncio
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.server import ServerState


class Transport:
    """What the protocol writes to."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False
        self.is_paused = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("192.0.2.1", 5000), "sockname": ("192.0.2.2", 80)}.get(name, default)

    def taken(self) -> bytes:
        """What was written since the last call."""
        data, self.written = self.written, b""
        return data


class Connection:
    """One connection; used inside a running event loop."""

    def __init__(self, application: Any, protocol: Callable[..., Any]) -> None:
        config = uvicorn.Config(
            application, log_config=None, access_log=False, server_header=False, lifespan="off"
        )
        self.state = ServerState()
        self.state.default_headers = [(b"date", b"today")]
        self.transport = Transport()
        self.protocol = protocol(config=config, server_state=self.state, app_state={})
        self.protocol.connection_made(self.transport)

    async def send(self, data: bytes, *, turns: int = 5) -> bytes:
        """Send bytes, let the application work, and give what was answered."""
        self.protocol.data_received(data)
        for _ in range(turns):
            await asyncio.sleep(0)
        return self.transport.taken()
