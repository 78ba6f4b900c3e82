"""pip's general options, which every command of pip's takes, before its name or behind it."""

#: General options with a value: where one stands before the command, the next word belongs to it.
_WITH_VALUE = frozenset(
    {
        "--cache-dir",
        "--cert",
        "--client-cert",
        "--default-timeout",
        "--exists-action",
        "--keyring-provider",
        "--local-log",
        "--log",
        "--log-file",
        "--proxy",
        "--python",
        "--resume-retries",
        "--retries",
        "--timeout",
        "--trusted-host",
        "--use-deprecated",
        "--use-feature",
    }
)


def command_first(words: list[str]) -> list[str]:
    """``-q --log FILE install x`` as ``install -q --log FILE x``: the command before general options."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _WITH_VALUE else 1
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]
