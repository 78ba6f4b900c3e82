"""Locks of other tools, read as they are: uv.lock, poetry.lock, pdm.lock, Pipfile.lock."""
