"""Links, locks and durable renames."""
