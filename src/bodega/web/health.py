"""Whether the process lives, whether it can serve, and its metrics."""

import asyncio
import json
from collections.abc import Callable

from bodega.bootstrap.served_index import Served
from bodega.formats.errors import BodegaError
from bodega.web.metrics import CONTENT_TYPE, Metrics
from bodega.web.request import Headers, Reply, Request

_PATIENCE = 5.0


class HealthRoutes:
    """Answers ``/livez``, ``/readyz`` and ``/metrics``."""

    def __init__(self, served: Served, metrics: Metrics) -> None:
        self._served = served
        self._metrics = metrics

    async def answer(self, request: Request, reply: Reply, what: str) -> None:
        """Answer one of them."""
        request.route = what
        headers: Headers = [(b"cache-control", b"no-store")]
        if what == "metrics":
            await reply.whole(200, [*headers, (b"content-type", CONTENT_TYPE)], self._metrics.text())
        elif what == "livez":
            await reply.whole(200, [*headers, (b"content-type", b"text/plain; charset=utf-8")], b"ok\n")
        else:
            states = await self._states()
            is_ready = all(state == "ok" for state in states.values())
            document = {"status": "ready" if is_ready else "unready", **states}
            headers.append((b"content-type", b"application/json"))
            await reply.whole(200 if is_ready else 503, headers, json.dumps(document).encode())

    async def _states(self) -> dict[str, str]:
        loop = asyncio.get_running_loop()
        checks = self._served.checks
        asked = [
            asyncio.wait_for(loop.run_in_executor(self._served.lookups, _state, check), _PATIENCE)
            for check in checks.values()
        ]
        found = await asyncio.gather(*asked, return_exceptions=True)
        return {
            name: state if isinstance(state, str) else "no answer in time"
            for name, state in zip(checks, found, strict=True)
        }


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except BodegaError as error:
        return error.what
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer must say so
        return type(error).__name__
    return "ok"
