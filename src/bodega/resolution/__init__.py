"""The solver behind a sans-I/O port, conflicts as data, and their explanation."""
