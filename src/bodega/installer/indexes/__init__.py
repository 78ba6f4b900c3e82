"""Indexes as the installer sees them: project pages, metadata, verified downloads."""
