"""HALF TWO: the installer."""
