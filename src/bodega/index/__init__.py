"""HALF ONE: the index. One folder per bounded context."""
