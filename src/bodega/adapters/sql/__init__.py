"""Catalogue, upstream pages, tokens and outbox in SQLite (later PostgreSQL, same statements)."""
