"""The formats of the packaging standards, as values."""
