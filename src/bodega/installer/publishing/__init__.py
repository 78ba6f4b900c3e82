"""Publishing: files that were built, checked as an index checks them, and sent."""
