"""One index served by several processes, on one data folder and one port."""

from collections.abc import Callable, Mapping

from bodega.adapters.filesystem.data_folder import DataFolder
from bodega.adapters.processes.workers import Worker, Workers
from bodega.bootstrap.index import OpenIndex, open_index
from bodega.bootstrap.settings import Settings
from bodega.web.serving import Place, Post, serve_index
from bodega.web.shared_counters import SharedCounters


def serve_by_workers(
    settings: Settings, environment: Mapping[str, str], place: Place, when_ready: Callable[[OpenIndex], None]
) -> None:
    """Serve until SIGTERM or SIGINT by as many workers as the place has sockets.

    Raises what ``open_index`` raises, and WorkerFailedError.
    """
    folder = DataFolder(settings.data)
    try:
        # What the first start decides, and migrations, are done once; then nothing is open that a fork
        # could break, and every module is imported that the workers need.
        index = open_index(settings, environment, folder.shared())
        index.served.close()
        counters = SharedCounters(len(place.listeners))

        def work(worker: Worker) -> None:
            post = Post(
                place.of_worker(worker.number), worker.ready, counters, worker.number, worker.lifeline
            )
            opened = open_index(settings, environment, folder.shared())
            try:
                serve_index(opened, settings, post)
            finally:
                opened.served.close()

        workers = Workers(len(place.listeners), work, when_ending=place.close)
        workers.run(lambda: when_ready(index))
    finally:
        folder.close()
