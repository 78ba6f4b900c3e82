"""From requirements to a resolution, and from a resolution to pylock.toml and back."""
