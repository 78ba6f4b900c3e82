"""A folder of wheels and sdists as an index: what lies there, looked at again when it changes."""
