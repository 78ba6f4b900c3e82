"""The command line as data, and what is written from it: completion for shells, manual pages."""
