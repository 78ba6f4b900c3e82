import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bodega.web.coalescing import Coalescing


def test_readers_of_the_same_thing_share_one_thread():
    async def story():
        gate, calls = threading.Event(), []

        def work():
            calls.append(1)
            gate.wait(5)
            return "result"

        with ThreadPoolExecutor(4) as threads:
            shared = Coalescing(threads)
            readers = [asyncio.ensure_future(shared.run("key", work)) for _ in range(20)]
            await asyncio.sleep(0.01)
            readers[0].cancel()  # one reader goes away
            await asyncio.sleep(0)
            gate.set()
            assert await asyncio.gather(*readers[1:]) == ["result"] * 19
            assert await shared.run("key", lambda: "new") == "new"
        assert len(calls) == 1

    asyncio.run(story())


def test_failures_are_shared():
    async def story():
        def fail():
            raise ZeroDivisionError

        with ThreadPoolExecutor(1) as threads:
            shared = Coalescing(threads)
            for one in (shared.run("key", fail), shared.run("key", fail)):
                with pytest.raises(ZeroDivisionError):
                    await one

    asyncio.run(story())
