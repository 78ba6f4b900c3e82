"""Brokers: how events get from the outbox to their consumers."""
