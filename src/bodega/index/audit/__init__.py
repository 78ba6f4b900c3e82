"""Who did what, when: written from the events of the other contexts."""
