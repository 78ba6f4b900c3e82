"""Blob stores: a content-addressed folder."""
