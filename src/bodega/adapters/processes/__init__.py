"""Processes: workers of one server."""
