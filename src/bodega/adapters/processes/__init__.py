"""Other programs: interpreters asked for their facts, work left behind at low priority."""
