"""Content-addressed values: digests to bytes, wheel members, manifests."""
