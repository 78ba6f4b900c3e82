"""bodega: a Python package index and installer, as one system."""

__version__ = "0.1.0"
