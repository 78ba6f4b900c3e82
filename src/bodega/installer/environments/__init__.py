"""Environments: what is installed, plans, staging and the commit."""
