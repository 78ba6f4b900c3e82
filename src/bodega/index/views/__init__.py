"""What a reader sees: pages composed from catalog and upstream, and their cache."""
