"""Requirements files that are named by a URL: fetched with pip's trust, proxies and credentials."""

import os
from collections.abc import Sequence
from http import HTTPStatus

from bodega.bootstrap.pip_configuration import PipConfiguration, read_pip_configuration
from bodega.bootstrap.transport import LazyTransport
from bodega.installer.inputs.errors import UnreadableInputError
from bodega.installer.inputs.requirements_file import FileReader, is_url, read_file, shown

_MOST_BYTES = 32 << 20


def input_reader(
    options: Sequence[tuple[str, str]], *, isolated: bool = False, offline: bool = False
) -> FileReader:
    """Reads paths, ``file:`` URLs and what is behind http and https.

    ``options`` are those of pip's on the network that the command line gives, by pip's name. The reader
    raises OSError, UnreadableInputError, and what a transport does.
    """
    made: list[LazyTransport] = []

    def read(path: str) -> bytes:
        if not is_url(path):
            return read_file(path)
        if offline:
            raise UnreadableInputError(shown(path), reason="--offline rules out the network")
        if not made:
            pip = read_pip_configuration(os.environ, isolated=isolated)
            made.append(LazyTransport(PipConfiguration({**pip.values, **dict(options)})))
        return _fetched(made[0], path)

    return read


def _fetched(transport: LazyTransport, url: str) -> bytes:
    from bodega.installer.indexes.refusals import REFUSALS, refused

    with transport.get(url) as answer:
        if answer.status in REFUSALS:
            raise refused(answer)
        if answer.status != HTTPStatus.OK:
            raise UnreadableInputError(shown(url), reason=f"the server answered {answer.status}")
        return answer.read(_MOST_BYTES)
