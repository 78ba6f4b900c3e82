"""``bodega publish``: wheels and sdists to an index; the same bytes again are no failure."""

import os
import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, add_json
from bodega.cli.progress import Progress

if TYPE_CHECKING:
    from bodega.installer.publishing.outgoing import Outgoing

_EXAMPLES = """examples:
  bodega publish                                         all of ./dist, to the index that is installed from
  bodega publish dist/*.whl --publish-url https://index.example/legacy/
  bodega publish --dry-run                               check the files, and send nothing"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.bootstrap.publishing import destination, publisher_to
    from bodega.bootstrap.settings import Given, read_settings
    from bodega.formats.urls import masked
    from bodega.installer.commands.publish import outgoing, publish

    started = time.monotonic()
    settings = read_settings(os.environ, Given({"index_url": options.index_url}))
    place = destination(settings, os.environ, url=options.publish_url, repository=options.repository)
    files = outgoing(options.files)
    if not options.dry_run:
        telling = _Telling(options, sum(file.size for file in files))
        with publisher_to(place, os.environ, telling.sent) as publisher:
            try:
                publish(files, publisher, telling.begin)
            finally:
                telling.progress.done()
    _print(files, masked(place.url), options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("publish", "Publish wheels and source distributions to an index, checked before.")
    parser.epilog = _EXAMPLES
    parser.add_argument("files", nargs="*", metavar="FILE", help="files, folders or patterns (default: dist)")
    parser.add_argument("--publish-url", metavar="URL", help="the upload endpoint, such as .../legacy/")
    parser.add_argument(
        "-i", "--index-url", metavar="URL", help="the index itself, its endpoint stands beside its pages"
    )
    parser.add_argument("--repository", metavar="NAME", help="a section of ~/.pypirc")
    parser.add_argument("--dry-run", action="store_true", help="check the files, and send nothing")
    parser.add_argument("-q", "--quiet", action="count", default=0, help="say less")
    add_json(parser)
    return parser


class _Telling:
    """Tells how far it is."""

    def __init__(self, options: Namespace, total: int) -> None:
        self.progress = Progress(quiet=bool(options.quiet) or options.json)
        self._total = total
        self._sent = 0
        self._name = ""

    def begin(self, file: "Outgoing") -> None:
        self._name = file.filename
        self.sent(0)

    def sent(self, count: int) -> None:
        self._sent += count
        self.progress.tell(f"{self._name}: {self._sent / 1e6:.1f} of {self._total / 1e6:.1f} MB")


def _print(files: "list[Outgoing]", url: str, options: Namespace, *, seconds: float) -> None:
    done = "would be published" if options.dry_run else "published"
    if options.json:
        import json

        document = {
            "version": 1,
            "url": url,
            "dry_run": options.dry_run,
            "files": [
                {"filename": file.filename, "name": file.name, "version": file.version, "sha256": file.sha256}
                for file in files
            ],
        }
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    elif not options.quiet:
        sys.stdout.writelines(f"{file.filename}  {file.size} bytes  {done}\n" for file in files)
        sys.stdout.flush()
        sys.stderr.write(f"{len(files)} files {done} at {url} in {seconds:.2f} s\n")
