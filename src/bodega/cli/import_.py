"""``bodega import dir PATH``: the wheels and sdists below a folder, taken into an index."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bodega.cli.acts import add_acts, print_json, who
from bodega.cli.arguments import Parser, add_json
from bodega.cli.progress import Progress

if TYPE_CHECKING:
    from bodega.bootstrap.importing import Imported

_FORMAT = 1


def run(arguments: list[str]) -> int:
    """Run the command; 1 when a file was refused."""
    options = parser().parse_args(arguments)
    from bodega.bootstrap.accounts import local_catalog
    from bodega.bootstrap.importing import import_folder
    from bodega.bootstrap.settings import Given, read_settings

    settings = read_settings(os.environ, Given({"data": options.data}))
    with local_catalog(settings.data, settings.text("database_url")) as catalog:
        tally = _Tally(options)
        try:
            tally.count(import_folder(catalog, options.path, options.index, who()))
        except BaseException:
            # When the disk became full half way, what is in is told all the same.
            tally.tell_half()
            raise
        tally.tell()
    return 1 if tally.refused else 0


def parser() -> Parser:
    """The options."""
    parser = Parser("import", "Take files into an index.")
    acts = add_acts(parser)
    folder = acts.add_parser(
        "dir",
        description="Take all wheels and sdists below a folder into an index, checked as uploads are. "
        "The same bytes again change nothing. The server may be running.",
    )
    folder.add_argument("path", metavar="PATH", help="the folder")
    folder.add_argument("--index", default="main", help="the index (default: %(default)s)")
    folder.add_argument("--data", help="the data folder of the server")
    add_json(folder)
    return parser


class _Tally:
    """Counts what became of the files, and says it."""

    def __init__(self, options: Namespace) -> None:
        self._index: str = options.index
        self._as_json: bool = options.json
        self._progress = Progress(quiet=options.json)
        self.published: list[Imported] = []
        self.there = 0
        self.restored: list[Imported] = []
        self.refused: list[Imported] = []

    def count(self, files: "Iterator[Imported]") -> None:
        for number, file in enumerate(files, 1):
            if file.error is not None:
                self.refused.append(file)
                self._say_refused(file)
            elif file.taken == "published":
                self.published.append(file)
            elif file.taken == "restored":
                self.restored.append(file)
            else:
                self.there += 1
            self._progress.tell(f"{number} files, {len(self.refused)} refused: {_plain(file.filename)}")

    def tell_half(self) -> None:
        self._progress.done()
        if not self._as_json and (self.published or self.there or self.restored or self.refused):
            self.tell()

    def tell(self) -> None:
        self._progress.done()
        counts = {
            "published": len(self.published),
            "already_there": self.there,
            "restored": len(self.restored),
            "refused": len(self.refused),
        }
        if self._as_json:
            print_json(
                {
                    "version": _FORMAT,
                    "index": self._index,
                    **counts,
                    "files": [{"path": one.path, "filename": one.filename} for one in self.published],
                    "refusals": [_refusal(one) for one in self.refused],
                }
            )
            return
        words = ", ".join(
            f"{count} {word.replace('_', ' ')}"
            for word, count in counts.items()
            if count or word != "restored"
        )
        sys.stdout.flush()
        sys.stderr.write(f"index {self._index}: {words}\n")

    def _say_refused(self, file: "Imported") -> None:
        if self._as_json or file.error is None:
            return
        self._progress.done()
        why = f" ({file.error.why})" if file.error.why else ""
        sys.stdout.write(f"{_plain(file.path)}: {file.error.what}{why} [{file.error.code}]\n")


def _refusal(file: "Imported") -> Mapping[str, object]:
    error = file.error
    faults = getattr(error, "faults", ())
    return {
        "path": file.path,
        "filename": file.filename,
        "code": error.code if error else None,
        "what": error.what if error else None,
        "why": error.why if error else None,
        "faults": [{"code": fault.code, "what": fault.what, "why": fault.why} for fault in faults],
    }


def _plain(text: str) -> str:
    """A path as it may be shown on a terminal: what is no letter or sign is escaped."""
    return text if text.isprintable() else repr(text)[1:-1]
