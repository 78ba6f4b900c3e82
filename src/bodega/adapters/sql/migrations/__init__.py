"""Revisions of the schema, oldest first; each says whether it expands, backfills or contracts."""
