"""The truth: projects, releases, files, uploads."""
