"""Changelog fragments: ``changelog.d/SUBJECT.KIND.md``, one user-visible change each.

Without options every fragment is checked; ``--collect VERSION`` prints them as one section of a changelog.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

KINDS = {
    "added": "Added",
    "changed": "Changed",
    "deprecated": "Deprecated",
    "removed": "Removed",
    "fixed": "Fixed",
    "security": "Security",
}
FOLDER = "changelog.d"
NAME_PARTS = 3


def fragments(root: Path) -> list[Path]:
    """Every file of the folder but its README."""
    return sorted(path for path in (root / FOLDER).iterdir() if path.name != "README.md")


def faults(path: Path) -> Iterator[str]:
    """What is wrong with one fragment."""
    parts = path.name.split(".")
    if len(parts) != NAME_PARTS or parts[2] != "md" or not parts[0]:
        yield f"{FOLDER}/{path.name}: a fragment is named SUBJECT.KIND.md"
    elif parts[1] not in KINDS:
        yield f"{FOLDER}/{path.name}: {parts[1]!r} is none of {', '.join(KINDS)}"
    text = path.read_text("utf-8").strip()
    if not text:
        yield f"{FOLDER}/{path.name}: says nothing"
    elif text.startswith(("#", "-", "*")):
        yield f"{FOLDER}/{path.name}: is a sentence, without heading or list mark"


def section(root: Path, version: str) -> str:
    """All fragments as one section, kind by kind."""
    lines = [f"## {version}", ""]
    for kind, title in KINDS.items():
        found = [path for path in fragments(root) if path.name.endswith(f".{kind}.md")]
        if found:
            texts = (" ".join(path.read_text("utf-8").split()) for path in found)
            lines += [f"### {title}", "", *(f"- {text}" for text in texts), ""]
    return "\n".join(lines)


def main() -> int:
    """Check the fragments, or print them as a section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--collect", metavar="VERSION")
    options = parser.parse_args()
    found = [fault for path in fragments(options.root) for fault in faults(path)]
    for fault in found:
        sys.stderr.write(fault + "\n")
    if options.collect and not found:
        print(section(options.root, options.collect))
    elif not found:
        print(f"{len(fragments(options.root))} fragments")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
