"""How long what was seen counts as fresh."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Durations in seconds.

    ``revalidate``: a page younger than this is served without asking. ``stale``: up to this age beyond it,
    a page is served at once and asked for behind; an older one is asked for first, at most ``patience``.
    ``absent``: how long "no such project" is remembered. ``pause``: how long an upstream that did not
    answer is left alone by readers who have a page already, at first (``silence``). ``gather``: for how long
    what is learned of a project's files is gathered before its page is made anew.
    """

    revalidate: float = 60.0
    stale: float = 600.0
    patience: float = 3.0
    absent: float = 30.0
    pause: float = 10.0
    gather: float = 2.0
