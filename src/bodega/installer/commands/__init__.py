"""One use case per file: install, uninstall, lock, sync, list, freeze, venv."""
